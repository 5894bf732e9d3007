"""Sound comes in: stored first, then meeting, recordings and run in one transaction, then acknowledged."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.core.files import File
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone as clock

from audio.models import Recording
from audio.services import recordings
from audio.services.recordings import Stored
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


def add(meeting: Meeting, uploads: Sequence[File], *, starts_at: datetime | None = None) -> Recording:
    """One more recording, after the ones there are; a run on the new revision begins.

    Raises AudioTooLarge, AudioRefused, ImpossibleStart, MeetingNotFound.
    """
    stored = _stored(uploads, meeting.pk)
    known = starts_at or stored[0].probe.created_at
    with _discarding(stored), transaction.atomic():
        _hold(meeting)
        start = meetings.anchored(known, meeting.timezone) if known else _start_of_first(meeting)
        added = recordings.attach(meeting.pk, stored, starts_at=start)
        runs.begin(meeting)
    return added[0]


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
