"""stt-rooms.md: every printed example and every printed error of the rooms, but for the socket."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from meetings.tests.factories import client, person, wav
from rooms.models import Message, Room, Seat
from rooms.services import speaker
from rooms.tests import factories
from tests.dialects.shapes import differences

pytestmark = pytest.mark.django_db

ROOM = {
    "id": "550e8400-e29b-41d4-a716-446655440000",
    "title": "Room Title",
    "has_password": True,
    "capacity": 2,
    "created_by": "550e8400-e29b-41d4-a716-446655440000",
    "created_at": "2026-01-29T00:00:00Z",
    "current_speaker_user_id": None,
    "speaker_expires_at": None,
}
LISTED = {name: ROOM[name] for name in ("id", "title", "has_password", "capacity", "created_at")} | {
    "participant_count": 1
}
PARTICIPANT = {
    "user_id": "550e8400-e29b-41d4-a716-446655440000",
    "email": "user@example.com",
    "status": "online",
    "joined_at": "2026-01-29T00:00:00Z",
}
TURN = {
    "acquired": True,
    "current_speaker_user_id": "550e8400-e29b-41d4-a716-446655440000",
    "expires_at": "2026-01-29T00:00:20Z",
}
MESSAGE = {
    "id": "550e8400-e29b-41d4-a716-446655440000",
    "room_id": "550e8400-e29b-41d4-a716-446655440000",
    "sender_user_id": "550e8400-e29b-41d4-a716-446655440000",
    "sender_email": "user@example.com",
    "type": "stt",
    "content_text": "text",
    "meta_json": {"processing_time_ms": 1234.56},
    "status": "final",
    "created_at": "2026-01-29T00:00:00Z",
}
ELSEWHERE = f"/api/v1/rooms/{uuid.UUID(int=0)}"


@pytest.fixture
def guest(db):
    return person("guest@example.org")


@pytest.fixture
def room(owner, guest):
    """Both seats are taken."""
    return factories.room(owner, owner, guest)


@pytest.fixture
def path(room):
    return f"/api/v1/rooms/{room.pk}"


def refusal(answer) -> tuple[int, str, str]:
    body = answer.json()
    return answer.status_code, body["detail"], body["code"]


def test_a_room_is_created_listed_and_read_as_printed(api, owner):
    created = api.post("/api/v1/rooms", {"title": "Room Title", "password": "open sesame"}, format="json")
    assert created.status_code == 201
    body = created.json()
    assert differences(ROOM, body) == []
    assert (body["title"], body["has_password"], body["capacity"]) == ("Room Title", True, 2)
    assert (body["created_by"], body["current_speaker_user_id"]) == (str(owner.pk), None)

    assert api.get(f"/api/v1/rooms/{body['id']}").json() == body
    page = api.get("/api/v1/rooms")
    assert (page.status_code, page.headers["X-Total-Count"]) == (200, "1")
    assert differences([LISTED], page.json()) == []
    assert page.json()[0]["participant_count"] == 0
    assert "open sesame" not in page.content.decode() + created.content.decode()
    assert Room.objects.get().password not in page.content.decode() + created.content.decode()


def test_a_room_without_a_password_has_none(api):
    body = api.post("/api/v1/rooms", {"title": "Room Title"}, format="json").json()
    assert body["has_password"] is False
    assert Room.objects.get().password == ""


def test_joining_and_leaving_answer_as_printed(api, room, path, owner):
    joined = api.post(f"{path}/join", {}, format="json")
    assert (joined.status_code, joined.json()) == (200, {"joined": True})
    assert api.post(f"{path}/join").json() == {"joined": True}
    left = api.post(f"{path}/leave")
    assert (left.status_code, left.json()) == (200, {"left": True})
    assert not Seat.objects.filter(room=room, user=owner).exists()


def test_the_errors_of_joining_are_the_printed_ones(api, stranger, path):
    missing = api.post(f"{ELSEWHERE}/join", {}, format="json")
    assert refusal(missing) == (404, "Room not found", "ROOM_NOT_FOUND")
    assert refusal(stranger.post(f"{path}/join", {}, format="json")) == (409, "Room is full", "ROOM_FULL")
    locked = factories.room(password="open sesame")
    for wrong in ({"password": "open says me"}, {"password": None}, {}):
        answer = stranger.post(f"/api/v1/rooms/{locked.pk}/join", wrong, format="json")
        assert refusal(answer) == (403, "Invalid password", "INVALID_PASSWORD")
    assert (Seat.objects.filter(room=locked).count(), Seat.objects.count()) == (0, 2)


def test_participants_are_listed_as_printed(api, path, owner, guest):
    answer = api.get(f"{path}/participants")
    assert answer.status_code == 200
    assert differences([PARTICIPANT], answer.json()) == []
    assert [(each["user_id"], each["email"], each["status"]) for each in answer.json()] == [
        (str(owner.pk), owner.email, "online"),
        (str(guest.pk), guest.email, "online"),
    ]


def test_the_speaker_lock_answers_as_printed(api, path, owner, room):
    taken = api.post(f"{path}/speaker/acquire")
    assert taken.status_code == 200
    assert differences(TURN, taken.json()) == []
    assert taken.json()["current_speaker_user_id"] == str(owner.pk)
    shown = api.get(path).json()
    assert differences(ROOM | {"current_speaker_user_id": "uuid", "speaker_expires_at": "..."}, shown) == []
    assert shown["speaker_expires_at"] == taken.json()["expires_at"]

    kept = api.post(f"{path}/speaker/heartbeat")
    assert kept.status_code == 200
    assert differences(TURN, kept.json()) == []
    released = api.post(f"{path}/speaker/release")
    assert (released.status_code, released.json()) == (200, {"released": True})
    assert api.get(path).json()["current_speaker_user_id"] is None


def test_the_errors_of_the_speaker_lock_are_the_printed_ones(api, path, owner, guest, stranger):
    other = client(guest)
    taken = api.post(f"{path}/speaker/acquire").json()
    assert refusal(other.post(f"{path}/speaker/acquire")) == (409, "SPEAKER_TAKEN", "SPEAKER_TAKEN")
    for nobody in (other, stranger):
        for word in ("release", "heartbeat"):
            answer = nobody.post(f"{path}/speaker/{word}")
            assert refusal(answer) == (403, "NOT_SPEAKER", "NOT_SPEAKER")
    assert api.get(path).json()["speaker_expires_at"] == taken["expires_at"]
    for word in ("acquire", "release", "heartbeat"):
        answer = api.post(f"{ELSEWHERE}/speaker/{word}")
        assert refusal(answer) == (404, "Room not found", "ROOM_NOT_FOUND")


def test_messages_are_listed_as_printed(api, path, room, owner):
    factories.say(room, owner, "One.", "Two.")
    answer = api.get(f"{path}/messages")
    assert answer.status_code == 200
    assert differences([MESSAGE], answer.json()) == []
    assert [each["content_text"] for each in answer.json()] == ["One.", "Two."]
    first = answer.json()[0]
    assert (first["room_id"], first["sender_user_id"]) == (str(room.pk), str(owner.pk))
    assert (first["sender_email"], first["meta_json"]) == (owner.email, {"processing_time_ms": 12.5})


@pytest.mark.parametrize(
    ("method", "below"), [("get", "participants"), ("get", "messages"), ("post", "speaker/acquire")]
)
def test_what_is_said_in_a_room_needs_a_join(stranger, path, room, owner, method, below):
    factories.say(room, owner, "Secret.")
    answer = getattr(stranger, method)(f"{path}/{below}")
    assert refusal(answer) == (403, "NOT_PARTICIPANT", "NOT_PARTICIPANT")
    assert Room.objects.get(pk=room.pk).speaker is None
    missing = getattr(stranger, method)(f"{ELSEWHERE}/{below}")
    assert refusal(missing) == (404, "Room not found", "ROOM_NOT_FOUND")


def test_who_does_not_sit_there_cannot_leave(stranger, path, room):
    assert refusal(stranger.post(f"{path}/leave")) == (403, "NOT_PARTICIPANT", "NOT_PARTICIPANT")
    assert Seat.objects.filter(room=room).count() == 2


def test_rooms_page_fifty_at_a_time_and_messages_a_hundred(api, owner, room, path):
    Room.objects.bulk_create(Room(owner=owner, title=f"Room {n}") for n in range(50))
    page = api.get("/api/v1/rooms")
    assert (len(page.json()), page.headers["X-Total-Count"]) == (50, "51")
    assert 'rel="next"' in page.headers["Link"]
    assert len(api.get("/api/v1/rooms?limit=2&offset=50").json()) == 1
    Message.objects.bulk_create(Message(room=room, sender=owner, text=str(n)) for n in range(101))
    page = api.get(f"{path}/messages")
    assert (len(page.json()), page.headers["X-Total-Count"]) == (100, "101")


def test_the_speaker_who_is_named_is_the_one_who_holds_the_lock(api, path, guest, room):
    speaker.acquire(guest, room.pk)
    factories.pass_time(21)
    shown = api.get(path).json()
    assert (shown["current_speaker_user_id"], shown["speaker_expires_at"]) == (None, None)


SPOKEN = {
    "message_id": "550e8400-e29b-41d4-a716-446655440000",
    "text": "transcribed text",
    "status": "final",
    "processing_time_ms": 1234.56,
}


def hand_in(client, address: str):
    said = SimpleUploadedFile("said.wav", wav(1.0), "audio/wav")
    return client.post(f"{address}/stt", {"file": said}, format="multipart")


def test_what_is_handed_in_is_answered_as_the_document_prints_it(api, owner, room):
    speaker.acquire(owner, room.pk)
    answer = hand_in(api, f"/api/v1/rooms/{room.pk}")
    assert answer.status_code == 200
    assert (differences(SPOKEN, answer.json()), answer.json().keys()) == ([], SPOKEN.keys())


def test_who_does_not_speak_may_not_hand_in(api, room):
    refused, nowhere = (hand_in(api, address) for address in (f"/api/v1/rooms/{room.pk}", ELSEWHERE))
    assert (refused.status_code, refused.json()["detail"]) == (403, "NOT_SPEAKER")
    assert (nowhere.status_code, nowhere.json()["detail"]) == (404, "Room not found")
