"""Which live streams there are."""

from django.db.models import QuerySet

from .models import LiveStream


def open_streams(meeting_id) -> QuerySet[LiveStream]:
    """Those of a meeting that a connection may still append to, oldest first."""
    return LiveStream.objects.filter(meeting=meeting_id, state=LiveStream.State.OPEN)


def unsealed_streams(meeting_id) -> QuerySet[LiveStream]:
    """Those of a meeting whose sound is no recording yet."""
    return LiveStream.objects.filter(meeting=meeting_id).exclude(state=LiveStream.State.SEALED)


def closed_streams(meeting_id) -> QuerySet[LiveStream]:
    """Those of a meeting that are to become recordings, in the order in which they began."""
    return LiveStream.objects.filter(meeting=meeting_id, state=LiveStream.State.CLOSED)
