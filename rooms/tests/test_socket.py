"""`/ws/rooms/{id}`: who may listen, what is told in which order, what a client that comes back gets."""

import asyncio
import json
import uuid
from contextlib import asynccontextmanager

import pytest
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.urls import path
from django.utils import timezone

from accounts.tests.people import token
from core import hub
from core.sockets import in_thread
from rooms.consumers import RoomSocket, company, feed
from rooms.models import Room, Seat
from rooms.services import messages, presence, rooms, seats, speaker
from rooms.tests import factories
from tests import described

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 10
ROUTER = URLRouter([path("ws/rooms/<id:room_id>", RoomSocket.as_asgi())])


class Ear:
    """One client of a room's socket, and everything that it was told."""

    def __init__(self, room, access: str, query: str = ""):
        address = f"/ws/rooms/{getattr(room, 'pk', room)}?token={access}{query}"
        self.socket = WebsocketCommunicator(ROUTER, address)
        self.told: list[dict] = []

    async def open(self) -> "Ear":
        connected, _ = await self.socket.connect(PATIENCE)
        assert connected
        return self

    async def next(self) -> dict:
        output = await self.socket.receive_output(PATIENCE)
        assert output["type"] == "websocket.send", output
        message = json.loads(output["text"])
        described.check("RoomSocket", message)
        self.told.append(message)
        return message

    async def until(self, kind: str) -> dict:
        while (message := await self.next())["type"] != kind:
            pass
        return message

    async def closed(self) -> tuple[int, str]:
        while (output := await self.socket.receive_output(PATIENCE))["type"] != "websocket.close":
            self.told.append(json.loads(output["text"]))
        return output["code"], output.get("reason", "")

    async def silent(self) -> bool:
        return await self.socket.receive_nothing(0.1)

    async def hang_up(self) -> None:
        await self.socket.disconnect(timeout=PATIENCE)


@asynccontextmanager
async def listening(room, *accesses: str, query: str = ""):
    ears = [await Ear(room, access, query).open() for access in accesses]
    try:
        yield ears if len(ears) > 1 else ears[0]
    finally:
        for ear in ears:
            await ear.hang_up()


@pytest.fixture
def room(owner, guest) -> Room:
    return factories.room(owner, owner, guest)


@pytest.fixture
def mine(owner) -> str:
    return token(owner)


@pytest.fixture
def theirs(guest) -> str:
    return token(guest)


def test_what_happens_is_told_to_all_with_the_rooms_own_numbers(room, owner, mine, theirs):
    async def run() -> tuple[list, list]:
        ears = [await Ear(room, access).open() for access in (mine, theirs)]
        await in_thread(lambda: speaker.acquire(owner, room.pk))
        await in_thread(lambda: speaker.release(owner, room.pk))
        for ear in ears:
            await ear.next()
            await ear.next()
            await ear.hang_up()
        return [ear.told for ear in ears]

    first, second = asyncio.run(run())
    assert first == second
    assert [(m["type"], m["seq"]) for m in first] == [("speaker.changed", 3), ("speaker.changed", 4)]
    assert [m["payload"]["current_speaker_user_id"] for m in first] == [str(owner.pk), None]


def test_nothing_is_told_before_something_happens(room, mine):
    async def run() -> bool:
        async with listening(room, mine) as ear:
            return await ear.silent()

    assert asyncio.run(run())


@pytest.mark.parametrize(("after", "numbers"), [(0, [1, 2, 3, 4]), (2, [3, 4]), (3, [4]), (4, [])])
def test_a_client_that_comes_back_gets_what_it_missed(room, owner, mine, after, numbers):
    speaker.acquire(owner, room.pk)
    speaker.release(owner, room.pk)

    async def run() -> list[dict]:
        async with listening(room, mine, query=f"&after={after}") as ear:
            await in_thread(lambda: speaker.acquire(owner, room.pk))
            while (await ear.next())["seq"] < 5:
                pass
            return ear.told

    assert [message["seq"] for message in asyncio.run(run())] == [*numbers, 5]


@pytest.mark.parametrize("after", [0, 900])
def test_a_client_that_missed_more_than_is_kept_or_knows_another_room_is_told_to_read_anew(
    room, owner, mine, after
):
    Room.objects.filter(pk=room.pk).update(forgotten_seq=1)

    async def run() -> list[dict]:
        async with listening(room, mine, query=f"&after={after}") as ear:
            await ear.next()
            await in_thread(lambda: speaker.acquire(owner, room.pk))
            await ear.next()
            return ear.told

    first, second = asyncio.run(run())
    assert (first["type"], first["payload"]) == ("refetch", {"room_id": str(room.pk), "seq": 2})
    assert first["seq"] == 2, "who comes again after this number is not told to refetch once more"
    assert (second["type"], second["seq"]) == ("speaker.changed", 3)


