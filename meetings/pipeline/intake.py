"""Sound comes in: stored first, then meeting, recordings and run in one transaction, then acknowledged."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from django.core.files import File
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone as clock

from audio.models import LiveStream, Recording
from audio.selectors import closed_streams
from audio.services import assembly, recordings
from audio.services.recordings import Stored
from integrations.errors import Unavailable
from meetings.errors import MeetingNotFound
from meetings.models import Meeting
from meetings.services import meetings

from . import runs


def receive(owner, uploads: Sequence[File], *, start_time: datetime | None = None, **facts) -> Meeting:
    """A new meeting out of one or two files, being understood already.

    Without `start_time` the container's creation time is the anchor, else the time of receipt.
    Raises AudioTooLarge, AudioRefused, UnknownTimeZone, Invalid.
    """
    meeting_id = uuid.uuid4()
    stored = _stored(uploads, meeting_id)
    start = start_time or stored[0].probe.created_at or clock.now()
    with _discarding(stored), transaction.atomic():
        meeting = meetings.create(owner, id=meeting_id, start_time=start, **facts)
        recordings.attach(meeting.pk, stored, starts_at=meeting.start_time)
        runs.begin(meeting)
    return meeting


class NotWanted(Exception):
    """The recording has come to be already."""


def add(
    meeting: Meeting,
    uploads: Sequence[File],
    *,
    starts_at: datetime | None = None,
    if_: Callable[[], bool] = lambda: True,
) -> Recording | None:
    """One more recording, after the ones there are; a run on the new revision begins.

    `if_` is asked inside the transaction that makes it: where it says no, there is none (None).
    Raises AudioTooLarge, AudioRefused, ImpossibleStart, MeetingNotFound.
    """
    stored = _stored(uploads, meeting.pk)
    known = starts_at or stored[0].probe.created_at
    with suppress(NotWanted), _discarding(stored), transaction.atomic():
        _hold(meeting)
        if not if_():
            raise NotWanted
        start = meetings.anchored(known, meeting.timezone) if known else _start_of_first(meeting)
        added = recordings.attach(meeting.pk, stored, starts_at=start)
        runs.begin(meeting)
        return added[0]
    return None


def add_streams(meeting: Meeting) -> list[LiveStream]:
    """Make recordings of the closed streams; a run on the new revision begins where there is sound.

    Called again, or twice at once, each stream becomes one recording. Those that this call has sealed.
    Raises MeetingNotFound, and Unavailable for streams that must wait for their storage.
    """
    ready, trouble = _assembled(meeting)
    sealed = []
    with _discarding([stored for _, stored in ready if stored]), transaction.atomic():
        _hold(meeting)
        sealed = [stream for stream, stored in ready if assembly.seal(stream, stored)]
        if any(stored and stream in sealed for stream, stored in ready):
            runs.begin(meeting)
        elif sealed:
            runs.go_on(meeting)
    recordings.discard([stored for stream, stored in ready if stored and stream not in sealed])
    if trouble is not None:
        raise trouble
    return sealed


def _assembled(meeting: Meeting) -> tuple[list[tuple[LiveStream, Stored | None]], Unavailable | None]:
    """One stream whose storage fails does not keep back the others."""
    ready: list[tuple[LiveStream, Stored | None]] = []
    trouble = None
    for stream in closed_streams(meeting.pk):
        try:
            ready.append((stream, assembly.assemble(stream)))
        except Unavailable as error:
            trouble = error
    return ready, trouble


def _hold(meeting: Meeting) -> None:
    """One recording at a time finds its place in the meeting. Raises MeetingNotFound."""
    if not Meeting.objects.filter(pk=meeting.pk).update(updated_at=Now()):
        raise MeetingNotFound


def _start_of_first(meeting: Meeting) -> datetime | None:
    return None if meeting.recordings.exists() else meeting.start_time


def _stored(uploads: Sequence[File], meeting_id) -> list[Stored]:
    stored: list[Stored] = []
    with _discarding(stored):
        for upload in uploads:
            stored.append(recordings.store(upload, meeting_id=meeting_id))
    return stored


class _discarding:  # noqa: N801 - reads as a statement
    """Take stored files back if the block fails."""

    def __init__(self, stored: Sequence[Stored]):
        self._stored = stored

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind, *rest: object) -> None:
        if kind is not None:
            recordings.discard(self._stored)
