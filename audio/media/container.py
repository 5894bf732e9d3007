"""Opening a file with FFmpeg such that it can do nothing but demux that one file. Runs in the child."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import av
from av.container import InputContainer
from av.stream import Disposition

from .errors import Empty, NoSound, NotAudio, TooManyChannels, Unreadable
from .formats import CODECS, DEMUXERS, Format, sniff

MAX_CHANNELS = 64
RATES = range(1_000, 768_001)
"""Sample rates in Hz that a sound card can have had."""

CONFINED = {
    "protocol_whitelist": "file",
    "format_whitelist": DEMUXERS,
    "codec_whitelist": ",".join(sorted(CODECS)),
    "enable_drefs": "0",
    "use_absolute_path": "0",
}


@contextmanager
def opened(path: str, **options: str) -> Iterator[tuple[InputContainer, Format]]:
    """The container of the file at `path`, and its format; `options` are FFmpeg's for the demuxer.

    Raises `Empty`, `NotAudio`, or `Unreadable` where the header is damaged.
    """
    with open(path, "rb") as file:  # noqa: PTH123 -- also /dev/fd/N
        found = sniff(file)
    try:
        container = av.open(
            f"file:{path}",
            format=found.demuxer,
            container_options=CONFINED | options,
            metadata_errors="replace",
        )
    except av.FFmpegError as error:
        raise Unreadable from error
    with container:
        yield container, replace(found, name=_name(container, found))


def sound(container: InputContainer) -> av.AudioStream:
    """The track to listen to. Raises `NoSound`, `NotAudio` for its codec, `TooManyChannels`, `Unreadable`."""
    tracks = container.streams.audio
    if not tracks:
        raise NoSound if pictures(container) else Empty
    stream = container.streams.best("audio") or tracks[0]
    codec = stream.codec_context
    if codec is None or codec.name not in CODECS:
        raise NotAudio.codec(codec.name if codec else "something unknown")
    if codec.channels > MAX_CHANNELS:
        raise TooManyChannels(
            f"This recording has {codec.channels} channels; at most {MAX_CHANNELS} are read."
        )
    if codec.sample_rate and codec.sample_rate not in RATES:
        raise Unreadable
    return stream


def pictures(container: InputContainer) -> list[av.VideoStream]:
    """Tracks of moving pictures; the cover of an album is none."""
    return [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]


def origin(container: InputContainer) -> float:
    """Seconds on the container's clock at which a player starts: the earliest track that is no cover."""
    tracks = [*container.streams.audio, *pictures(container)]
    starts = [float(s.start_time * s.time_base) for s in tracks if s.start_time is not None]
    return min(starts, default=0.0)


def stated_duration(container: InputContainer) -> float | None:
    """Seconds, as the header claims or FFmpeg estimates from it."""
    if container.duration is None or container.duration <= 0:
        return None
    return container.duration / av.time_base


def _name(container: InputContainer, found: Format) -> str:
    if found.demuxer == "ogg" and any(
        s.codec_context and s.codec_context.name == "opus" for s in container.streams.audio
    ):
        return "opus"
    if found.demuxer == "mov" and not pictures(container):
        return "m4a"
    return found.name
