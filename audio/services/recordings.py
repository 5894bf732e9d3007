"""Takes files in: judged by their content, stored durably, and only then acknowledged."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.files import File
from django.db.models import Max

from audio.errors import AudioRefused, AudioTooLarge
from audio.media.errors import MediaError, NotAudio
from audio.media.probe import Probe, probe
from audio.models import Recording

from . import files


@dataclass(frozen=True)
class Stored:
    """A file that is in the storage, but belongs to no meeting yet."""

    name: str
    filename: str
    size: int
    sha256: str
    probe: Probe


def store(upload: File, *, meeting_id) -> Stored:
    """Probe and store one uploaded file. Slow: call it outside transactions.

    Raises AudioTooLarge, AudioRefused, Unavailable; then nothing is stored.
    """
    if upload.size > settings.MAX_AUDIO_FILE_SIZE:
        raise AudioTooLarge
    found = _probed(upload)
    digest = hashlib.sha256()
    for block in upload.chunks(1024 * 1024):
        digest.update(block)
    upload.seek(0)
    size, filename = upload.size, upload.name
    name = f"{settings.AUDIO_PREFIX}{meeting_id}/{uuid.uuid4()}.{found.format}"
    files.store(name, upload)
    return Stored(name, filename[-255:], size, digest.hexdigest(), found)


def _probed(upload: File) -> Probe:
    try:
        with files.reached():
            found = probe(upload.file)
        if found.format not in settings.SUPPORTED_AUDIO_FORMATS:
            raise NotAudio
    except MediaError as error:
        raise AudioRefused(error) from error
    return found


def attach(
    meeting_id, stored: Sequence[Stored], *, starts_at: datetime | None, position: int | None = None
) -> list[Recording]:
    """Make stored files recordings of a meeting: the second of two is mixed into the first.

    They stand behind all others, or at a `position` that is free. Call inside the transaction that opens
    the run.
    """
    if position is None:
        position = next_position(meeting_id)
    roles = (Recording.Role.PRIMARY, Recording.Role.SECOND)
    return [
        _attach(meeting_id, each, role, position, starts_at)
        for each, role in zip(stored, roles, strict=False)
    ]


def next_position(meeting_id) -> int:
    """The place behind all recordings of the meeting."""
    last = Recording.objects.filter(meeting=meeting_id).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _attach(meeting_id, stored: Stored, role, position: int, starts_at: datetime | None) -> Recording:
    files.keep(stored.name)
    claimed = stored.probe.duration
    return Recording.objects.create(
        meeting_id=meeting_id,
        role=role,
        position=position,
        file=stored.name,
        filename=stored.filename,
        size=stored.size,
        sha256=stored.sha256,
        format=stored.probe.format,
        codec=stored.probe.codec,
        duration_ms=None if claimed is None else round(claimed * 1000),
        sample_rate=stored.probe.sample_rate,
        channels=stored.probe.channels,
        starts_at=starts_at,
    )


def discard(stored: Sequence[Stored]) -> None:
    """For files whose meeting did not come into being."""
    for each in stored:
        files.discard(each.name)
