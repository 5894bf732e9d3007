"""A closed stream becomes a recording: its acknowledged bytes as one file. `intake` calls this."""

import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.db.models import F
from django.db.models.functions import Now

from audio.media import live, wav
from audio.media.errors import MediaError
from audio.media.isolate import decode_in_child
from audio.media.probe import Probe
from audio.media.terms import Source
from audio.models import LivePart, LiveStream, Recording
from integrations.errors import Unavailable

from . import files, parts, recordings
from .recordings import Stored

_FORMATS = {live.PCM: "wav", live.OGG_OPUS: "ogg", live.WEBM: "webm"}
_CODECS = {live.PCM: live.PCM, live.OGG_OPUS: "opus", live.WEBM: "opus"}


class _Movable(File):
    """A storage on the same disk takes the file itself."""

    def temporary_file_path(self) -> str:
        return self.name


def content(stream: LiveStream) -> Iterator[bytes]:
    """The acknowledged sound as a file that players know. Raises Unavailable."""
    if stream.encoding == live.PCM:
        yield wav.header(stream.stored_bytes, sample_rate=stream.sample_rate, channels=stream.channels)
    left = stream.stored_bytes
    for block in parts.read(stream.pk):
        yield block[:left]
        left -= len(block[:left])
    if left:
        raise Unavailable("A part of a live stream is missing.")


def filename(stream: LiveStream) -> str:
    return f"live-{stream.started_at:%Y-%m-%dT%H-%M-%SZ}.{_FORMATS[stream.encoding]}"


def assemble(stream: LiveStream) -> Stored | None:
    """The stream as one stored file that no row has yet; None without sound. Slow: outside transactions.

    Raises Unavailable.
    """
    if not stream.stored_bytes:
        return None
    digest, size = hashlib.sha256(), 0
    name = f"{settings.AUDIO_PREFIX}{stream.meeting_id}/{uuid.uuid4()}.{_FORMATS[stream.encoding]}"
    with files.scratch() as folder:
        path = folder / Path(name).name
        with path.open("wb") as file:
            for block in content(stream):
                digest.update(block)
                size += file.write(block)
        seconds = stream.stored_ms / 1000
        if not seconds and stream.encoding != live.PCM and not (seconds := _measured(path)):
            return None
        with path.open("rb") as file:
            files.store(name, _Movable(file))
    return Stored(name, filename(stream), size, digest.hexdigest(), _facts(stream, seconds))


def _measured(path: Path) -> float:
    """Seconds of a container that lost its connection before anybody had decoded what was acknowledged.

    Its header alone, before any sound, is none.
    """
    longest = settings.MAX_AUDIO_DURATION.total_seconds()
    try:
        return decode_in_child([Source(path)], path.with_suffix(".pcm"), max_duration=longest).duration
    except MediaError:
        return 0.0


def _facts(stream: LiveStream, seconds: float) -> Probe:
    return Probe(
        format=_FORMATS[stream.encoding],
        codec=_CODECS[stream.encoding],
        duration=seconds,
        sample_rate=stream.sample_rate,
        channels=stream.channels,
        created_at=None,
        has_video=False,
    )


def seal(stream: LiveStream, stored: Stored | None) -> bool:
    """Make the stored file the stream's recording and let its parts go; False if another has done so.

    Inside the transaction that begins the run, while the meeting is held.
    """
    closed = LiveStream.objects.filter(pk=stream.pk, state=LiveStream.State.CLOSED)
    if not closed.update(state=LiveStream.State.SEALED, updated_at=Now()):
        return False
    if stored is not None:
        place = {"starts_at": stream.started_at, "position": _place(stream)}
        [recording] = recordings.attach(stream.meeting_id, [stored], **place)
        LiveStream.objects.filter(pk=stream.pk).update(recording=recording)
    parts.discard(LivePart.objects.filter(stream=stream.pk))
    return True


def _place(stream: LiveStream) -> int:
    """After everything that came before, but before streams that began later and were sealed sooner."""
    ours = Recording.objects.filter(meeting=stream.meeting_id)
    later = ours.filter(stream__isnull=False, starts_at__gt=stream.started_at).order_by("position").first()
    if later is None:
        return recordings.next_position(stream.meeting_id)
    behind = ours.filter(position__gte=later.position).order_by("-position", "role")
    for recording_id in list(behind.values_list("pk", flat=True)):  # one by one: each place is taken once
        Recording.objects.filter(pk=recording_id).update(position=F("position") + 1, updated_at=Now())
    return later.position
