"""What a file that has just arrived is, judged by its content before the answer to the client goes out."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import UnsupportedOperation
from pathlib import Path
from typing import BinaryIO

from . import formats, isolate


@dataclass(frozen=True)
class Probe:
    """The header's claims, none of them proven.

    `format` is one of wav, mp3, m4a, mp4, flac, webm, opus, ogg, aac; `codec` FFmpeg's word; `duration` in
    seconds, None where the header has none; `created_at` when the recorder wrote it, in UTC.
    """

    format: str
    codec: str
    duration: float | None
    sample_rate: int
    channels: int
    created_at: datetime | None
    has_video: bool


def probe(file: Path | BinaryIO, *, limits: isolate.Limits = isolate.HEADER) -> Probe:
    """Reads the header of a file, which need not have a name; the position of an open one is kept.

    What is not sound is refused here, by its first bytes; the rest is read by FFmpeg in a child process.
    Raises a `MediaError`.
    """
    with _descriptor(file) as number:
        answer = isolate.run("header", {"path": f"/dev/fd/{number}"}, limits=limits, fds=[number])
    created_at = answer.pop("created_at")
    return Probe(**answer, created_at=datetime.fromisoformat(created_at) if created_at else None)


@contextmanager
def _descriptor(file: Path | BinaryIO) -> Iterator[int]:
    """A descriptor of the file's content that a child can inherit; uploads held in memory are written out."""
    if isinstance(file, os.PathLike):
        with Path(file).open("rb") as opened, _descriptor(opened) as number:
            yield number
        return
    position = file.tell()
    try:
        formats.sniff(file)
        try:
            number = file.fileno()
        except (AttributeError, UnsupportedOperation):
            number = None
        if number is not None:
            yield number
            return
        with tempfile.TemporaryFile() as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy)
            copy.flush()
            yield copy.fileno()
    finally:
        file.seek(position)
