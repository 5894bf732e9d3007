"""What becomes of rooms when a person leaves, and what they take along."""

import json
from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest
from django.db import connection, transaction

from accounts.models import Erasure, User
from accounts.services import erasure
from core.bearer import NotSignedIn
from core.errors import DomainError
from core.models import AuditEntry
from core.privacy import Person
from rooms import selectors
from rooms.models import Message, Room, RoomEvent, Seat, Waiting
from rooms.services import log, messages, mutex, privacy, seats, speaker
from rooms.tests import factories
from rooms.tests.factories import told
from tests.journeys.tables import named_in, table_texts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def olga(owner):
    User.objects.filter(pk=owner.pk).update(is_verified=True)
    owner.refresh_from_db()
    return owner


def speak(user, room: Room, text: str) -> Message:
    speaker.acquire(user, room.pk)
    return messages.post(speaker.require(user, room.pk), text, meta={})


def left_of(olga: User) -> list[tuple[str, str]]:
    return named_in(table_texts(AuditEntry, Erasure), olga.pk, olga.pk.hex, olga.email)


def test_an_own_room_that_others_spoke_in_is_closed_and_all_are_told(api, olga, guest, published):
    room = factories.room(olga, olga, guest, title="Planning", password="open sesame")
    speak(guest, room, "Mine.")
    speaker.release(guest, room.pk)
    said = speak(olga, room, "Olga's words.")
    watched = Room.objects.get().seq
    published.clear()

    receipt = api.delete("/v1/users/me").json()["data"]
    assert receipt["changed"] == {
        "messages in rooms that name a deleted user": 1,
        "rooms that were closed": 1,
        "events of rooms that forget a person": 4,
    }
    assert receipt["erased"]["database"]["seats"] == 1
    group = f"room.{room.pk}"
    about_the_room = [each for each in published if each[0].startswith(group)]
    assert [(name, message.get("event"), message.get("reason")) for name, message in about_the_room] == [
        (group, "participant.left", None),
        (f"{group}.{olga.pk}", None, "NOT_PARTICIPANT"),
        (group, "speaker.changed", None),
        (group, "room.closed", None),
        (group, None, "ROOM_CLOSED"),
    ]
    assert about_the_room[0][1]["payload"]["reason"] == "deleted"
    room.refresh_from_db()
    assert (room.owner, room.speaker, room.password, room.title) == (None, None, "", "Planning")
    assert room.closed_at is not None
    said.refresh_from_db()
    assert (said.text, said.sender) == ("Olga's words.", None)
    assert left_of(olga) == []
    last = selectors.messages(guest, room.pk)[0]
    assert (last.pk, last.sender_id) == (said.pk, None)

    assert log.since(room.pk, watched) is None
    event = RoomEvent.objects.filter(type="message.created").last()
    assert event.payload["text"] == "Olga's words."
    assert (event.payload["sender_user_id"], event.payload["sender_email"]) == (None, "Deleted user")
    assert [kind for kind, _ in told(room)][-3:] == ["message.created", "speaker.changed", "room.closed"]


def test_an_own_room_in_which_nobody_else_spoke_goes_with_what_was_said(api, olga, guest, published):
    room = factories.room(olga, olga, guest)
    speak(olga, room, "Olga's words.")
    published.clear()
    receipt = api.delete("/v1/users/me").json()["data"]
    assert receipt["erased"]["database"]["rooms"] == 1
    assert receipt["erased"]["database"]["messages"] == 1
    for table in (Room, Message, Seat, RoomEvent):
        assert not table.objects.exists()
    kinds = [message.get("event") or message["reason"] for _, message in published]
    assert kinds == [
        "SESSION_ENDED",
        "participant.left",
        "NOT_PARTICIPANT",
        "speaker.changed",
        "room.closed",
        "ROOM_NOT_FOUND",
    ]
    assert left_of(olga) == []


def test_in_rooms_of_others_the_next_has_the_word_and_nobody_is_named(api, olga, guest, third):
    room = factories.room(guest, olga, guest, third, capacity=3)
    speak(olga, room, "Olga's words.")
    speaker.acquire(third, room.pk, wait=True)
    before = log.since(room.pk, 0)
    assert api.delete("/v1/users/me").status_code == 200
    room.refresh_from_db()
    assert (room.speaker, room.owner, room.closed_at) == (third, guest, None)
    assert selectors.participants(guest, room.pk).count() == 2
    assert Message.objects.get().text == "Olga's words."
    assert left_of(olga) == []
    assert log.since(room.pk, before[-1].seq) is None
    assert told(room)[-1] == ("speaker.changed", str(third.pk))


