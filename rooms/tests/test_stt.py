"""`POST /rooms/{id}/stt`: what the speaker hands in, judged when its headers arrive, becomes a message."""

import asyncio
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from asgiref.sync import sync_to_async
from django.core.asgi import get_asgi_application
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.tests import people
from audio.live import admission
from audio.media.decode import decode
from core.arrival import Arrivals
from integrations.errors import Misconfigured, Unavailable
from rooms import selectors
from rooms.models import Message, RoomEvent
from rooms.services import seats, speaker, stt
from rooms.tests import factories
from tests.asgi import Exchange

pytestmark = pytest.mark.django_db

FIRST = "I am Maya and this is our weekly meeting."
BOUNDARY = "frontier"


@pytest.fixture
def room(owner, guest):
    room = factories.room(owner, owner, guest)
    speaker.acquire(owner, room.pk)
    return room


@pytest.fixture
def quick(monkeypatch):
    """Decode in this process: where it does not matter, a child would take most of the test's time."""

    def decode_here(sources, target, *, max_duration, limits):
        return decode(sources, target, max_duration=max_duration)

    monkeypatch.setattr(stt, "decode_in_child", decode_here)


def wav(seconds: float = 2.0, **options) -> SimpleUploadedFile:
    return SimpleUploadedFile("said.wav", factories.recorded(seconds, **options), "audio/wav")


def engine_that(transcribe) -> SimpleNamespace:
    """A registry whose engine does that."""
    return SimpleNamespace(engine=lambda kind: SimpleNamespace(transcribe=transcribe))


def hand_in(client, room, file=None, query: str = "", **fields):
    data = {"file": file or wav(), **fields}
    return client.post(f"/api/v1/rooms/{room.pk}/stt{query}", data, format="multipart")


def test_what_the_speaker_hands_in_becomes_a_message_of_which_all_are_told(api, owner, room):
    answer = hand_in(api, room)
    assert answer.status_code == 200, answer.json()
    message = Message.objects.get()
    assert answer.json() == {
        "message_id": str(message.pk),
        "text": FIRST,
        "status": "final",
        "processing_time_ms": message.meta["processing_time_ms"],
    }
    assert (message.sender, message.text, message.meta["duration_ms"]) == (owner, FIRST, 2000)
    assert message.meta["processing_time_ms"] > 0
    event = RoomEvent.objects.get(type="message.created")
    assert (event.payload["message_id"], event.payload["text"]) == (str(message.pk), FIRST)


@pytest.mark.usefixtures("quick")
def test_silence_is_stored_without_text_and_nobody_is_told(api, room):
    answer = hand_in(api, room, wav(silent=True))
    assert (answer.status_code, answer.json()["text"]) == (200, "")
    assert Message.objects.get().text == ""
    assert not RoomEvent.objects.filter(type="message.created").exists()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"These are words and no sound." * 50, 415, "UNSUPPORTED_AUDIO_FORMAT"),
        (b"", 422, "VALIDATION_ERROR"),
        (factories.recorded(2.0)[:44], 422, "AUDIO_EMPTY"),
    ],
)
def test_what_is_no_sound_is_refused_and_nothing_is_said(api, room, content, status, code):
    answer = hand_in(api, room, SimpleUploadedFile("said.wav", content, "audio/wav"))
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.json()
    assert not Message.objects.exists()


def test_more_than_may_be_said_at_once_is_refused_with_a_sentence(api, room, settings):
    settings.ROOM_STT_SECONDS = 1
    answer = hand_in(api, room)
    assert answer.status_code == 413
    assert answer.json()["detail"] == "What is said in one message may be 1 seconds long at most."
    assert not Message.objects.exists()


def test_only_the_speaker_may(room, guest, owner):
    answer = hand_in(people.client(guest), room)
    assert (answer.status_code, answer.json()) == (403, {"detail": "NOT_SPEAKER", "code": "NOT_SPEAKER"})
    speaker.release(owner, room.pk)
    assert hand_in(people.client(owner), room).status_code == 403
    assert not Message.objects.exists()


def test_a_room_that_is_not_there_is_not_found(api, room):
    answer = api.post(f"/api/v1/rooms/{owner_less()}/stt", {"file": wav()}, format="multipart")
    assert (answer.status_code, answer.json()["detail"]) == (404, "Room not found")


def owner_less() -> str:
    return "00000000-0000-4000-8000-000000000000"


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("way", ["query", "form"])
def test_a_grant_that_is_named_has_to_be_the_present_one(api, room, way):
    def named(grant: int):
        return (
            hand_in(api, room, query=f"?grant={grant}") if way == "query" else hand_in(api, room, grant=grant)
        )

    refused = named(7)
    assert (refused.status_code, refused.json()["code"]) == (409, "OLD_GRANT")
    assert not Message.objects.exists()
    assert named(1).status_code == 200


def test_a_grant_that_is_no_number_is_refused_as_part_of_the_query(api, room):
    answer = hand_in(api, room, query="?grant=first")
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["query", "grant"])


