"""Connections that send live sound, without a socket: the journal's round is done when the test says so."""

from concurrent.futures import ThreadPoolExecutor

from audio.media.live import LiveFormat
from audio.models import LiveStream
from audio.services import streams
from audio.services.commits import Writer
from audio.services.tail import Tail

POOL = ThreadPoolExecutor(2)
SECOND = bytes(range(1, 251)) * 128
"""32,000 bytes: of 16 kHz mono."""


class Connection:
    """Holds `stream` in a process of its own."""

    def __init__(self, stream: LiveStream):
        self.writer = Writer(POOL)
        self.tail = Tail(stream, lambda call, *args: call(*args))
        self.writer.enter(self.tail)

    def append(self, data: bytes, *, end_ms: int | None = None) -> None:
        self.tail.add(data, end_ms)
        self.tail.hurry()

    def work(self) -> None:
        self.writer.round()
        while self.writer.is_writing:
            self.writer.round()

    def leave(self) -> None:
        self.writer.leave(self.tail)
        self.writer.round()


def streamed(meeting, data: bytes = SECOND, *, encoding: str = "pcm_s16le", end_ms: int | None = None):
    """An open stream of the meeting's owner with so many acknowledged bytes, which nobody holds."""
    stream = streams.begin(meeting.owner, meeting.pk, format=LiveFormat(encoding)).stream
    connection = Connection(stream)
    connection.append(data, end_ms=end_ms)
    connection.work()
    connection.leave()
    stream.refresh_from_db()
    return stream