def test_of_a_room_that_was_left_long_ago_nothing_remembers_either(api, olga, guest):
    room = factories.room(guest, guest, olga)
    speak(olga, room, "Olga's words.")
    seats.leave(olga, room.pk)
    assert left_of(olga) != []
    assert api.delete("/v1/users/me").status_code == 200
    assert left_of(olga) == []
    assert (Message.objects.count(), Room.objects.get().closed_at) == (1, None)


def test_who_only_waits_is_dropped(api, olga, guest):
    room = factories.room(guest, guest, olga)
    speaker.acquire(guest, room.pk)
    speaker.acquire(olga, room.pk, wait=True)
    assert api.delete("/v1/users/me").status_code == 200
    speaker.release(guest, room.pk)
    assert (Waiting.objects.count(), Room.objects.get().speaker) == (0, None)
    assert left_of(olga) == []


@pytest.mark.parametrize("title", ["Room of OWNER@example.org", "Olga Owner"])
def test_a_title_that_names_the_person_does_not_stay(api, olga, guest, title):
    room = factories.room(olga, guest, title=title)
    speak(guest, room, "Mine.")
    assert api.delete("/v1/users/me").status_code == 200
    room.refresh_from_db()
    assert room.title == "Room of a deleted user"
    assert left_of(olga) == []


def test_a_person_takes_along_their_rooms_their_words_and_their_seats(olga, guest):
    own = factories.room(olga, olga, guest, title="Planning", password="open sesame")
    others = factories.room(guest, olga, title="Others'")
    speak(guest, own, "Not hers.")
    said = speak(olga, others, "Olga's words.")
    entry, = privacy.export(Person(olga.pk, olga.email))  # fmt: skip
    written = b"".join(entry.pieces)
    found = orjson.loads(written)
    assert entry.path == "rooms.json"
    assert [room["title"] for room in found["own"]] == ["Planning"]
    assert [(message["id"], message["text"]) for message in found["messages"]] == [(str(said.pk), said.text)]
    assert {seat["room_id"] for seat in found["seats"]} == {str(own.pk), str(others.pk)}
    assert found["waiting"] == []
    assert Room.objects.get(pk=own.pk).password not in written.decode()
    assert "Not hers." not in json.dumps(found)


def test_who_leaves_while_others_come_and_speak_leaves_nothing_behind(olga, guest, third):
    """The account is held first and the room then; who holds the room may want the account: nobody waits
    for ever, and nothing of the person is written afterwards."""
    room = factories.room(guest, olga, guest, third, capacity=9)

    def turn(user):
        try:
            speaker.acquire(user, room.pk, wait=True)
            messages.post(speaker.require(user, room.pk), "Hello.", meta={})
            speaker.release(user, room.pk)
            seats.leave(user, room.pk)
            seats.join(user, room.pk)
        except DomainError:
            return
        finally:
            connection.close()

    def many_turns(user):
        for _ in range(4):
            turn(user)

    def leave():
        try:
            erasure.erase(olga, by=olga)
        except NotSignedIn:
            return
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        talking = [pool.submit(many_turns, user) for user in (guest, third, olga)]
        talking.append(pool.submit(leave))
        for each in talking:
            each.result(30)
    assert not User.objects.filter(pk=olga.pk).exists()
    assert left_of(olga) == []


def test_who_joins_and_who_erases_their_account_wait_in_the_same_order(
    olga, guest, servers, beside, until_blocked
):
    """PostgreSQL would else end one of the two after a second."""
    room = factories.room(guest, guest)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=olga.pk)
        joining = beside(lambda: seats.join(olga, room.pk))
        until_blocked()
        mutex.take(room.pk)
    joining.result(10)
    assert selectors.sits(olga.pk, room.pk)


def test_handing_the_word_on_waits_for_nobodys_account(olga, guest, servers, beside):
    room = factories.room(guest, guest, olga)
    speaker.acquire(guest, room.pk)
    speaker.acquire(olga, room.pk, wait=True)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=olga.pk)
        beside(lambda: speaker.release(guest, room.pk)).result(10)
    assert Room.objects.get().speaker == olga
