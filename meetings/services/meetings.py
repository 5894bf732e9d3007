"""Making, changing and removing meetings; what a run does with them is in `pipeline`."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone as clock

from audio.models import LiveStream, Recording, Track
from audio.services import files, streams
from core import zones
from integrations.services import effects
from meetings import participants as people
from meetings.errors import ImpossibleStart, UnknownTimeZone
from meetings.models import Meeting, Segment

from . import observers

DEFAULT_TITLE = "Meeting"
YEARS = range(1900, 3000)


def create(
    owner,
    *,
    title: str = "",
    code: str = "",
    start_time: datetime | None = None,
    timezone: str = "",
    participants: Sequence = (),
    auto_complete: bool | None = None,
    **facts,
) -> Meeting:
    """A meeting without sound yet. A start without an offset is meant in the meeting's zone.

    Raises UnknownTimeZone, ImpossibleStart, Invalid.
    """
    zone = checked_zone(timezone or owner.timezone or settings.MEETING_TIME_ZONE)
    return Meeting.objects.create(
        owner=owner,
        title=title or code or DEFAULT_TITLE,
        code=code,
        start_time=anchored(start_time or clock.now(), zone),
        timezone=zone,
        participants=people.parse(participants),
        auto_complete=owner.auto_complete if auto_complete is None else auto_complete,
        **facts,
    )


def checked_zone(name: str) -> str:
    """Raises UnknownTimeZone."""
    if not zones.is_known(name):
        raise UnknownTimeZone(fields={"timezone": [UnknownTimeZone.message]})
    return name


def anchored(start: datetime, zone: str) -> datetime:
    """An aware time in UTC; a naive one is read in `zone`. Raises ImpossibleStart.

    The years leave every zone room before the calendar's ends.
    """
    if start.year not in YEARS:
        raise ImpossibleStart(fields={"start_time": [ImpossibleStart.message]})
    aware = start if start.tzinfo else start.replace(tzinfo=ZoneInfo(zone))
    return aware.astimezone(UTC)


def update(meeting: Meeting, **changes) -> Meeting:
    """Set the given fields. Raises UnknownTimeZone, ImpossibleStart, Invalid."""
    if "participants" in changes:
        changes["participants"] = people.parse(changes["participants"])
    if "timezone" in changes:
        checked_zone(changes["timezone"])
    if "start_time" in changes:
        changes["start_time"] = anchored(changes["start_time"], changes.get("timezone") or meeting.timezone)
    for field, value in changes.items():
        setattr(meeting, field, value)
    meeting.save(update_fields=[*changes, "searchable", "updated_at"])
    return meeting


def hold(meeting_id) -> bool:
    """Inside a transaction: be the only one who changes the meeting's runs; False if the meeting is gone.

    Taken before any row of a run, so that nobody waits in a circle. SQLite, which ignores it, has one writer.
    """
    rows = Meeting.objects.select_for_update(no_key=True).filter(pk=meeting_id)
    return rows.values_list("pk").first() is not None


@transaction.atomic
def remove(meeting: Meeting) -> Counter[str]:
    """Delete everything of the meeting but the ledger of what went out already; rows by table.

    Whoever works on it finds its run gone and stops, whoever streams to it is fenced; files follow through
    durable deletions.
    """
    hold(meeting.pk)
    observers.forget(meeting)
    gone = streams.forget(LiveStream.objects.filter(meeting=meeting))
    gone.update(meeting.runs.all().delete()[1])
    for stored in (*Recording.objects.filter(meeting=meeting), *Track.objects.filter(meeting=meeting)):
        files.discard(stored.file)
    effects.forget_meeting(meeting.pk)
    gone.update(meeting.delete()[1])
    return gone


@transaction.atomic
def add_client_segments(meeting: Meeting, segments: Sequence[dict]) -> list[Segment]:
    """Interim transcript that a client made itself; it counts where no audio covers it.

    What counts is newer input: the next `/complete` opens a run on it.
    """
    first = meeting.segments.count()
    track = getattr(meeting, "track", None)
    covered_until = track.duration_ms if track else 0
    rows = [
        Segment(
            meeting=meeting,
            source=Segment.Source.CLIENT,
            position=first + number,
            start_ms=round(segment["start"] * 1000),
            end_ms=round(segment["end"] * 1000),
            text=segment["text"],
            speaker=segment.get("speaker"),
            covered=round(segment["start"] * 1000) < covered_until,
        )
        for number, segment in enumerate(segments)
    ]
    newer = any(not row.covered for row in rows)
    Meeting.objects.filter(pk=meeting.pk).update(updated_at=Now(), revision=F("revision") + int(newer))
    return Segment.objects.bulk_create(rows)
