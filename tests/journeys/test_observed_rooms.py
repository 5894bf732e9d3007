"""A room that a meeting listens to: what is said there becomes the meeting's sound, and everybody knows."""

import asyncio
import wave

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.tests.people import client, person, token
from audio.live import hearing, tap
from audio.media.live import LiveFormat
from audio.models import LiveStream, Observation, Recording
from audio.services import files, observations
from core.privacy import Person
from integrations.errors import Unavailable
from meetings.services import privacy
from meetings.tests import factories as meetings
from rooms.models import Message, RoomEvent
from rooms.services import rooms, seats, speaker
from rooms.tests import factories
from rooms.tests.test_voice import RATE, open_socket, say, sound, speak

pytestmark = pytest.mark.django_db(transaction=True)

MAYA, DANIEL = (b"\x10\x27" * RATE * 2, b"\x20\x2e" * RATE * 1)
"""Two seconds and one second of what is not silent."""


@pytest.fixture
def guest(db):
    return person("guest@example.org")


@pytest.fixture
def third(db):
    return person("third@example.org")


@pytest.fixture
def room(owner, guest):
    return factories.room(owner, owner, guest, title="Stand-up")


@pytest.fixture
def meeting(owner, room):
    return meetings.meeting(owner, code="stand-UP")


@pytest.fixture
def observed(api, meeting, room):
    answer = api.post(f"/api/v1/meetings/{meeting.pk}/join")
    assert answer.status_code == 201, answer.content
    return answer.json()


def sound_of(recording: Recording) -> bytes:
    with files.local_copy(recording.file) as path, wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels()) == (RATE, 1)
        return file.readframes(file.getnframes())


async def _turn(room, person, access: str, frames: bytes) -> None:
    """Somebody takes the word, speaks over a socket, and gives the word back."""
    async with open_socket(room, access) as ear:
        await asyncio.to_thread(speaker.acquire, person, room.pk)
        half = len(frames) // 2 + 1  # in the middle of a sample
        await speak(ear, frames[:half], frames[half:])
        await say(ear, "audio.end")
        await ear.until("message.created")
        await asyncio.to_thread(speaker.release, person, room.pk)


def talk(room, *turns: tuple) -> None:
    signed_in = [(person, token(person), frames) for person, frames in turns]

    async def run() -> None:
        for turn in signed_in:
            await _turn(room, *turn)

    asyncio.run(run())


def told(room) -> list[str]:
    return list(RoomEvent.objects.filter(room=room).order_by("seq").values_list("type", flat=True))


def test_what_two_people_say_is_the_sound_of_the_meeting_and_its_transcript(
    api, owner, guest, room, meeting, observed, worker
):
    assert (observed["provider"], observed["state"], observed["place"]) == ("room", "recording", "Stand-up")
    talk(room, (owner, MAYA), (guest, DANIEL))
    worker.work()
    assert Recording.objects.count() == 0  # a run for each turn would be one too many
    answer = api.post(f"/api/v1/meetings/{meeting.pk}/complete")
    assert answer.status_code == 202
    assert [sound_of(each) for each in Recording.objects.order_by("position")] == [MAYA, DANIEL]
    streams = LiveStream.objects.order_by("started_at")
    assert [stream.user_id for stream in streams] == [owner.pk, guest.pk]
    worker.work()
    said = api.get(f"/api/v1/transcripts/{meeting.pk}").json()
    assert said[0]["start"] == 0.0
    assert all(line["text"] for line in said)
    told_of = api.get(f"/api/v1/meetings/{meeting.pk}/bot").json()
    assert (told_of["state"], told_of["reason"]) == ("left", "The meeting was completed.")


def test_everybody_in_the_room_is_told_and_whoever_comes_can_see_it(api, guest, room, meeting, observed):
    theirs = client(guest)
    assert theirs.get(f"/api/v1/rooms/{room.pk}").json()["observer_count"] == 1
    api.post(f"/api/v1/meetings/{meeting.pk}/leave")
    assert told(room)[-2:] == ["observer.joined", "observer.left"]
    event = RoomEvent.objects.get(type="observer.joined")
    assert (event.payload["name"], event.payload["email"]) == ("Meeting Assistant", "owner@example.org")
    assert theirs.get(f"/api/v1/rooms/{room.pk}").json()["observer_count"] == 0


def test_joining_twice_is_one_ear(api, meeting, room, observed):
    again = api.post(f"/api/v1/meetings/{meeting.pk}/join", {"link": str(room.pk)}, format="json")
    assert (again.status_code, again.json()["id"]) == (200, observed["id"])
    assert (Observation.objects.count(), told(room).count("observer.joined")) == (1, 1)


