"""The end of a meeting: who is still heard finishes, what was acknowledged becomes input, the run is freed.

`POST /complete` calls this.
"""

import time

from django.db import close_old_connections

from audio.selectors import open_streams
from audio.services import streams
from meetings.models import Meeting, Run

from . import intake, runs

PATIENCE = 3.0
"""Seconds in which a live connection may store what it has taken and close its stream."""
GLANCE = 0.05


def complete(meeting: Meeting) -> Run:
    """Close the meeting's streams, make recordings of them, and release the run that has understood them.

    Called again, or twice at once, it doubles nothing. Raises NothingToComplete, MeetingNotFound, and
    Unavailable where a storage must be waited for.
    """
    finish_streams(meeting)
    intake.add_streams(meeting)
    return runs.complete(meeting)


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
