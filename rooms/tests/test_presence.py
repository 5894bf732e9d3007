"""Presence: what keeps a seat, for how long, and that everybody hears of its end exactly once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from accounts.tests.people import client
from core import registry
from rooms import selectors
from rooms.models import Room, Seat
from rooms.services import mutex, presence, speaker
from rooms.tests import factories
from rooms.tests.factories import pass_time, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(owner, guest):
    return factories.room(owner, owner, guest)


def left_of(user, room: Room) -> float:
    """Seconds for which somebody is present."""
    row = Seat.objects.annotate(now=Now()).get(user=user, room=room)
    return (row.present_until - row.now).total_seconds()


def about(seconds: float):
    return pytest.approx(seconds, abs=5)


@pytest.mark.parametrize(
    ("method", "below"),
    [
        ("get", ""),
        ("get", "/participants"),
        ("get", "/messages"),
        ("post", "/join"),
        ("post", "/speaker/acquire"),
        ("post", "/speaker/release"),
        ("patch", ""),
    ],
)
def test_any_request_about_the_room_keeps_the_seat_for_a_minute(api, owner, room, method, below):
    pass_time(50)
    getattr(api, method)(f"/api/v1/rooms/{room.pk}{below}", format="json")
    assert left_of(owner, room) == about(60)
    assert len(told(room)) >= 2


def test_a_request_about_another_room_or_by_another_keeps_nothing(owner, guest, stranger, room):
    pass_time(50)
    stranger.get(f"/api/v1/rooms/{room.pk}")
    client(owner).get(f"/api/v1/rooms/{factories.room().pk}")
    assert (left_of(owner, room), left_of(guest, room)) == (about(10), about(10))
    assert presence.touch(factories.room().pk, owner.pk) is False


def test_nobody_comes_back_without_joining(owner, guest, room):
    pass_time(61)
    assert presence.touch(room.pk, owner.pk) is False
    presence.keep([(room.pk, guest.pk)])
    presence.socket_closed(room.pk, owner.pk)
    assert not selectors.present(room.pk).exists()
    assert client(owner).get(f"/api/v1/rooms/{room.pk}/participants").status_code == 403


def test_open_sockets_keep_their_seats_and_nobody_elses(owner, guest, third, room, monkeypatch):
    monkeypatch.setattr(presence, "TOGETHER", 2)
    other = factories.room(owner, owner, guest)
    pass_time(50)
    pairs = [(room.pk, owner.pk), (other.pk, guest.pk), (room.pk, third.pk)]
    assert presence.keep(pairs) == {(room.pk, third.pk)}
    assert (left_of(owner, room), left_of(guest, other)) == (about(30), about(30))
    assert (left_of(guest, room), left_of(owner, other)) == (about(10), about(10))
    assert presence.keep([]) == set()


def test_an_open_socket_shortens_nothing_but_its_end_begins_the_grace(owner, room):
    presence.keep([(room.pk, owner.pk)])
    assert left_of(owner, room) == about(60)
    presence.socket_closed(room.pk, owner.pk)
    assert left_of(owner, room) == about(30)


def test_who_holds_the_lock_is_present_for_as_long(owner, room, settings):
    settings.ROOM_SPEAKER_TTL = timedelta(seconds=300)
    speaker.acquire(owner, room.pk)
    assert left_of(owner, room) == about(300)
    presence.socket_closed(room.pk, owner.pk)
    assert left_of(owner, room) == about(300)
    assert Seat.objects.get(user=owner).present_until >= Room.objects.get().speaker_until


def test_a_socket_of_a_room_that_is_gone_closes_quietly(owner, room):
    room.delete()
    presence.socket_closed(room.pk, owner.pk)
    assert not Seat.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_expiry_tells_by_itself_and_hangs_up(owner, guest, room, published):
    speaker.acquire(owner, room.pk)
    pass_time(61)
    published.clear()
    assert presence.expire() == 1
    told_to = [(group.count("."), message.get("event", message["type"])) for group, message in published]
    assert told_to == [
        (1, "participant.left"),
        (2, "hang_up"),
        (1, "participant.left"),
        (2, "hang_up"),
        (1, "speaker.changed"),
    ]
    assert published[-1][1]["payload"]["current_speaker_user_id"] is None
    seqs = [message["seq"] for _, message in published if message["type"] == "deliver"]
    assert seqs == [4, 5, 6]
    assert presence.expire() == 0


@pytest.mark.django_db(transaction=True)
def test_of_many_schedulers_one_announces(owner, guest, room):
    others = [factories.room(owner, guest) for _ in range(3)]
    for each in others:
        speaker.acquire(guest, each.pk)
    pass_time(21)

    def expire(_):
        try:
            return presence.expire()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(expire, range(4)))
    for each in others:
        assert [kind for kind, _ in told(each)] == [
            "participant.joined",
            "speaker.changed",
            "speaker.changed",
        ]
    assert presence.expire() == 0


@pytest.mark.django_db(transaction=True)
def test_a_request_that_came_in_time_keeps_the_seat_though_expiry_looked_before(
    owner, guest, room, servers, beside, until_blocked, monkeypatch
):
    """The one who is about to take the seat waits for who is about to keep it, and looks again."""
    from django.db import transaction

    Seat.objects.filter(user=guest).delete()
    Seat.objects.update(present_until=Now() + timedelta(milliseconds=300))
    with transaction.atomic():
        assert presence.touch(room.pk, owner.pk)
        connection.cursor().execute("SELECT pg_sleep(0.4)")
        looking = beside(presence.expire)
        until_blocked()
    assert looking.result(10) == 1
    assert selectors.present(room.pk).count() == 1
    assert [kind for kind, _ in told(room)] == ["participant.joined", "participant.joined"]


def test_looking_costs_two_questions_and_no_write_where_nothing_is_due(
    owner, room, django_assert_num_queries
):
    with django_assert_num_queries(2) as asked:
        assert presence.expire() == 0
    assert all(query["sql"].startswith("SELECT") for query in asked)


def test_a_room_that_fails_keeps_no_other_from_being_settled(owner, guest, third, room, monkeypatch, caplog):
    other = factories.room(owner, third)
    pass_time(61)
    take = mutex.take

    def fails_for_one(room_id):
        if room_id == room.pk:
            raise RuntimeError("broken")
        return take(room_id)

    monkeypatch.setattr(mutex, "take", fails_for_one)
    assert presence.expire() == 2
    assert (Seat.objects.filter(room=room).count(), Seat.objects.filter(room=other).count()) == (2, 0)
    assert "what is due in room" in caplog.text


def test_one_pass_takes_some_and_the_next_one_the_others(owner, guest, room, monkeypatch):
    monkeypatch.setattr(presence, "PASS", 1)
    other = factories.room(owner, owner)
    pass_time(61)
    assert [presence.expire() for _ in range(3)] == [1, 1, 0]
    assert not Seat.objects.filter(room__in=[room, other]).exists()


def test_the_scheduler_looks_every_second():
    chore = next(each for each in registry.chores() if each.name == "rooms")
    assert (chore.work, chore.interval) == (presence.expire, timedelta(seconds=1))
