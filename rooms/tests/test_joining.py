"""Seats: never more than there are, never two for one, and passwords that cannot be guessed."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import User
from accounts.tests.people import client, person
from core.errors import DomainError
from rooms import selectors
from rooms.errors import InvalidPassword, ParticipantNotFound, RoomClosed, RoomFull, TooManyPasswords
from rooms.models import Room, RoomEvent, Seat
from rooms.services import rooms, seats, speaker
from rooms.tests import factories
from rooms.tests.factories import pass_time, told

pytestmark = pytest.mark.django_db


def at_once(calls: list) -> list:
    """What each answers or is refused with, all called from threads of their own at the same moment."""
    start = threading.Barrier(len(calls))

    def one(call):
        start.wait()
        try:
            return call()
        except DomainError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


@pytest.mark.django_db(transaction=True)
def test_of_fifty_who_join_a_room_for_two_at_once_exactly_two_sit_there(owner):
    people = User.objects.bulk_create(User(email=f"{n}@example.org", password="!") for n in range(50))
    room = factories.room(owner)
    begun = time.monotonic()
    answers = at_once([lambda one=one: seats.join(one, room.pk) for one in people])
    took = time.monotonic() - begun
    assert (answers.count(None), answers.count("ROOM_FULL")) == (2, 48)
    assert Seat.objects.filter(room=room).count() == 2
    assert [kind for kind, _ in told(room)] == ["participant.joined"] * 2
    assert took < 3


@pytest.mark.django_db(transaction=True)
def test_one_who_joins_from_many_devices_at_once_sits_there_once(owner):
    room = factories.room(owner)
    assert at_once([lambda: seats.join(owner, room.pk)] * 8) == [None] * 8
    assert Seat.objects.filter(room=room).count() == 1
    assert told(room) == [("participant.joined", str(owner.pk))]


def test_who_sits_there_joins_again_without_password_and_without_an_event(owner, guest):
    room = factories.room(owner, guest, password="open sesame")
    seats.join(guest, room.pk)
    seats.join(guest, room.pk, password="wrong")
    assert (Seat.objects.filter(room=room).count(), len(told(room))) == (1, 1)


def test_who_was_absent_for_too_long_needs_the_password_again(guest):
    room = factories.room(None, guest, password="open sesame")
    pass_time(61)
    with pytest.raises(InvalidPassword):
        seats.join(guest, room.pk)
    assert told(room)[1:] == [("participant.left", str(guest.pk))]
    seats.join(guest, room.pk, password="open sesame")
    assert [kind for kind, _ in told(room)] == [
        "participant.joined",
        "participant.left",
        "participant.joined",
    ]


def test_a_seat_is_free_as_soon_as_its_holder_is_absent_though_no_chore_ran(owner, guest, third):
    room = factories.room(owner, owner, guest)
    with pytest.raises(RoomFull):
        seats.join(third, room.pk)
    pass_time(61)
    seats.join(third, room.pk)
    assert [seat.user for seat in selectors.present(room.pk)] == [third]
    left = [event.payload for event in RoomEvent.objects.filter(type="participant.left")]
    assert {each["user_id"] for each in left} == {str(owner.pk), str(guest.pk)}
    assert {each["reason"] for each in left} == {"absent"}


def test_a_closed_room_takes_nobody(owner, guest):
    room = factories.room(owner)
    rooms.close(owner, room.pk)
    with pytest.raises(RoomClosed):
        seats.join(guest, room.pk)
    assert not Seat.objects.exists()


def test_leaving_frees_the_seat_and_the_lock_and_closes_the_sockets(owner, guest, third):
    room = factories.room(owner, owner, guest)
    speaker.acquire(owner, room.pk)
    seats.leave(owner, room.pk)
    assert told(room)[-2:] == [("participant.left", str(owner.pk)), ("speaker.changed", None)]
    assert RoomEvent.objects.get(type="participant.left").payload["reason"] == "left"
    seats.join(third, room.pk)


@pytest.mark.django_db(transaction=True)
def test_an_owner_sends_somebody_out_whose_sockets_are_closed(api, owner, guest, published):
    room = factories.room(owner, owner, guest)
    path = f"/api/v1/rooms/{room.pk}/participants"
    refused = client(guest).delete(f"{path}/{owner.pk}")
    assert (refused.status_code, refused.json()["code"]) == (403, "NOT_ROOM_OWNER")
    assert Seat.objects.filter(room=room).count() == 2
    published.clear()
    assert api.delete(f"{path}/{guest.pk}").status_code == 204
    assert [(group, message["type"]) for group, message in published] == [
        (f"room.{room.pk}", "deliver"),
        (f"room.{room.pk}.{guest.pk}", "hang_up"),
    ]
    assert (published[1][1]["code"], published[1][1]["reason"]) == (4403, "NOT_PARTICIPANT")
    assert published[0][1]["payload"] == {
        "room_id": str(room.pk),
        "user_id": str(guest.pk),
        "reason": "removed",
    }
    again = api.delete(f"{path}/{guest.pk}")
    assert (again.status_code, again.json()["code"]) == (404, "PARTICIPANT_NOT_FOUND")
    with pytest.raises(ParticipantNotFound):
        seats.remove(owner, room.pk, person().pk)


def test_wrong_passwords_are_counted_for_the_room_and_the_right_one_has_to_wait_too(limited, guest):
    limited(credentials="3/minute", credentials_address="100/minute")
    room = factories.room(password="open sesame")
    path = f"/api/v1/rooms/{room.pk}/join"
    guessing = client(guest)
    for _ in range(3):
        assert guessing.post(path, {"password": "wrong"}, format="json").status_code == 403
    answer = guessing.post(path, {"password": "open sesame"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (429, "RATE_LIMIT_EXCEEDED")
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert not Seat.objects.filter(room=room).exists()
    seats.join(guest, factories.room(password="other").pk, password="other")
    seats.join(person(), room.pk, password="open sesame")


def test_guesses_at_many_rooms_are_counted_together(limited, guest):
    limited(credentials="3/minute", credentials_address="5/minute")
    for n in range(5):
        with pytest.raises(InvalidPassword):
            seats.join(guest, factories.room(password="open sesame", title=str(n)).pk, password="wrong")
    with pytest.raises(TooManyPasswords) as refused:
        seats.join(guest, factories.room(password="open sesame").pk, password="open sesame")
    assert 0 < refused.value.retry_after <= 60


def test_being_right_forgets_the_failures_and_no_password_is_no_guess(limited, guest):
    limited(credentials="3/minute", credentials_address="100/minute")
    room = factories.room(password="open sesame")
    for _ in range(2):
        for _ in range(2):
            with pytest.raises(InvalidPassword):
                seats.join(guest, room.pk, password="wrong")
            with pytest.raises(InvalidPassword):
                seats.join(guest, room.pk)
        seats.join(guest, room.pk, password="open sesame")
        seats.leave(guest, room.pk)


def test_a_password_that_is_changed_while_it_is_looked_at_opens_nothing(owner, guest, monkeypatch):
    room = factories.room(owner, password="open sesame")
    looked_at = []

    def change_meanwhile(password, encoded):
        if not looked_at:
            rooms.change(owner, room.pk, password="another")
        looked_at.append(encoded)
        return password == "open sesame" and len(looked_at) == 1

    monkeypatch.setattr(seats, "check_password", change_meanwhile)
    with pytest.raises(InvalidPassword):
        seats.join(guest, room.pk, password="open sesame")
    assert (len(looked_at), Seat.objects.count()) == (2, 0)
    assert looked_at[1] == Room.objects.get().password
