"""Events: numbered without a gap, told once and only when they are true, kept for who was away."""

import pytest
from django.db import transaction

from rooms.errors import RoomNotFound
from rooms.events import RoomClosed, TranscriptPartial
from rooms.models import Room, RoomEvent
from rooms.services import log
from rooms.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(owner):
    return factories.room(owner)


def record(room: Room, times: int = 1) -> list[int]:
    with transaction.atomic():
        return [log.record(room.pk, event(room, str(n))) for n in range(times)]


def event(room: Room, reason: str = "closed") -> RoomClosed:
    return RoomClosed(room_id=str(room.pk), reason=reason)


def partial(room: Room, owner) -> TranscriptPartial:
    return TranscriptPartial(
        room_id=str(room.pk), sender_user_id=str(owner.pk), segment_id=1, rev=1, text="Hel"
    )


def seqs(room: Room) -> list[int]:
    return list(RoomEvent.objects.filter(room=room).order_by("seq").values_list("seq", flat=True))


@pytest.mark.django_db(transaction=True)
def test_an_event_is_published_when_it_is_committed_and_once(room, published):
    with transaction.atomic():
        assert log.record(room.pk, event(room)) == 1
        assert published == []
    (group, message), = published  # fmt: skip
    assert (group, message["event"], message["seq"]) == (f"room.{room.pk}", "room.closed", 1)
    row = RoomEvent.objects.get()
    assert (row.seq, row.type, row.payload) == (1, "room.closed", message["payload"])
    assert message["ts"] == row.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_told_and_its_number_is_used_by_the_next(room, published):
    with pytest.raises(RuntimeError), transaction.atomic():
        log.record(room.pk, event(room))
        raise RuntimeError("later in the same transaction")
    assert (published, seqs(room)) == ([], [])
    assert record(room) == [1]
    assert len(published) == 1


@pytest.mark.django_db(transaction=True)
def test_who_would_number_the_next_event_waits_for_the_present_one(room, beside, until_blocked):
    with transaction.atomic():
        assert log.record(room.pk, event(room)) == 1
        following = beside(lambda: record(room))
        until_blocked()
    assert following.result(10) == [2]
    assert seqs(room) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_a_partial_transcript_takes_a_number_and_is_not_kept(room, owner, published):
    record(room)
    assert log.number(room.pk, partial(room, owner)) == 2
    assert record(room) == [3]
    assert [message["seq"] for _, message in published] == [1, 2, 3]
    assert [message["droppable"] for _, message in published] == [False, True, False]
    assert [each.seq for each in log.since(room.pk, 0)] == [1, 3]


def test_who_was_away_gets_what_was_missed_in_its_order(room):
    record(room, 5)
    assert [each.seq for each in log.since(room.pk, 2)] == [3, 4, 5]
    assert [each.payload["reason"] for each in log.since(room.pk, 3, 2)] == ["3", "4"]
    assert log.since(room.pk, 5) == []
    assert log.since(factories.room().pk, 0) == []


def test_who_missed_more_than_fits_or_never_was_there_is_told_so(room):
    record(room, 5)
    assert log.since(room.pk, 2, 2) is None
    assert log.since(room.pk, 6) is None
    assert log.since(room.pk, -1) is None


def test_of_a_room_that_is_gone_there_is_nothing(room, owner):
    room.delete()
    for ask in (
        lambda: log.since(room.pk, 0),
        lambda: record(room),
        lambda: log.number(room.pk, event(room)),
    ):
        with pytest.raises(RoomNotFound):
            ask()
    assert not RoomEvent.objects.exists()


def test_the_newest_are_kept_and_who_missed_others_is_told_so(room, owner, settings):
    settings.ROOM_EVENTS_KEPT = 20
    record(room, 5)
    for _ in range(30):
        log.number(room.pk, partial(room, owner))
    record(room, 19)
    assert seqs(room) == [5, *range(36, 55)]
    assert [each.seq for each in log.since(room.pk, 4)] == seqs(room)
    assert log.since(room.pk, 3) is None
    record(room, 6)
    assert (len(seqs(room)), seqs(room)[-1]) == (20, 60)
    other = factories.room(owner)
    record(other, 1)
    assert seqs(other) == [1]


def test_what_is_old_is_thrown_away_now_and_then_only(room, settings, django_assert_max_num_queries):
    settings.ROOM_EVENTS_KEPT = 20
    record(room, 20)
    with django_assert_max_num_queries(5):
        record(room)
    assert len(seqs(room)) == 21