@pytest.mark.once
def test_an_upload_is_heard_too_and_lies_where_it_was_said(owner, room, meeting, observed, api, worker):
    speaker.acquire(owner, room.pk)
    file = SimpleUploadedFile("said.wav", factories.recorded(1.5))
    assert api.post(f"/api/v1/rooms/{room.pk}/stt", {"file": file}, format="multipart").status_code == 200
    stream = LiveStream.objects.get()
    assert (stream.stored_ms, stream.state) == (1500, "closed")
    assert stream.started_at < Message.objects.get().created_at
    api.post(f"/api/v1/meetings/{meeting.pk}/leave")
    worker.work()
    assert Recording.objects.get().duration_ms == 1500


@pytest.mark.once
def test_nobody_hears_a_room_in_which_they_have_no_place(guest, third, room):
    for code in ("Stand-up", str(room.pk)):
        theirs = meetings.meeting(third, code=code)
        answer = client(third).post(f"/api/v1/meetings/{theirs.pk}/join")
        assert (answer.status_code, answer.json()["code"]) == (409, "NO_OBSERVER")
    assert (Observation.objects.count(), "observer.joined" in told(room)) == (0, False)


def _close(room, owner, guest):
    rooms.close(owner, room.pk)


def _delete(room, owner, guest):
    rooms.remove(owner, room.pk)


def _send_out(room, owner, guest):
    seats.remove(owner, room.pk, guest.pk)


def _leave(room, owner, guest):
    seats.leave(guest, room.pk)


@pytest.mark.parametrize("end", [_close, _delete, _send_out, _leave])
def test_an_ear_goes_with_its_room_and_with_its_person(end, room, owner, guest):
    theirs = meetings.meeting(guest, code=str(room.pk))
    assert client(guest).post(f"/api/v1/meetings/{theirs.pk}/join").status_code == 201
    end(room, owner, guest)
    ear = Observation.objects.get()
    assert ear.ended_at is not None
    assert observations.listening("room", room.pk) == []
    assert end is _delete or told(room).count("observer.left") == 1


def test_the_owner_of_a_room_may_go_and_their_meeting_hears_on(room, owner, observed):
    seats.leave(owner, room.pk)
    assert Observation.objects.get().ended_at is None


@pytest.mark.once
def test_an_ear_that_comes_while_somebody_speaks_hears_the_rest(
    owner, room, meeting, api, worker, monkeypatch
):
    monkeypatch.setattr(hearing, "HURRY", 60.0)
    speaker.acquire(owner, room.pk)
    access = token(owner)

    async def run() -> None:
        async with open_socket(room, access) as ear:
            await speak(ear, *sound(3))
            await ear.until("transcript.partial")
            await asyncio.to_thread(api.post, f"/api/v1/meetings/{meeting.pk}/join")
            await ear.until("observer.joined")
            await speak(ear, DANIEL)
            await say(ear, "audio.end")
            await ear.until("message.created")

    asyncio.run(run())
    api.post(f"/api/v1/meetings/{meeting.pk}/leave")
    worker.work()
    assert sound_of(Recording.objects.get()) == DANIEL


@pytest.mark.once
def test_a_storage_that_fails_breaks_nothing_in_the_room_and_is_said(
    owner, room, meeting, observed, api, monkeypatch
):
    class Broken:
        def __init__(self, stream):
            pass

        async def append(self, data):
            raise Unavailable("There is no space left.")

        async def leave(self):
            pass

    monkeypatch.setattr(tap, "Journal", Broken)
    talk(room, (owner, MAYA))
    assert Message.objects.count() == 1
    assert Observation.objects.get().lost
    api.post(f"/api/v1/meetings/{meeting.pk}/leave")
    assert Recording.objects.count() == 0


@pytest.mark.once
def test_a_pause_of_the_one_who_speaks_is_silence(owner, room, observed, monkeypatch):
    """The clock says that three seconds lie between two frames of one second each."""
    second = MAYA[: 2 * RATE]
    ear = Observation.objects.get()

    async def run() -> None:
        turn = tap._Turn(ear, owner, LiveFormat())
        began = asyncio.get_running_loop().time()
        await turn.take(second, began)
        await turn.take(second, began + 3.0)
        await turn.end()

    asyncio.run(run())
    assert LiveStream.objects.get().stored_ms == 4000


def test_a_meeting_that_is_deleted_hears_nothing_more(owner, room, meeting, observed, api):
    assert api.delete(f"/api/v1/meetings/{meeting.pk}").status_code == 204
    talk(room, (owner, DANIEL))
    assert (LiveStream.objects.count(), Observation.objects.count()) == (0, 0)
    assert told(room).count("observer.left") == 1


def test_whoever_deletes_their_account_is_not_in_sound_that_is_no_recording_yet(
    owner, guest, room, meeting, observed
):
    talk(room, (guest, DANIEL))
    assert LiveStream.objects.count() == 1
    privacy.erase(Person(guest.pk, guest.email))
    assert LiveStream.objects.count() == 0
