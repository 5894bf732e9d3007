"""Due dates as a calendar file (RFC 5545, published as in RFC 5546), attached to the mails of assignees.

They are all-day events, not to-dos: Google's and Outlook's calendars drop a VTODO, and Apple's shows it in
another app. They leave the day free.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress

from integrations.contracts.mail import Attachment

from .plain import one_line, web_address

FILE_NAME = "tasks.ics"
MEDIA_TYPE = "text/calendar; method=PUBLISH; charset=utf-8"
_PRODUCT = "-//Meeting Assistant//Tasks//EN"
_COUNTED_FROM = datetime(2020, 1, 1, tzinfo=UTC)
_DOMAIN = "tasks.meeting-assistant"


@dataclass(frozen=True)
class Due:
    """A task that is due. `uid` stays the same for a task, so that a later file moves its entry."""

    uid: str
    title: str
    day: date
    description: str = ""
    url: str = ""


@dataclass(frozen=True)
class Organiser:
    name: str
    email: str


def attachment(tasks: Iterable[Due], *, organiser: Organiser | None, now: datetime) -> Attachment:
    """The file `tasks.ics`. `now` (aware) becomes DTSTAMP and, in seconds, SEQUENCE: the newest file wins."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for task in tasks:
        calendar.add_component(_event(task, organiser, now.astimezone(UTC).replace(microsecond=0)))
    return Attachment(FILE_NAME, MEDIA_TYPE, calendar.to_ical().decode())


def _event(task: Due, organiser: Organiser | None, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{task.uid}@{_DOMAIN}")
    event.add("dtstamp", now)
    event.add("sequence", int((now - _COUNTED_FROM).total_seconds()))
    event.add("dtstart", task.day)
    event.add("dtend", task.day + timedelta(days=1))
    event.add("summary", one_line(task.title))
    if task.description:
        event.add("description", "\n".join(map(one_line, task.description.splitlines())))
    if url := web_address(task.url):
        event.add("url", url)
    event.add("transp", "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    if organiser and organiser.email:
        event.add("organizer", _address(organiser))
    return event


def _address(organiser: Organiser) -> vCalAddress:
    address = vCalAddress(f"mailto:{organiser.email}")
    address.params["CN"] = one_line(organiser.name).replace('"', "'") or organiser.email
    return address
