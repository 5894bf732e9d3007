"""Publishing from a process without sockets: over one connection, which may be lost, and never for long."""

import asyncio
import os
import threading

import pytest
from channels.layers import get_channel_layer

from core import realtime, sender

SAID = {"type": "deliver", "n": 1}


class Layer:
    """Notes in which loop and thread it was asked to send."""

    def __init__(self):
        self.sent: list[tuple] = []

    async def group_send(self, group: str, message: dict) -> None:
        where = (asyncio.get_running_loop(), threading.get_ident())
        self.sent.append((group, message, where))


@pytest.fixture
def layer(monkeypatch) -> Layer:
    """Between processes, of which this one has no hub."""
    layer = Layer()
    monkeypatch.setattr(realtime.hub, "get_channel_layer", lambda: layer)
    monkeypatch.setattr(realtime.hub, "_hubs", {})
    monkeypatch.setattr(sender, "get_channel_layer", lambda: layer)
    return layer


def test_all_threads_publish_over_one_loop_that_is_none_of_theirs(layer):
    threads = [threading.Thread(target=realtime.deliver, args=("kitchen", SAID)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    realtime.deliver("kitchen", SAID)
    assert [sent[:2] for sent in layer.sent] == [("kitchen", SAID | {"group": "kitchen"})] * 6
    assert len({where for *_, where in layer.sent}) == 1
    assert threading.get_ident() not in {thread for *_, (_, thread) in layer.sent}


def test_redis_that_stands_still_holds_up_its_caller_for_a_known_time_only(layer, monkeypatch, caplog):
    async def stand_still(group: str, message: dict) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(layer, "group_send", stand_still)
    monkeypatch.setattr(sender, "PATIENCE", 0.01)
    realtime.deliver("kitchen", SAID)
    assert "a message to kitchen was not delivered" in caplog.text


def test_a_forked_process_publishes_too(layer):
    realtime.deliver("kitchen", SAID)
    child = os.fork()
    if child == 0:
        try:
            realtime.deliver("kitchen", SAID)
        finally:
            os._exit(len(layer.sent))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2


def test_after_it_was_closed_the_next_message_makes_another_connection(layer):
    realtime.deliver("kitchen", SAID)
    first = sender._loop
    sender.close()
    assert first.is_closed()
    sender.close()
    realtime.deliver("kitchen", SAID)
    assert [message for _, message, _ in layer.sent] == [SAID | {"group": "kitchen"}] * 2


async def test_a_connection_that_redis_has_closed_is_opened_again(settings, monkeypatch):
    if not settings.REDIS_URL:
        pytest.skip("without Redis there is one process")
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add("kitchen", channel)
    await asyncio.to_thread(sender.send, "kitchen", SAID)
    assert await layer.receive(channel) == SAID | {"group": "kitchen"}

    async def cut() -> None:
        await get_channel_layer()._shards[0]._redis.connection_pool.disconnect()

    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(cut(), sender._running()))
    await asyncio.to_thread(sender.send, "kitchen", SAID)
    assert await layer.receive(channel) == SAID | {"group": "kitchen"}
    await layer.flush()