def test_when_all_places_are_taken_the_client_is_told_when_to_come_again(api, room, monkeypatch):
    monkeypatch.setattr(stt, "PATIENCE", 0.0)
    monkeypatch.setattr(admission, "transcriptions", admission.Places(lambda: 0))
    answer = hand_in(api, room)
    assert (answer.status_code, answer.json()["code"]) == (503, "LIVE_FULL")
    assert int(answer.headers["Retry-After"]) > 0
    assert not Message.objects.exists()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("error", "status"), [(Misconfigured("The weights are missing."), 503), (Unavailable("Starting."), 503)]
)
def test_an_engine_that_is_down_is_said_to_be(api, room, monkeypatch, error, status):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(stt, "registry", engine_that(fail))
    assert hand_in(api, room).status_code == status
    assert (Message.objects.count(), admission.transcriptions.taken) == (0, 0)


@pytest.mark.usefixtures("quick")
def test_an_engine_that_takes_too_long_is_given_up_and_keeps_its_place_until_it_ends(api, room, monkeypatch):
    goes_on, ended = threading.Event(), threading.Event()

    def transcribe(*_, **__):
        goes_on.wait(10)
        ended.set()

    monkeypatch.setattr(stt, "LONGEST_WAIT", 0.05)
    monkeypatch.setattr(stt, "registry", engine_that(transcribe))
    answer = hand_in(api, room)
    assert (answer.status_code, answer.json()["code"]) == (504, "TIMEOUT")
    assert admission.transcriptions.taken == 1
    goes_on.set()
    assert ended.wait(10)
    admission.executor().submit(int).result(10)
    assert (Message.objects.count(), admission.transcriptions.taken) == (0, 0)


@pytest.mark.usefixtures("quick")
def test_it_counts_as_voice(api, room, limited):
    limited(voice="1/minute")
    assert hand_in(api, room).status_code == 200
    assert hand_in(api, room).status_code == 429


def form(*, seconds: float = 1.0) -> list[bytes]:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="said.wav"\r\n\r\n'
    return [head.encode(), factories.recorded(seconds), f"\r\n--{BOUNDARY}--\r\n".encode()]


class Slowly:
    """The pieces of a body; between the first and the second something happens in a thread."""

    def __init__(self, pieces: list[bytes], meanwhile=lambda: None):
        self.pieces, self.meanwhile, self.given = pieces, meanwhile, 0

    async def receive(self) -> dict:
        if self.given == len(self.pieces):
            await asyncio.Event().wait()
        if self.given == 1:
            await sync_to_async(self.meanwhile, thread_sensitive=False)()
        piece = self.pieces[self.given]
        self.given += 1
        return {"type": "http.request", "body": piece, "more_body": self.given < len(self.pieces)}


def arrive(room, token: str, body: Slowly, *, path: str = "", **headers: str):
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    size = str(sum(map(len, body.pieces)))
    known = {"Authorization": f"Bearer {token}", "Content-Type": kind, "Content-Length": size}
    exchange = Exchange("POST", path or f"/api/v1/rooms/{room.pk}/stt", headers=known | headers)
    answer = exchange.answer

    async def send(message: dict) -> None:
        if message["type"] == "http.response.start":
            answer.status, answer.read = message["status"], sum(map(len, body.pieces[: body.given]))
        else:
            answer.body += message.get("body", b"")

    asyncio.run(Arrivals(get_asgi_application())(exchange.scope, body.receive, send))
    return answer


@pytest.mark.usefixtures("quick")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["released", "expired", "left"])
def test_an_upload_whose_lock_ends_on_the_way_is_finished_and_posted(room, owner, how):
    def end() -> None:
        if how == "released":
            speaker.release(owner, room.pk)
        elif how == "left":
            seats.leave(owner, room.pk)
        else:
            factories.pass_time(timedelta(minutes=1).total_seconds())

    answer = arrive(room, people.token(owner), Slowly(form(), end))
    assert answer.status == 200, answer.json()
    assert answer.json()["text"] == FIRST
    assert Message.objects.get().sender == owner


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("quick")
def test_who_sends_for_long_is_present_since_the_headers_came(room, owner):
    factories.pass_time(10)
    answer = arrive(room, people.token(owner), Slowly(form(), lambda: factories.pass_time(55)))
    assert answer.status == 200, answer.json()
    assert selectors.sits(owner.pk, room.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("slash", ["", "/"])
def test_who_has_lost_the_lock_before_the_headers_is_refused_before_the_body_is_read(room, owner, slash):
    speaker.release(owner, room.pk)
    body = Slowly(form())
    answer = arrive(room, people.token(owner), body, path=f"/api/v1/rooms/{room.pk}/stt{slash}")
    assert (answer.status, answer.json()["code"], answer.read) == (403, "NOT_SPEAKER", 0)
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("token", "headers", "status"),
    [("nonsense", {}, 401), (None, {"Content-Length": str(stt.MOST_BYTES + 1)}, 413)],
)
def test_a_bad_token_and_a_huge_body_are_refused_before_the_body_is_read(room, owner, token, headers, status):
    answer = arrive(room, token or people.token(owner), Slowly(form()), **headers)
    assert (answer.status, answer.read) == (status, 0)
    assert not Message.objects.exists()
