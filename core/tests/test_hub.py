"""The hub: who is told, in which order, from which thread, and what happens while Redis is away."""

import asyncio
import threading

import pytest
from channels.layers import get_channel_layer

from core import hub, realtime


class Ear:
    """A member that keeps what it takes."""

    def __init__(self):
        self.heard: list = []
        self.losses = 0

    def take(self, message: hub.Message) -> None:
        self.heard.append(message.body["n"])

    def missed(self) -> None:
        self.losses += 1

    async def until(self, number: int) -> list:
        async with asyncio.timeout(10):
            while len(self.heard) < number:
                await asyncio.sleep(0.002)
        return self.heard


def said(number: int) -> dict:
    return {"type": "deliver", "n": number}


async def test_only_the_members_of_a_group_are_told():
    here, inside, outside = hub.here(), Ear(), Ear()
    await here.join(inside, "kitchen")
    await here.join(outside, "garden")
    realtime_deliver = asyncio.to_thread(realtime.deliver, "kitchen", said(1))
    await realtime_deliver
    assert await inside.until(1) == [1]
    await here.leave(inside, "kitchen")
    await here.leave(outside, "garden")
    assert outside.heard == []
    assert here.groups == set()


async def test_a_thousand_messages_from_another_thread_all_arrive_in_order():
    here, ear = hub.here(), Ear()
    await here.join(ear, "kitchen")

    def speak() -> None:
        for number in range(1000):
            realtime.deliver("kitchen", said(number))

    thread = threading.Thread(target=speak)
    thread.start()
    assert await ear.until(1000) == list(range(1000))
    await asyncio.to_thread(thread.join)
    await here.leave(ear, "kitchen")


async def test_a_member_that_fails_keeps_nothing_from_the_others(caplog):
    class Deaf(Ear):
        def take(self, message):
            raise ValueError("deaf")

    here, deaf, ear = hub.here(), Deaf(), Ear()
    await here.join(deaf, "kitchen")
    await here.join(ear, "kitchen")
    here.hand_out("kitchen", said(1))
    assert ear.heard == [1]
    assert "could not take a message" in caplog.text
    await here.leave(deaf, "kitchen")
    await here.leave(ear, "kitchen")


def test_a_message_is_written_once_for_each_form():
    calls = []

    def form(body: dict) -> str:
        calls.append(body)
        return "written"

    message = hub.Message(said(1))
    assert [message.written(form) for _ in range(100)] == ["written"] * 100
    assert len(calls) == 1


def test_without_a_hub_nobody_is_told_and_nothing_fails():
    realtime.deliver("kitchen", said(1))


@pytest.fixture
def redis(settings):
    if not settings.REDIS_URL:
        pytest.skip("without Redis there is one process")


async def test_all_members_of_a_process_hold_one_channel_of_redis(redis):
    here, ears = hub.here(), [Ear() for _ in range(20)]
    for ear in ears:
        await here.join(ear, "kitchen")
    layer = get_channel_layer()
    assert len(layer.channels) == 1
    await asyncio.to_thread(realtime.deliver, "kitchen", said(1))
    assert [await ear.until(1) for ear in ears] == [[1]] * 20
    for ear in ears:
        await here.leave(ear, "kitchen")
    assert len(layer.channels) == 0


async def test_a_way_through_redis_that_is_cut_is_opened_again_and_the_loss_is_told(redis, monkeypatch):
    monkeypatch.setattr(hub, "PULSE", 0.05)
    monkeypatch.setattr(hub, "PATIENCE", 0.3)
    here, ear = hub.here(), Ear()
    await here.join(ear, "kitchen")
    layer = get_channel_layer()
    for shard in layer._shards:
        await shard._pubsub.unsubscribe()  # as if the server had forgotten us
    async with asyncio.timeout(10):
        while not ear.losses:
            await asyncio.sleep(0.01)
    await asyncio.to_thread(realtime.deliver, "kitchen", said(1))
    assert await ear.until(1) == [1]
    await here.leave(ear, "kitchen")


async def refuse() -> None:
    raise OSError("away")


@pytest.mark.parametrize("send", [refuse, lambda: asyncio.Event().wait()], ids=["away", "standing still"])
async def test_while_redis_is_away_the_own_process_is_told(monkeypatch, caplog, send):
    monkeypatch.setattr(hub, "PATIENCE", 0.01)

    class Away:
        async def group_send(self, group, message):
            await send()

        async def new_channel(self):
            raise OSError("away")

        async def flush(self):
            raise OSError("away")

    monkeypatch.setattr(hub, "get_channel_layer", Away)
    here, ear = hub.here(), Ear()
    await here.join(ear, "kitchen")
    await asyncio.to_thread(realtime.deliver, "kitchen", said(1))
    assert await ear.until(1) == [1]
    await here.leave(ear, "kitchen")
    assert "no events of other processes" in caplog.text
    assert "stays in this process" in caplog.text
