"""Rooms over REST, beyond what stt-rooms.md prints: the owner's own, lists, bad values."""

import pytest
from django.contrib.auth.hashers import check_password

from accounts.tests.people import client, person
from rooms.models import Message, Room, RoomEvent, Seat
from rooms.services import speaker
from rooms.tests import factories
from rooms.tests.factories import told
from tasks.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(owner, guest):
    return factories.room(owner, owner, guest)


@pytest.fixture
def path(room):
    return f"/api/v1/rooms/{room.pk}"


def titles(answer) -> list[str]:
    return [each["title"] for each in answer.json()]


def test_capacity_and_language_may_be_given(api):
    given = {"title": " Planning ", "capacity": 5, "language": "de-AT"}
    body = api.post("/api/v1/rooms", given, format="json").json()
    assert (body["title"], body["capacity"], body["language"]) == ("Planning", 5, "de")
    assert (body["closed_at"], body["seq"], body["grant"], body["participant_count"]) == (None, 0, 0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"title": ""},
        {"title": "   "},
        {"title": "a" * 201},
        {"title": "Room", "capacity": 0},
        {"title": "Room", "capacity": 201},
        {"title": "Room", "capacity": "many"},
        {"title": "Room", "language": "klingon"},
        {"title": "Room", "password": "a" * 129},
    ],
    ids=str,
)
def test_what_is_wrong_with_a_new_room_is_said(api, wrong):
    answer = api.post("/api/v1/rooms", wrong, format="json")
    assert answer.status_code == 422
    blamed = [*wrong, "title"][max(0, len(wrong) - 1)]
    assert answer.json()["detail"][0]["loc"] == ["body", blamed]
    assert not Room.objects.exists()


def test_the_list_is_everybodys_and_can_be_narrowed(api, owner, stranger):
    factories.room(owner, title="Mine today")
    factories.room(owner, title="Mine closed", password="open sesame")
    Room.objects.filter(title="Mine closed").update(closed_at="2026-01-29T00:00:00Z")
    factories.room(title="Others'")
    path = "/api/v1/rooms"
    assert titles(api.get(path)) == titles(stranger.get(path)) == ["Others'", "Mine today"]
    assert titles(api.get(f"{path}?mine=true")) == ["Mine today"]
    assert titles(api.get(f"{path}?closed=true")) == ["Others'", "Mine closed", "Mine today"]
    assert titles(api.get(f"{path}?q=MINE&closed=true&mine=1")) == ["Mine closed", "Mine today"]
    assert titles(stranger.get(f"{path}?mine=true")) == []
    assert api.get(f"{path}?mine=perhaps").status_code == 422


def test_only_who_is_present_counts_as_a_participant(api, owner, guest, room):
    assert api.get("/api/v1/rooms").json()[0]["participant_count"] == 2
    factories.pass_time(50)
    Seat.objects.filter(user=owner).update(present_until="2100-01-01T00:00:00Z")
    factories.pass_time(11)
    assert api.get("/api/v1/rooms").json()[0]["participant_count"] == 1


@pytest.mark.parametrize(("below", "number"), [("", 3), ("/{}/messages", 6), ("/{}/participants", 6)])
def test_lists_ask_as_often_for_many_rows_as_for_one(
    api, owner, room, below, number, django_assert_num_queries
):
    """One of it for the session; for what is in a room, three for the seat and the room."""
    for n in range(3):
        factories.room(owner, person(), title=str(n))
        factories.say(room, person(), "Hello.")
        Seat.objects.create(room=room, user=person(), present_until="2100-01-01T00:00:00Z")
        with django_assert_num_queries(number):
            assert len(api.get("/api/v1/rooms" + below.format(room.pk)).json()) > n


def test_an_owner_changes_the_room_and_all_are_told(api, room, path):
    changes = {"title": "Renamed", "password": "open sesame", "capacity": 3, "language": "en"}
    body = api.patch(path, changes, format="json").json()
    assert (body["title"], body["has_password"], body["capacity"], body["language"]) == (
        "Renamed",
        True,
        3,
        "en",
    )
    event = RoomEvent.objects.last()
    assert (event.type, event.seq, body["seq"]) == ("room.changed", 3, 3)
    assert event.payload == {
        "room_id": str(room.pk),
        "title": "Renamed",
        "capacity": 3,
        "language": "en",
        "has_password": True,
    }
    assert check_password("open sesame", Room.objects.get().password)
    assert "open sesame" not in str(body)
    assert api.patch(path, {"password": ""}, format="json").json()["has_password"] is False


def test_what_changes_nothing_is_no_event(api, room, path):
    assert api.patch(path, {"title": room.title, "capacity": 2}, format="json").status_code == 200
    assert api.patch(path, {}, format="json").status_code == 200
    assert [kind for kind, _ in told(room)] == ["participant.joined"] * 2


