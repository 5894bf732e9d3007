"""Which live streams there are."""

from django.db.models import Q, QuerySet

from .models import LiveStream

_HEARD_ON = Q(observation__isnull=False, observation__ended_at__isnull=True)


def open_streams(meeting_id) -> QuerySet[LiveStream]:
    """Those of a meeting that a connection may still append to, oldest first."""
    return LiveStream.objects.filter(meeting=meeting_id, state=LiveStream.State.OPEN)


def unsealed_streams(meeting_id) -> QuerySet[LiveStream]:
    """Those of a meeting whose sound is no recording yet."""
    return LiveStream.objects.filter(meeting=meeting_id).exclude(state=LiveStream.State.SEALED)


def sealable(streams: QuerySet[LiveStream]) -> QuerySet[LiveStream]:
    """Those of closed streams that need not wait for an observer."""
    return streams.exclude(_HEARD_ON)


def closed_streams(meeting_id) -> QuerySet[LiveStream]:
    """Those of a meeting that are to become recordings, in the order in which they began.

    The turns that an observer hears wait until it has left: a run for each of them would be one too many.
    """
    closed = LiveStream.objects.filter(meeting=meeting_id, state=LiveStream.State.CLOSED)
    return sealable(closed)
