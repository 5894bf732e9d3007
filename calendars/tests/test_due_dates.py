"""A due date is one event of one person, and lasts their whole day, however long clocks make it."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.tests.people import person
from calendars.models import CalendarEvent
from calendars.services import due_dates

TASK = uuid.UUID(int=1)


def living_in(zone: str, email: str = "d@example.org") -> User:
    return person(email, timezone=zone)


def test_a_due_date_becomes_an_event_of_the_whole_day(db) -> None:
    owner, meeting, effect = living_in("Europe/Berlin"), uuid.uuid4(), uuid.uuid4()
    due_dates.keep(
        TASK,
        owner=owner,
        title="Update the runbook",
        day=date(2026, 11, 17),
        description="Said at 00:41.",
        meeting_id=meeting,
        effect_id=effect,
    )
    event = CalendarEvent.objects.get()
    assert (event.owner, event.task_id, event.meeting_id, event.effect_id) == (owner, TASK, meeting, effect)
    assert (event.title, event.description, event.all_day) == ("Update the runbook", "Said at 00:41.", True)
    assert event.start_time == datetime(2026, 11, 16, 23, tzinfo=UTC)
    assert event.end_time == datetime(2026, 11, 17, 23, tzinfo=UTC)


def test_said_again_it_is_the_same_event_as_it_is_now(db) -> None:
    owner, effect = living_in("UTC"), uuid.uuid4()
    first = due_dates.keep(TASK, owner=owner, title="Call", day=date(2026, 11, 17), effect_id=effect)
    CalendarEvent.objects.update(status=CalendarEvent.Status.CANCELLED)
    due_dates.keep(TASK, owner=owner, title="Call them", day=date(2026, 11, 20))
    event = CalendarEvent.objects.get()
    assert (event.pk, event.title, event.effect_id) == (first.pk, "Call them", effect)
    assert (event.start_time, event.status) == (datetime(2026, 11, 20, tzinfo=UTC), "confirmed")


def test_a_task_that_is_somebody_elses_now_leaves_the_calendar_of_whose_it_was(db) -> None:
    before, now = living_in("UTC"), living_in("UTC", "m@example.org")
    for owner in (before, now):
        due_dates.keep(TASK, owner=owner, title="Call", day=date(2026, 11, 17))
    assert CalendarEvent.objects.get().owner == now


def test_dropping_takes_the_event_of_this_task_only(db) -> None:
    owner, other = living_in("UTC"), uuid.uuid4()
    for task in (TASK, other):
        due_dates.keep(task, owner=owner, title="Call", day=date(2026, 11, 17))
    assert [due_dates.drop(TASK), due_dates.drop(TASK)] == [1, 0]
    assert CalendarEvent.objects.get().task_id == other


def test_two_at_once_keep_one_event(transactional_db, servers, beside) -> None:
    owner = living_in("UTC")
    days = [date(2026, 11, number) for number in (17, 18)]
    kept = [beside(lambda day=day: due_dates.keep(TASK, owner=owner, title="Call", day=day)) for day in days]
    assert {each.result(10).pk for each in kept} == {CalendarEvent.objects.get().pk}


@pytest.mark.once
@pytest.mark.parametrize(
    ("zone", "day", "start", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), datetime(2026, 3, 28, 23), 23),
        ("Europe/Berlin", date(2026, 10, 25), datetime(2026, 10, 24, 22), 25),
        ("Africa/Cairo", date(2026, 4, 24), datetime(2026, 4, 23, 22), 23),
        ("America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4), 25),
        ("Pacific/Kiritimati", date(2026, 1, 1), datetime(2025, 12, 31, 10), 24),
        ("", date(2026, 1, 1), datetime(2026, 1, 1), 24),
    ],
)
def test_days_on_which_clocks_change_are_shorter_or_longer(
    zone: str, day: date, start: datetime, hours: int
) -> None:
    begins, ends = due_dates.whole_day(day, zone)
    assert begins == start.replace(tzinfo=UTC)
    assert ends - begins == timedelta(hours=hours)


@pytest.mark.once
@pytest.mark.parametrize("day", [date.min, date.max])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_a_day_at_the_end_of_time_is_a_day(zone: str, day: date) -> None:
    begins, ends = due_dates.whole_day(day, zone)
    assert begins < ends


@pytest.mark.once
@settings(max_examples=50)
@given(
    zone=st.timezone_keys(),
    day=st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)),
)
def test_days_follow_each_other_without_a_gap(zone: str, day: date) -> None:
    begins, ends = due_dates.whole_day(day, zone)
    assert begins <= ends
    assert due_dates.whole_day(day + timedelta(days=1), zone)[0] == ends