@pytest.mark.parametrize("query", ["&after=-1", "&after=x", "&after=1e3", "&sample_rate=9", "&encoding=webm"])
def test_a_query_that_cannot_be_read_closes_with_the_reason(room, mine, query):
    assert asyncio.run(refused(room, mine, query)) == (4400, "QUERY_INVALID")


async def refused(room, access: str, query: str = "") -> tuple[int, str]:
    ear = await Ear(room, access, query).open()
    return await ear.closed()


def test_only_participants_may_listen_and_nobody_joins_by_listening(room, third, mine):
    assert asyncio.run(refused(room, token(third))) == (4403, "NOT_PARTICIPANT")
    assert asyncio.run(refused(uuid.uuid4(), mine)) == (4404, "ROOM_NOT_FOUND")
    assert asyncio.run(refused(room, "nonsense")) == (4401, "UNAUTHORIZED")
    assert Seat.objects.filter(room=room).count() == 2


@pytest.mark.parametrize("lost", [{3}, {4}, {3, 4, 5}, {3, 5}])
def test_events_that_are_lost_on_the_way_are_read_from_the_log(room, owner, mine, monkeypatch, lost):
    send = hub.send

    def lossy(group: str, body: dict) -> bool:
        return body.get("seq") in lost or send(group, body)

    async def run() -> list[int]:
        async with listening(room, mine) as ear:
            monkeypatch.setattr(hub, "send", lossy)
            for _ in range(2):
                await in_thread(lambda: speaker.acquire(owner, room.pk))
                await in_thread(lambda: speaker.release(owner, room.pk))
            while (await ear.next())["seq"] < 6:
                pass
            return [message["seq"] for message in ear.told]

    assert asyncio.run(run()) == [3, 4, 5, 6]


def test_the_last_event_arrives_although_it_was_lost(room, owner, mine, monkeypatch):
    monkeypatch.setattr(company, "KEEP", 0.05)

    async def run() -> dict:
        async with listening(room, mine) as ear:
            with monkeypatch.context() as away:
                away.setattr(hub, "send", lambda group, body: True)
                await in_thread(lambda: speaker.acquire(owner, room.pk))
            return await ear.next()

    assert asyncio.run(run())["seq"] == 3


def test_many_who_publish_at_once_are_told_in_the_order_of_the_numbers(room, owner, guest, mine, theirs):
    async def run() -> list[list[int]]:
        async with listening(room, mine, theirs) as ears:
            acts = [lambda who=who: rooms.change(owner, room.pk, title=f"Title {who}") for who in range(24)]
            await asyncio.gather(*(in_thread(act) for act in acts))
            for ear in ears:
                while (await ear.next())["seq"] < 26:
                    pass
            return [[message["seq"] for message in ear.told] for ear in ears]

    assert asyncio.run(run()) == [list(range(3, 27))] * 2


def test_between_replay_and_what_is_live_nothing_is_lost_or_doubled(room, owner, mine):
    async def run() -> list[int]:
        acts = [lambda who=who: rooms.change(owner, room.pk, title=f"Title {who}") for who in range(20)]
        busy = asyncio.gather(*(in_thread(act) for act in acts))
        ear = await Ear(room, mine, "&after=0").open()
        while (await ear.next())["seq"] < 22:
            pass
        await busy
        await ear.hang_up()
        return [message["seq"] for message in ear.told]

    assert asyncio.run(run()) == list(range(1, 23))


def test_who_is_removed_is_told_why_and_closed_and_the_others_stay(room, owner, guest, mine, theirs):
    async def run() -> tuple:
        async with listening(room, mine) as ear:
            gone = await Ear(room, theirs).open()
            await in_thread(lambda: seats.remove(owner, room.pk, guest.pk))
            end = await gone.closed()
            return end, gone.told, await ear.next(), await ear.silent()

    end, told, seen, silent = asyncio.run(run())
    assert end == (4403, "NOT_PARTICIPANT")
    assert [(m["type"], m["payload"]["reason"]) for m in told] == [("participant.left", "removed")]
    assert (seen["type"], silent) == ("participant.left", True)


def test_a_room_that_is_deleted_says_so_and_closes_its_sockets(room, owner, mine):
    async def run() -> tuple:
        ear = await Ear(room, mine).open()
        await in_thread(lambda: rooms.remove(owner, room.pk))
        return await ear.closed(), ear.told

    end, told = asyncio.run(run())
    assert end == (4404, "ROOM_NOT_FOUND")
    assert [(m["type"], m["payload"]["reason"]) for m in told][-1] == ("room.closed", "deleted")


