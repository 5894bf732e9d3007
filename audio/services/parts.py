"""The files that hold a live stream until it is sealed: how bytes get into them durably, and out again.

On a disk a part is one file that grows for as long as one connection holds the stream. A storage that knows
whole objects only (S3) gets each piece as an object of its own. A file counts up to its row's `size`.
"""

import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import QuerySet

from audio.models import LivePart
from audio.storage import sync_folder
from integrations.errors import Unavailable

from . import files

AT_ONCE = 16
"""Objects that are fetched at the same time."""
_durably = getattr(os, "fdatasync", os.fsync)


@dataclass
class Part:
    """A file that is being written, and its row to be. `size` bytes of it are acknowledged."""

    stream_id: uuid.UUID
    epoch: int
    position: int
    size: int = 0
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    file: str = ""
    noted: bool = False
    """Whether a note says that the file is to go, unless the row comes into being."""
    descriptor: int | None = None
    named: bool = False
    """Whether the file's name would survive a power cut."""

    def __post_init__(self) -> None:
        self.rename()

    def rename(self) -> None:
        """A name never used before, which no note knows yet."""
        self.file = f"live/{self.stream_id}-{self.epoch}-{uuid.uuid4().hex}"
        self.noted = self.named = False

    def row(self, size: int) -> LivePart:
        return LivePart(
            id=self.id,
            stream_id=self.stream_id,
            position=self.position,
            epoch=self.epoch,
            file=self.file,
            size=size,
        )

    def close(self) -> None:
        """Let go of the file; it is opened again if more is written."""
        descriptor, self.descriptor = self.descriptor, None
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)


def grow() -> bool:
    """Whether files of the storage can be appended to."""
    try:
        default_storage.path("live")
    except NotImplementedError:
        return False
    return True


def write(part: Part, data: bytes) -> None:
    """Put `data` behind the acknowledged bytes, durably; repeated, it does the same. Raises Unavailable."""
    try:
        with files.reached():
            if grow():
                _append(part, data)
            else:
                _put(part, data)
    except Unavailable:
        part.close()
        raise


def start_anew(part: Part) -> None:
    """After a write that failed: an object may be there in part or whole, so the next try has another name.

    That of the first is left to its note. A file that grows is written over.
    """
    if not grow():
        part.rename()


def _append(part: Part, data: bytes) -> None:
    path = Path(default_storage.path(part.file))
    if part.descriptor is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
    view, at = memoryview(data), part.size
    while view:
        written = os.pwrite(part.descriptor, view, at)
        view, at = view[written:], at + written
    _durably(part.descriptor)
    if not part.named:
        for folder in (path.parent, Path(default_storage.location)):
            sync_folder(folder)
        part.named = True


def _put(part: Part, data: bytes) -> None:
    saved = default_storage.save(part.file, ContentFile(data))
    if saved != part.file:
        files.discard(saved)
        raise Unavailable(f"{part.file} is there already.")


def read(stream_id, *, start: int = 0) -> Iterator[bytes]:
    """The acknowledged bytes of a stream from `start` on, in order, about a megabyte at a time.

    Raises Unavailable, also where a file has fewer bytes than are acknowledged.
    """
    rows = []
    for row in LivePart.objects.filter(stream=stream_id).order_by("position"):
        if row.size > start:
            rows.append((row, start))
        start = max(0, start - row.size)
    yield from _from_disk(rows) if grow() else _from_afar(rows)


def _from_disk(rows: list[tuple[LivePart, int]]) -> Iterator[bytes]:
    for row, start in rows:
        with files.reached(), Path(default_storage.path(row.file)).open("rb") as file:
            file.seek(start)
            left = row.size - start
            while left:
                block = file.read(min(left, files.PIECE))
                _require(block)
                left -= len(block)
                yield block


def _from_afar(rows: list[tuple[LivePart, int]]) -> Iterator[bytes]:
    """Small objects, so many that they are fetched several at a time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(0, len(rows), AT_ONCE):
            yield from pool.map(_fetched, rows[number : number + AT_ONCE])


def _fetched(asked: tuple[LivePart, int]) -> bytes:
    row, start = asked
    data = b"".join(files.pieces(row.file))[: row.size]
    _require(len(data) == row.size)
    return data[start:]


def discard(rows: QuerySet[LivePart]) -> int:
    """Remove parts and, durably, their files; how many there were. Inside a transaction."""
    for name in rows.values_list("file", flat=True):
        files.discard(name)
    return rows.delete()[0]


def _require(there: object) -> None:
    if not there:
        raise Unavailable("A file of a live stream has lost its end.")
