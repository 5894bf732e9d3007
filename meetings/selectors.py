"""Who may see which meeting, and what is shown of it. Decided here, once."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from audio.models import LiveStream

from .errors import MeetingNotFound
from .models import Finding, Meeting, Observer, Run, Segment

_STREAMED = Exists(LiveStream.objects.filter(meeting=OuterRef("pk")))


def for_user(user) -> QuerySet[Meeting]:
    """The meetings that a person may see: their own."""
    return Meeting.objects.filter(owner=user).annotate(streamed=_STREAMED)


def was_streamed_to(meeting: Meeting) -> bool:
    """Whether live sound came, or comes; rows of `for_user` know it without asking."""
    known = getattr(meeting, "streamed", None)
    return meeting.streams.exists() if known is None else known


def segments_of(meeting: Meeting) -> QuerySet[Segment]:
    """The shown transcript in order of time."""
    return meeting.segments.filter(covered=False).select_related("speaker").order_by("start_ms", "position")


def findings_of(meeting: Meeting, kind: Finding.Kind) -> QuerySet[Finding]:
    return meeting.findings.filter(kind=kind).order_by("position")


def newest_run(meeting: Meeting) -> Run | None:
    """The run whose state the meeting shows."""
    return meeting.runs.exclude(status=Run.Status.SUPERSEDED).prefetch_related("steps").first()


def awaiting_observers(meeting_ids: Collection[UUID]) -> set[UUID]:
    """Which of these meetings wait for what a bot has heard."""
    owing = Observer.objects.filter(
        meeting__in=meeting_ids, ended_at__isnull=True, sound=Observer.Sound.EXPECTED
    )
    return set(owing.values_list("meeting", flat=True))


def in_lifecycle(meetings: QuerySet[Meeting], state: str) -> QuerySet[Meeting]:
    """Those that are `scheduled`, `active` or `completed`; the filter beside `reports.lifecycle`."""
    if state == "completed":
        return meetings.filter(completed_at__isnull=False)
    begun = Q(start_time__lte=Now()) | Q(revision__gt=0) | Q(_STREAMED)
    open_ones = meetings.filter(completed_at__isnull=True)
    return open_ones.filter(begun) if state == "active" else open_ones.exclude(begun)


def matching(meetings: QuerySet[Meeting], text: str) -> QuerySet[Meeting]:
    """Those whose title, description, code or participants contain the text, in any case."""
    return meetings.filter(searchable__contains=text.casefold())


def get(user, meeting_id) -> Meeting:
    """One meeting that the person may see. Raises MeetingNotFound."""
    meeting = for_user(user).filter(pk=meeting_id).first()
    if meeting is None:
        raise MeetingNotFound
    return meeting
