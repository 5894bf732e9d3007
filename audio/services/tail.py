"""What a live connection has appended and is not stored yet: between `journal` (event loop) and `commits`."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from audio.errors import Fenced
from audio.media.live import LiveFormat
from audio.models import LiveStream
from integrations.errors import Unavailable

from .parts import Part
from .streams import format_of


@dataclass(frozen=True)
class Stored:
    """How much of a stream is durable, from its beginning."""

    bytes: int
    ms: int


@dataclass
class Piece:
    """Bytes on their way into the storage. It stays the same until its commit is known to have happened."""

    data: bytes
    after: Stored
    heard_ms: int
    part: Part | None = None
    written: bool = False
    failing_since: float | None = None
    not_before: float = 0.0


class Tail:
    """What was appended and is not stored yet: filled by the event loop, emptied by the writer's thread."""

    def __init__(self, stream: LiveStream, tell: Callable[..., object]):
        self.stream_id: uuid.UUID = stream.pk
        self.epoch = stream.epoch
        self.format: LiveFormat = format_of(stream)
        self.stored = Stored(stream.stored_bytes, stream.stored_ms)
        self.error: Fenced | Unavailable | None = None
        self.piece: Piece | None = None
        self.part: Part | None = None
        self.position: int | None = None
        self.urgent = self.left = False
        self.since = 0.0
        self.tell = tell
        self.changed: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._bytes = bytearray()
        self._end_ms = stream.stored_ms
        self._heard_ms = stream.heard_ms

    def add(self, data: bytes, end_ms: int | None = None) -> None:
        with self._lock:
            if self.error is not None:
                return
            if not self._bytes:
                self.since = time.monotonic()
            self._bytes += data
            self._end_ms = max(self._end_ms, end_ms or 0)

    def hear(self, ms: int) -> None:
        with self._lock:
            self._heard_ms = max(self._heard_ms, ms)

    @property
    def waiting(self) -> int:
        """Bytes that are not stored yet."""
        return len(self._bytes)

    @property
    def has_work(self) -> bool:
        return self.piece is not None or self.whole > 0

    @property
    def whole(self) -> int:
        """Those of them that make whole samples."""
        return len(self._bytes) // self.format.frame * self.format.frame

    def hurry(self) -> int:
        """Somebody waits: where the stream will end when all that waits is stored, in bytes."""
        with self._lock:
            self.urgent = bool(self.whole)
            return self.stored.bytes + self.whole

    def take(self) -> Piece:
        """All that waits, in whole samples, as the next piece; it waits on until `done`."""
        with self._lock:
            data = bytes(self._bytes[: self.whole])
            end = self.stored.bytes + len(data)
            ms = self.format.ms_of(end) if self.format.is_pcm else self._end_ms
            self.piece = Piece(data, Stored(end, ms), self._heard_ms)
        return self.piece

    def done(self) -> None:
        """The piece is committed."""
        with self._lock:
            del self._bytes[: len(self.piece.data)]
            self.stored, self.piece = self.piece.after, None
            self.since = time.monotonic()
            self.urgent = self.urgent and bool(self.whole)

    def fail(self, error: Fenced | Unavailable) -> None:
        """Nothing more is taken; what is not acknowledged is forgotten."""
        with self._lock:
            self.error, self.piece = error, None
            self._bytes.clear()
