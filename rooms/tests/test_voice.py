"""Sound over a room's socket: who is heard, by which grant, and what becomes of it."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from django.db import OperationalError

from accounts.tests.people import token
from audio.live import admission, hearing
from core.sockets import in_thread
from rooms.consumers import utterance, voice
from rooms.models import Message, Room
from rooms.services import messages, seats, speaker
from rooms.tests import factories
from rooms.tests.test_socket import PATIENCE, Ear

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = "I am Maya and this is our weekly meeting."
SECOND = "I am Daniel, the import is running again."
THIRD = "Decision: The release stays on Thursday."
RATE = 16_000


@pytest.fixture
def room(owner, guest) -> Room:
    room = factories.room(owner, owner, guest)
    speaker.acquire(owner, room.pk)
    return room


@pytest.fixture
def mine(owner) -> str:
    return token(owner)


@pytest.fixture
def theirs(guest) -> str:
    return token(guest)


@pytest.fixture(autouse=True)
def places_are_given_back():
    yield
    assert admission.transcriptions.taken == 0


def sound(seconds: float, *, frame: float = 0.5) -> list[bytes]:
    """What is not silent, in frames of that many seconds."""
    return [b"\x10\x27" * round(frame * RATE)] * round(seconds / frame)


@asynccontextmanager
async def open_socket(room, access: str, query: str = ""):
    ear = await Ear(room, access, query).open()
    try:
        yield ear
    finally:
        await ear.hang_up()


async def speak(ear: Ear, *frames: bytes) -> None:
    for frame in frames:
        await ear.socket.send_to(bytes_data=frame)


async def say(ear: Ear, kind: str, **payload) -> None:
    await ear.socket.send_json_to({"type": kind, "payload": payload})


def test_what_is_said_is_read_by_all_as_it_is_said_and_then_as_a_message(
    room, owner, mine, theirs, monkeypatch
):
    monkeypatch.setattr(hearing, "HURRY", 60.0)

    async def run() -> list:
        async with open_socket(room, mine) as ear, open_socket(room, theirs) as other:
            await speak(ear, *sound(3))
            partial = await other.until("transcript.partial")
            await speak(ear, *sound(2))
            message = await other.until("message.created")
            await ear.until("message.created")
            assert ear.told == other.told
            return [partial, message]

    partial, message = asyncio.run(run())
    row = Message.objects.get()
    assert FIRST.startswith(partial["payload"]["text"])
    assert partial["payload"]["sender_user_id"] == str(owner.pk)
    assert message["payload"] == {
        "message_id": str(row.pk),
        "room_id": str(room.pk),
        "sender_user_id": str(owner.pk),
        "sender_email": owner.email,
        "type": "stt",
        "text": FIRST,
        "status": "final",
        "created_at": message["payload"]["created_at"],
        "segment_id": partial["payload"]["segment_id"],
    }
    assert partial["seq"] < message["seq"]
    assert (row.meta["duration_ms"], row.meta["grant"], row.meta["source"]) == (5000, 1, "socket")
    assert 0 < row.meta["processing_time_ms"] < 10_000


def test_audio_end_makes_a_message_of_what_is_open_and_the_socket_goes_on(room, mine):
    async def run() -> list[str]:
        async with open_socket(room, mine) as ear:
            texts = []
            for _ in range(2):
                await speak(ear, *sound(1))
                await say(ear, "audio.end")
                texts.append((await ear.until("message.created"))["payload"]["text"])
            return texts

    assert asyncio.run(run()) == [FIRST, FIRST]


def test_what_was_said_before_a_disconnect_is_posted_and_the_lock_stays(room, owner, mine):
    async def run() -> None:
        async with open_socket(room, mine) as ear:
            await speak(ear, *sound(1))

    asyncio.run(run())
    assert [message.text for message in Message.objects.all()] == [FIRST]
    assert speaker.require(owner, room.pk).number == 1


def test_frames_cut_in_the_middle_of_a_sample_are_heard_alike(room, mine):
    whole = b"".join(sound(2))

    async def run() -> None:
        async with open_socket(room, mine) as ear:
            await speak(ear, whole[:33_333], whole[33_333:33_334], whole[33_334:])

    asyncio.run(run())
    assert [(m.text, m.meta["duration_ms"]) for m in Message.objects.all()] == [(FIRST, 2000)]


def test_who_does_not_hold_the_lock_is_told_once_and_asks_the_database_seldom(room, theirs, monkeypatch):
    asked = []
    require = speaker.require
    monkeypatch.setattr(voice.speaker, "require", lambda *args: asked.append(1) or require(*args))
    monkeypatch.setattr(voice, "REMEMBERED", 60.0)

    async def run() -> tuple[dict, bool]:
        async with open_socket(room, theirs) as ear:
            await speak(ear, *sound(20, frame=0.1))
            return await ear.next(), await ear.silent()

    refusal, silent = asyncio.run(run())
    assert (refusal["type"], refusal["payload"]["code"], silent) == ("audio.refused", "NOT_SPEAKER", True)
    assert len(asked) == 1
    assert not Message.objects.exists()


def test_when_the_grant_ends_what_was_said_is_posted_and_later_frames_are_refused(
    room, owner, guest, mine, theirs
):
    async def run() -> tuple[list[str], str]:
        async with open_socket(room, mine) as ear:
            await speak(ear, *sound(1))
            async with asyncio.timeout(PATIENCE):
                while not admission.transcriptions.taken:
                    await asyncio.sleep(0.01)
            await in_thread(lambda: hand_over(owner, guest, room))
            posted = await ear.until("message.created")
            await speak(ear, *sound(5))
            refused = await ear.until("audio.refused")
            return posted["payload"]["text"], refused["payload"]["code"]

    assert asyncio.run(run()) == (FIRST, "NOT_SPEAKER")
    assert [message.sender for message in Message.objects.all()] == [owner]


def hand_over(one, other, room) -> None:
    speaker.release(one, room.pk)
    speaker.acquire(other, room.pk)


def test_a_lapse_of_which_no_news_came_is_found_by_looking(room, owner, mine, monkeypatch):
    monkeypatch.setattr(voice, "LOOK", 0.05)

    async def run() -> str:
        async with open_socket(room, mine) as ear:
            await speak(ear, *sound(1))
            async with asyncio.timeout(PATIENCE):
                while not admission.transcriptions.taken:
                    await asyncio.sleep(0.01)
            await in_thread(lambda: Room.objects.update(speaker_until=None, speaker=None))
            await ear.until("message.created")
            await speak(ear, *sound(1))
            return (await ear.until("audio.refused"))["payload"]["code"]

    assert asyncio.run(run()) == "NOT_SPEAKER"
    assert Message.objects.count() == 1


def test_frames_that_name_an_old_grant_are_refused_though_their_sender_has_a_new_one(
    room, owner, guest, mine
):
    async def run() -> list[str]:
        async with open_socket(room, mine) as ear:
            await in_thread(lambda: hand_over(owner, guest, room))
            await in_thread(lambda: hand_over(guest, owner, room))
            await say(ear, "audio.start", grant=1)
            await speak(ear, *sound(5))
            refused = await ear.until("audio.refused")
            await say(ear, "audio.start", grant=3)
            await speak(ear, *sound(1))
            await say(ear, "audio.end")
            message = await ear.until("message.created")
            return [refused["payload"]["code"], message["payload"]["text"]]

    assert asyncio.run(run()) == ["OLD_GRANT", FIRST]
    assert [message.meta["grant"] for message in Message.objects.all()] == [3]


def test_when_all_places_are_taken_the_speaker_is_told(room, mine, monkeypatch):
    monkeypatch.setattr(admission, "transcriptions", admission.Places(lambda: 0))

    async def run() -> dict:
        async with open_socket(room, mine) as ear:
            await speak(ear, *sound(1))
            return await ear.next()

    assert asyncio.run(run())["payload"]["code"] == "LIVE_FULL"


def test_a_frame_that_is_too_large_is_refused_and_the_rest_is_heard(room, mine):
    async def run() -> list[dict]:
        async with open_socket(room, mine) as ear:
            await speak(ear, bytes(voice.MOST_BYTES + 2), *sound(1))
            await say(ear, "audio.end")
            await ear.until("message.created")
            return ear.told

    assert [m["payload"]["code"] for m in asyncio.run(run()) if m["type"] == "audio.refused"] == [
        "FRAME_TOO_LARGE"
    ]


def test_a_message_is_posted_although_the_database_is_away_for_a_moment(room, mine, monkeypatch):
    monkeypatch.setattr(utterance, "REPETITIONS", (0.01, 0.01))
    post, failures = messages.post, [OperationalError("away")] * 2

    def fails_at_first(*args, **options):
        if failures:
            raise failures.pop()
        return post(*args, **options)

    monkeypatch.setattr(utterance.messages, "post", fails_at_first)

    async def run() -> None:
        async with open_socket(room, mine) as ear:
            await speak(ear, *sound(1))

    asyncio.run(run())
    assert [message.text for message in Message.objects.all()] == [FIRST]


def test_who_leaves_while_speaking_has_said_what_was_said(room, owner, mine):
    async def run() -> tuple[int, str]:
        ear = await Ear(room, mine).open()
        await speak(ear, *sound(1))
        async with asyncio.timeout(PATIENCE):
            while not admission.transcriptions.taken:
                await asyncio.sleep(0.01)
        await in_thread(lambda: seats.leave(owner, room.pk))
        end = await ear.closed()
        await ear.socket.wait(PATIENCE)
        return end

    assert asyncio.run(run()) == (4403, "NOT_PARTICIPANT")
    assert [message.text for message in Message.objects.all()] == [FIRST]


def test_a_silent_speaker_gives_the_place_to_others(room, mine, monkeypatch):
    monkeypatch.setattr(voice, "LOOK", 0.02)
    monkeypatch.setattr(voice, "IDLE", 0.05)

    async def run() -> None:
        async with open_socket(room, mine) as ear:
            await speak(ear, *sound(1))
            await ear.until("message.created")
            async with asyncio.timeout(PATIENCE):
                while admission.transcriptions.taken:
                    await asyncio.sleep(0.01)

    asyncio.run(run())
