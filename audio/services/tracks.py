"""The canonical track of a meeting: where it lies, and how it is replaced."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from audio.models import Track
from integrations.contracts.audio import PcmFile

from . import files


def new_name(meeting_id) -> str:
    """Never used before: a process that was killed while it stored a track leaves half a file behind."""
    return f"tracks/{meeting_id}/{uuid.uuid4()}.wav"


def longest_seconds() -> float:
    return settings.MAX_AUDIO_DURATION.total_seconds()


def replace(meeting_id, *, run_id, file: str, **facts) -> Track:
    """Inside the transaction that ends the step: the meeting's track is this file from now on."""
    old = Track.objects.filter(meeting=meeting_id).exclude(file=file).first()
    if old is not None:
        files.discard(old.file)
    files.keep(file)
    track, _ = Track.objects.update_or_create(
        meeting_id=meeting_id, defaults={"run_id": run_id, "file": file, **facts}
    )
    return track


@contextmanager
def opened(track: Track) -> Iterator[PcmFile]:
    """The track as engines read it."""
    with files.local_copy(track.file) as path:
        yield PcmFile(path)