@pytest.mark.parametrize(("query", "read"), [("&after=2", ["room.closed", "message.created"]), ("", [])])
def test_who_comes_back_to_a_closed_room_reads_to_the_end_and_is_closed(room, owner, mine, query, read):
    """The last message was on its way when the room was closed."""
    speaker.acquire(owner, room.pk)
    grant = speaker.require(owner, room.pk)
    speaker.release(owner, room.pk)
    rooms.close(owner, room.pk)
    messages.post(grant, "Good-bye.", meta={})

    async def run() -> tuple:
        ear = await Ear(room, mine, query).open()
        return await ear.closed(), [message["type"] for message in ear.told][-2:]

    assert asyncio.run(run()) == ((4409, "ROOM_CLOSED"), read)


def test_an_open_socket_keeps_its_seat_and_a_closed_one_for_the_grace(room, owner, mine, monkeypatch):
    monkeypatch.setattr(company, "KEEP", 0.05)

    async def run() -> None:
        async with listening(room, mine):
            await in_thread(lambda: factories.pass_time(55))
            async with asyncio.timeout(PATIENCE):
                while await in_thread(lambda: left_of(room, owner)) < 20:
                    await asyncio.sleep(0.01)

    asyncio.run(run())
    assert 25 < left_of(room, owner) <= 30
    factories.pass_time(10)
    assert presence.expire() == 1, "the guest, who has no socket"
    assert set(Seat.objects.values_list("user", flat=True)) == {owner.pk}


def left_of(room, user) -> float:
    """Seconds for which the seat is kept."""
    return (Seat.objects.get(room=room, user=user).present_until - timezone.now()).total_seconds()


def test_a_seat_that_has_gone_unnoticed_closes_its_socket(room, owner, mine, monkeypatch):
    monkeypatch.setattr(company, "KEEP", 0.05)

    async def run() -> tuple[int, str]:
        ear = await Ear(room, mine).open()
        await in_thread(lambda: Seat.objects.filter(user=owner).delete())
        return await ear.closed()

    assert asyncio.run(run()) == (4403, "NOT_PARTICIPANT")


def test_a_heartbeat_keeps_the_lock_and_who_does_not_hold_it_is_told(room, owner, mine, theirs):
    speaker.acquire(owner, room.pk)
    factories.pass_time(15)

    async def run() -> dict:
        async with listening(room, mine, theirs) as (ear, other):
            await ear.socket.send_json_to({"type": "heartbeat"})
            await other.socket.send_json_to({"type": "heartbeat"})
            refusal = await other.next()
            async with asyncio.timeout(PATIENCE):
                while await in_thread(lambda: speaking_for(room)) < 15:
                    await asyncio.sleep(0.01)
            assert await ear.silent()
            return refusal

    refusal = asyncio.run(run())
    assert (refusal["type"], refusal["payload"]) == (
        "error",
        {"code": "NOT_SPEAKER", "detail": "NOT_SPEAKER"},
    )


def speaking_for(room) -> float:
    return (Room.objects.get(pk=room.pk).speaker_until - timezone.now()).total_seconds()


@pytest.mark.parametrize(
    ("text", "code"), [("{", "CONTROL_UNREADABLE"), ('{"type": "dance"}', "CONTROL_UNKNOWN")]
)
def test_nonsense_is_answered_and_the_socket_stays(room, owner, mine, text, code):
    async def run() -> dict:
        async with listening(room, mine) as ear:
            await ear.socket.send_to(text_data=text)
            error = await ear.next()
            await in_thread(lambda: speaker.acquire(owner, room.pk))
            await ear.until("speaker.changed")
            return error

    error = asyncio.run(run())
    assert (error["type"], error["payload"]["code"], error["seq"]) == ("error", code, 2)


def test_when_all_have_gone_nothing_of_a_room_is_held(room, mine, theirs):
    async def run() -> tuple:
        async with listening(room, mine, theirs):
            here = company.here()
            assert len(here._guests) == 2
        return dict(here._guests), here._looking, hub.here().groups

    assert asyncio.run(run()) == ({}, None, set())


def test_a_log_that_does_not_answer_is_asked_again(room, owner, mine, monkeypatch):
    monkeypatch.setattr(feed, "AGAIN", 0.01)
    since, failures = feed.log.since, [OSError("the database is away")]

    def fails_once(*args):
        if failures:
            raise failures.pop()
        return since(*args)

    async def run() -> dict:
        async with listening(room, mine) as ear:
            monkeypatch.setattr(feed.log, "since", fails_once)
            send = hub.send
            monkeypatch.setattr(hub, "send", lambda group, body: body.get("seq") == 3 or send(group, body))
            await in_thread(lambda: speaker.acquire(owner, room.pk))
            await in_thread(lambda: speaker.release(owner, room.pk))
            return await ear.next()

    assert asyncio.run(run())["seq"] == 3