def test_nobody_is_left_standing(api, room, path):
    answer = api.patch(path, {"capacity": 1, "title": "Renamed"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "CAPACITY_TOO_SMALL")
    assert answer.json()["detail"][0]["loc"] == ["body", "capacity"]
    room.refresh_from_db()
    assert (room.capacity, room.title) == (2, "Stand-up")
    factories.pass_time(61)
    assert api.patch(path, {"capacity": 1}, format="json").status_code == 200


@pytest.mark.parametrize(("method", "below"), [("patch", ""), ("delete", ""), ("post", "/close")])
def test_who_does_not_own_the_room_does_not_change_it(guest, room, path, method, below):
    answer = getattr(client(guest), method)(f"{path}{below}", {"title": "Mine"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "NOT_ROOM_OWNER")
    room.refresh_from_db()
    assert (room.title, room.closed_at, len(told(room))) == ("Stand-up", None, 2)


@pytest.mark.django_db(transaction=True)
def test_a_closed_room_is_read_to_the_end_by_those_inside_and_by_its_owner(
    api, owner, guest, stranger, room, path, published
):
    factories.say(room, guest, "Bye.")
    first = api.post(f"{path}/close")
    assert (first.status_code, first.json()["closed_at"][-1]) == (200, "Z")
    assert [(group, message["type"]) for group, message in published] == [
        (f"room.{room.pk}", "deliver"),
        (f"room.{room.pk}", "hang_up"),
    ]
    assert published[0][1]["payload"] == {"room_id": str(room.pk), "reason": "closed"}
    assert (published[1][1]["code"], published[1][1]["reason"]) == (4409, "ROOM_CLOSED")
    assert api.post(f"{path}/close").json() == first.json()
    assert len(published) == 2

    assert len(client(guest).get(f"{path}/messages").json()) == 1
    factories.pass_time(61)
    assert client(guest).get(f"{path}/messages").status_code == 403
    assert stranger.get(f"{path}/messages").status_code == 403
    assert len(api.get(f"{path}/messages").json()) == 1
    refused = api.patch(path, {"title": "Again"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "ROOM_CLOSED")


@pytest.mark.django_db(transaction=True)
def test_a_deleted_room_is_gone_with_everything_and_its_watchers_hear_of_it(
    api, owner, room, path, published
):
    factories.say(room, owner, "Bye.")
    speaker.acquire(owner, room.pk)
    published.clear()
    assert api.delete(path).status_code == 204
    sent = [(message.get("event"), message["type"]) for _, message in published]
    assert sent == [("speaker.changed", "deliver"), ("room.closed", "deliver"), (None, "hang_up")]
    assert published[1][1]["payload"]["reason"] == "deleted"
    assert (published[2][1]["code"], published[2][1]["reason"]) == (4404, "ROOM_NOT_FOUND")
    for table in (Room, Seat, Message, RoomEvent):
        assert not table.objects.exists()
    assert api.get(path).json() == {"detail": "Room not found", "code": "ROOM_NOT_FOUND"}


def test_messages_come_newest_first_by_offset_and_are_read_from_top_to_bottom(api, owner, room, path):
    factories.say(room, owner, *"12345")

    def said(query: str) -> str:
        return "".join(each["content_text"] for each in api.get(f"{path}/messages?{query}").json())

    assert said("limit=2") == "45"
    assert said("limit=2&offset=2") == "23"
    assert said("limit=2&offset=4") == "1"
    assert said("limit=2&order=desc") == "54"
    assert said("limit=2&offset=2&order=desc") == "32"
    assert said("limit=2&order=asc") == "12"
    assert said("limit=2&offset=4&order=asc") == "5"


def test_an_order_that_there_is_not_is_refused(api, path):
    answer = api.get(f"{path}/messages?order=upwards")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", "order"]


def test_who_sits_in_a_room_with_one_may_be_given_a_task_by_their_id(api, owner, guest, room):
    """The list of participants shows their address to each other already; to nobody else, nor afterwards."""
    given = {"title": "Send the minutes", "assignee_user_id": str(guest.pk)}
    named = api.post("/api/v1/tasks", given, format="json")
    assert (named.status_code, named.json()["assignee_user_id"]) == (201, str(guest.pk))
    Task.objects.all().delete()
    factories.pass_time(61)
    refused = api.post("/api/v1/tasks", given, format="json")
    assert (refused.status_code, refused.json()["code"]) == (422, "UNKNOWN_ASSIGNEE")
    assert not Task.objects.exists()


def test_nobody_gives_a_room_away_or_takes_the_word_by_changing_it(api, owner, guest, room, path):
    columns = ("owner_id", "speaker_id", "speaker_until", "grant", "seq", "forgotten_seq", "closed_at")
    before = Room.objects.values(*columns).get()
    said = {name: str(guest.pk) for name in ("owner", "owner_id", "created_by", "speaker", "speaker_id")}
    said |= {"current_speaker_user_id": str(guest.pk), "grant": 99, "seq": 99, "forgotten_seq": 99}
    said |= {"closed_at": "2026-01-01T00:00:00Z", "speaker_until": "2100-01-01T00:00:00Z"}
    assert api.patch(path, said, format="json").status_code == 200
    assert Room.objects.values(*columns).get() == before
    made = api.post("/api/v1/rooms", said | {"title": "Another"}, format="json").json()
    assert (made["created_by"], made["grant"], made["seq"]) == (str(owner.pk), 0, 0)
    assert (made["closed_at"], made["current_speaker_user_id"]) == (None, None)
