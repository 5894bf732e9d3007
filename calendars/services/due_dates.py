"""Due dates of tasks as events that last a day in their assignee's calendar; kept by the pipeline's outward
steps and by whoever changes a task."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from accounts.models import User
from calendars.models import CalendarEvent

EARLIEST, LATEST = date(1, 1, 2), date(9999, 12, 30)
"""Days that have a midnight in every zone before and after them, as far as Python counts."""


@transaction.atomic
def keep(
    task_id: Any,
    *,
    owner: User,
    title: str,
    day: date,
    description: str = "",
    meeting_id: Any = None,
    effect_id: Any = None,
) -> CalendarEvent:
    """Have the due date of a task in the calendar of the one who is to do it, and of nobody else.

    Said again it is the same event, as it is now. Lasts from midnight to midnight in the owner's time zone.
    """
    CalendarEvent.objects.filter(task_id=task_id).exclude(owner=owner).delete()
    start, end = whole_day(day, owner.timezone)
    fields = {
        "title": title[:500],
        "description": description,
        "start_time": start,
        "end_time": end,
        "all_day": True,
        "meeting_id": meeting_id,
        "status": CalendarEvent.Status.CONFIRMED,
    }
    if effect_id is not None:
        fields["effect_id"] = effect_id
    event, _ = CalendarEvent.objects.update_or_create(owner=owner, task_id=task_id, defaults=fields)
    return event


def drop(task_id: Any) -> int:
    """The task has no due date any more, or is gone: so is its event. The number of events removed."""
    return CalendarEvent.objects.filter(task_id=task_id).delete()[0]


def whole_day(day: date, zone: str) -> tuple[datetime, datetime]:
    """When the day begins there and when the next one does, in UTC: 23 to 25 hours where clocks change.

    A midnight that a change of clocks leaves out is the moment of the change.
    """
    local = ZoneInfo(zone or settings.MEETING_TIME_ZONE)
    day = min(max(day, EARLIEST), LATEST)
    start, end = (datetime.combine(each, time.min, local) for each in (day, day + timedelta(days=1)))
    return start.astimezone(UTC), end.astimezone(UTC)
