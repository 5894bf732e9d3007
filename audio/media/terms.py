"""What the parent and its decoding child talk about; light, so that a web process may import it."""

from dataclasses import dataclass
from pathlib import Path

MAX_DURATION = 12 * 3600.0
"""Seconds of sound that one recording may have unless the caller says otherwise."""


@dataclass(frozen=True)
class Source:
    """A file and its place: it begins `offset` seconds after the result's beginning."""

    path: Path
    offset: float = 0.0

    def __post_init__(self) -> None:
        if self.offset < 0:
            raise ValueError("A recording cannot begin before the result does.")


@dataclass(frozen=True)
class Decoded:
    """What is known of canonical audio once it is written.

    `duration` is in seconds, `sha256` that of the PCM samples without header, `peaks` as `waveform` has it;
    `truncated` where a source ended well before its header said, `damaged` the worst source's share of
    packets (0..1) in whose place there is silence.
    """

    duration: float
    sha256: str
    peaks: bytes
    truncated: bool
    damaged: float


def partial(target: Path) -> Path:
    """Where the file grows until it is whole. One name per target: a repetition overwrites a left-over."""
    return target.with_name(f".{target.name}.part")
