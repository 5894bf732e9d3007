"""The end of a meeting: who is still heard finishes, what was acknowledged becomes input, the run is freed.

`POST /complete` calls this.
"""

import time

from django.db import close_old_connections
from django.db.models.functions import Now

from audio.selectors import open_streams
from audio.services import streams
from meetings import selectors
from meetings.errors import NothingToComplete
from meetings.models import Meeting, Run
from meetings.services import observers
from meetings.services.observers import Because

from . import intake, runs

PATIENCE = 3.0
"""Seconds in which a live connection may store what it has taken and close its stream."""
GLANCE = 0.05


def complete(meeting: Meeting) -> Run | None:
    """Send its observer away, close its streams, make recordings of them, and release the run that has
    understood them.

    Called again, or twice at once, it doubles nothing. None where all that there will be is what a bot has
    heard: its run is released when that has been fetched. Raises NothingToComplete, MeetingNotFound, and
    Unavailable where a storage must be waited for.
    """
    observers.dismiss(meeting, Because.COMPLETED)
    finish_streams(meeting)
    intake.add_streams(meeting)
    try:
        return runs.complete(meeting)
    except NothingToComplete:
        if not selectors.awaiting_observers([meeting.pk]):
            raise
    Meeting.objects.filter(pk=meeting.pk, completed_at__isnull=True).update(completed_at=Now())
    return None


def finish_streams(meeting: Meeting) -> None:
    """Ask the connections of the open streams to end them; after PATIENCE what is open is closed for them."""
    asked = list(open_streams(meeting.pk).values_list("pk", flat=True))
    for stream_id in asked:
        streams.ask_to_finish(stream_id)
    deadline = time.monotonic() + PATIENCE
    while asked and open_streams(meeting.pk).filter(pk__in=asked).exists() and time.monotonic() < deadline:
        close_old_connections()  # others may use it meanwhile
        time.sleep(GLANCE)
    for stream_id in asked:
        streams.close(stream_id, because="completed")
