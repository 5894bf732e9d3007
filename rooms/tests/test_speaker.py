"""The speaker lock: one holder, grants that only grow, and a queue that is served without being asked."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.tests.people import client
from rooms.errors import NotParticipant, NotSpeaker, RoomClosed, RoomNotFound, SpeakerTaken, StaleGrant
from rooms.models import Room, Seat, Waiting
from rooms.services import presence, rooms, seats, speaker
from rooms.services.speaker import Grant, Place
from rooms.tests import factories
from rooms.tests.factories import pass_time, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(owner, guest, third):
    return factories.room(owner, owner, guest, third, capacity=3)


def turns_in(room: Room) -> list[str | None]:
    return [about for kind, about in told(room) if kind == "speaker.changed"]


def test_the_holder_renews_under_the_same_grant_and_nobody_is_told(owner, room):
    first = speaker.acquire(owner, room.pk)
    pass_time(5)
    again = speaker.acquire(owner, room.pk)
    kept = speaker.heartbeat(owner, room.pk)
    assert (first.grant, again.grant, kept.grant) == (1, 1, 1)
    assert first.expires_at < again.expires_at <= kept.expires_at
    assert turns_in(room) == [str(owner.pk)]


def test_a_lock_that_has_run_out_is_anybodys_and_each_grant_has_a_greater_number(owner, guest, room):
    speaker.acquire(owner, room.pk)
    pass_time(21)
    with pytest.raises(NotSpeaker):
        speaker.heartbeat(owner, room.pk)
    assert turns_in(room) == [str(owner.pk), None]
    assert speaker.acquire(guest, room.pk).grant == 2
    assert speaker.release(guest, room.pk) is None
    assert speaker.acquire(guest, room.pk).grant == 3
    assert turns_in(room)[2:] == [str(guest.pk), None, str(guest.pk)]


@pytest.mark.django_db(transaction=True)
def test_of_those_who_reach_for_it_at_once_one_has_it(owner, guest, third, room):
    def reach(user):
        try:
            return speaker.acquire(user, room.pk).current_speaker_user_id
        except SpeakerTaken:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        holders = list(filter(None, pool.map(reach, (owner, guest, third))))
    room.refresh_from_db()
    assert (holders, room.grant, turns_in(room)) == ([room.speaker_id], 1, [str(room.speaker_id)])


def test_who_waits_is_told_their_place_and_stays_there(owner, guest, third, room):
    held = speaker.acquire(owner, room.pk)
    for user, position in ((guest, 1), (third, 2), (guest, 1)):
        place = speaker.acquire(user, room.pk, wait=True)
        assert place == Place(position, owner.pk, held.expires_at)
    assert Waiting.objects.count() == 2
    answer = client(third).post(f"/api/v1/rooms/{room.pk}/speaker/acquire", {"wait": True}, format="json")
    assert answer.status_code == 202
    assert answer.json() | {"expires_at": ""} == {
        "acquired": False,
        "position": 2,
        "current_speaker_user_id": str(owner.pk),
        "expires_at": "",
    }


def test_who_waits_where_nobody_speaks_has_the_lock_at_once(guest, room):
    assert speaker.acquire(guest, room.pk, wait=True).acquired is True
    assert not Waiting.objects.exists()


@pytest.mark.parametrize(
    "end",
    [
        lambda owner, room: speaker.release(owner, room.pk),
        lambda owner, room: seats.leave(owner, room.pk),
        lambda owner, room: seats.remove(owner, room.pk, owner.pk),
        lambda owner, room: pass_time(21) or presence.expire(),
    ],
    ids=["release", "leave", "removal", "expiry"],
)
def test_whoever_waited_longest_has_the_lock_with_the_event_that_frees_it(end, owner, guest, third, room):
    speaker.acquire(owner, room.pk)
    speaker.acquire(third, room.pk, wait=True)
    speaker.acquire(guest, room.pk, wait=True)
    end(owner, room)
    assert turns_in(room) == [str(owner.pk), str(third.pk)]
    granted = speaker.require(third, room.pk)
    assert (granted.number, list(Waiting.objects.values_list("user", flat=True))) == (2, [guest.pk])
    assert Seat.objects.get(user=third).present_until >= Room.objects.get().speaker_until


def test_who_waits_and_is_absent_is_dropped(owner, guest, third, room):
    speaker.acquire(owner, room.pk)
    speaker.acquire(guest, room.pk, wait=True)
    speaker.acquire(third, room.pk, wait=True)
    pass_time(61)
    assert presence.expire() == 1
    assert turns_in(room) == [str(owner.pk), None]
    assert (Waiting.objects.count(), Seat.objects.count()) == (0, 0)


def test_who_does_not_want_to_wait_any_more_is_not_granted(api, owner, guest, third, room):
    path = f"/api/v1/rooms/{room.pk}/speaker/queue"
    speaker.acquire(owner, room.pk)
    speaker.acquire(guest, room.pk, wait=True)
    assert client(guest).delete(path).status_code == 204
    assert client(guest).delete(path).status_code == 204
    speaker.release(owner, room.pk)
    assert turns_in(room) == [str(owner.pk), None]
    seats.leave(third, room.pk)
    answer = client(third).delete(path)
    assert (answer.status_code, answer.json()["code"]) == (403, "NOT_PARTICIPANT")


def test_a_grant_is_for_who_holds_the_lock_now(owner, guest, room):
    with pytest.raises(NotSpeaker):
        speaker.require(owner, room.pk)
    speaker.acquire(owner, room.pk)
    assert speaker.require(owner, room.pk) == Grant(room.pk, owner.pk, 1, "")
    assert speaker.require(owner, room.pk, 1).number == 1
    with pytest.raises(StaleGrant):
        speaker.require(owner, room.pk, 2)
    with pytest.raises(NotSpeaker):
        speaker.require(guest, room.pk, 1)
    pass_time(21)
    with pytest.raises(NotSpeaker):
        speaker.require(owner, room.pk, 1)
    room.delete()
    with pytest.raises(RoomNotFound):
        speaker.require(owner, room.pk)


def test_a_closed_room_has_no_speaker_and_nobody_waits(owner, guest, room):
    speaker.acquire(guest, room.pk)
    speaker.acquire(owner, room.pk, wait=True)
    rooms.close(owner, room.pk)
    assert turns_in(room) == [str(guest.pk), None]
    assert told(room)[-1][0] == "room.closed"
    with pytest.raises(NotSpeaker):
        speaker.heartbeat(guest, room.pk)
    with pytest.raises(RoomClosed):
        speaker.acquire(guest, room.pk)
    assert not Waiting.objects.exists()


def test_who_has_left_cannot_speak(owner, room):
    seats.leave(owner, room.pk)
    with pytest.raises(NotParticipant):
        speaker.acquire(owner, room.pk, wait=True)
    assert (Waiting.objects.count(), turns_in(room)) == (0, [])
