"""Who may see which meeting, and what is shown of it. Decided here, once."""

from django.db.models import QuerySet

from .models import Finding, Meeting, Run, Segment


def for_user(user) -> QuerySet[Meeting]:
    """The meetings that a person may see: their own."""
    return Meeting.objects.filter(owner=user, deleted_at__isnull=True)


def segments_of(meeting: Meeting) -> QuerySet[Segment]:
    """The shown transcript in order of time."""
    return meeting.segments.filter(covered=False).select_related("speaker").order_by("position")


def findings_of(meeting: Meeting, kind: Finding.Kind) -> QuerySet[Finding]:
    return meeting.findings.filter(kind=kind).order_by("position")


def newest_run(meeting: Meeting) -> Run | None:
    """The run whose state the meeting shows."""
    return meeting.runs.exclude(status=Run.Status.SUPERSEDED).prefetch_related("steps").first()
