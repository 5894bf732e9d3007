"""Whatever was recorded becomes canonical audio. Runs in the child process that `isolate` starts."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import av
import numpy as np

from integrations.contracts.audio import RATE

from . import canonical
from .errors import Empty, Unreadable
from .limiter import limited
from .mix import Lane, mixed
from .terms import MAX_DURATION, Decoded, Source
from .track import Track


def decode(
    sources: Sequence[Source],
    target: Path,
    *,
    progress: Callable[[float], None] = lambda fraction: None,
    max_duration: float = MAX_DURATION,
) -> Decoded:
    """Mixes `sources` into one 16 kHz mono 16-bit WAV at `target`, in memory that does not grow with them.

    `progress` is called about twice a minute of sound with the share of the bytes that are read. Raises a
    `MediaError`, and then there is no `target`.
    """
    tracks = [Track(source.path) for source in sources]
    size = sum(track.size for track in tracks)
    lanes = [
        Lane(track.blocks(), round(source.offset * RATE))
        for track, source in zip(tracks, sources, strict=True)
    ]

    def reported(blocks: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        for block in blocks:
            yield block
            progress(sum(track.read for track in tracks) / size)

    if not size:
        raise Empty
    try:
        samples, sha256, peaks = canonical.write(
            target, limited(reported(mixed(lanes))), max_duration=max_duration
        )
    except av.FFmpegError as error:
        raise Unreadable from error
    progress(1.0)
    return Decoded(
        duration=samples / RATE,
        sha256=sha256,
        peaks=peaks,
        truncated=any(track.truncated for track in tracks),
        damaged=max(track.damaged / max(track.packets, 1) for track in tracks),
    )
