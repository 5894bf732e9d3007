"""Reading what a container's header says. Runs in the child process that `probe` starts."""

from datetime import UTC, datetime, timedelta

import av
from av.container import InputContainer

from .container import opened, pictures, sound, stated_duration
from .errors import Unreadable

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def read(path: str) -> dict:
    """The fields of `probe.Probe` as JSON can carry them. Raises a `MediaError`."""
    try:
        with opened(path, probesize="1000000", analyzeduration="2000000") as (container, form):
            stream = sound(container)
            return {
                "format": form.name,
                "codec": stream.codec_context.codec.canonical_name,
                "duration": stated_duration(container),
                "sample_rate": stream.codec_context.sample_rate,
                "channels": stream.codec_context.channels,
                "created_at": _created_at(container),
                "has_video": bool(pictures(container)),
            }
    except av.FFmpegError as error:
        raise Unreadable from error


def _created_at(container: InputContainer) -> str | None:
    """When the recorder says that it wrote the container; clocks that were never set are not believed."""
    try:
        told = datetime.fromisoformat(container.metadata.get("creation_time", ""))
    except ValueError:
        return None
    told = told.replace(tzinfo=told.tzinfo or UTC).astimezone(UTC)
    return told.isoformat() if _EARLIEST <= told <= datetime.now(UTC) + timedelta(days=1) else None
