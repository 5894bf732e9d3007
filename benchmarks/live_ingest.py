"""`make bench-live ARGS=ingest`: many live streams at once that are only stored (`transcribe=false`).

Each sends noise of its own, 16 kHz mono, at the pace of speech. What is acknowledged, and what lies in the
sealed recordings, must be what was sent, byte for byte; `python -m benchmarks.live_ingest` seals and hashes,
in a process that knows the server's folder.
"""

import asyncio
import hashlib
import json
import random
import sys
import time
from dataclasses import dataclass, field

from benchmarks.lean_socket import BINARY, LeanSocket
from benchmarks.live_house import House, percentile

STREAMS = 200
SECONDS = 20.0
RATE = 16_000
FRAME = 0.1
"""Seconds of a frame."""
PATIENCE = 60.0
QUERY = "encoding=pcm_s16le&sample_rate=16000&channels=1&transcribe=false"


class Lost(Exception):
    """Something that was acknowledged or sent is not there."""


@dataclass
class Stream:
    """One client: what it sent when, and what it was told."""

    number: int
    meeting_id: str = ""
    acked_ms: int = 0
    sent: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    delays: list[float] = field(default_factory=list)
    """Seconds from a frame's last byte leaving to the first ack that covers it."""
    errors: list[dict] = field(default_factory=list)
    close_code: int = 0

    def __post_init__(self) -> None:
        self._noise = random.Random(self.number)
        self._waiting: list[tuple[int, float]] = []

    async def run(self, house: House, began: float) -> None:
        path = f"/audio/stream?{QUERY}&token={house.tokens[self.number]}"
        socket = await LeanSocket.open(house.port, path, self._take)
        for index in range(round(SECONDS / FRAME)):
            await asyncio.sleep(max(0.0, began + index * FRAME - time.perf_counter()))
            await socket.drain()
            pcm = self._noise.randbytes(round(RATE * FRAME) * 2)
            socket.send(pcm, BINARY)
            self.digest.update(pcm)
            self.sent += len(pcm)
            self._waiting.append((self.sent * 1000 // (RATE * 2), time.perf_counter()))
        socket.send(b'{"type": "close"}')
        async with asyncio.timeout(PATIENCE):
            self.close_code = await socket.ended()

    def _take(self, message: bytes) -> None:
        event = json.loads(message)
        if event["type"] == "session":
            self.meeting_id = event["payload"]["meeting_id"]
        elif event["type"] == "ack":
            self._acked(event["payload"]["stored_ms"], time.perf_counter())
        elif event["type"] in ("error", "warning"):
            self.errors.append(event["payload"])

    def _acked(self, ms: int, now: float) -> None:
        self.acked_ms = ms
        while self._waiting and self._waiting[0][0] <= ms:
            self.delays.append(now - self._waiting.pop(0)[1])


def run() -> None:
    """Print the table. Raises Lost."""
    with House(STREAMS, LIVE_INGESTS=STREAMS) as house:
        streams = [Stream(number) for number in range(STREAMS)]
        cpu, took = asyncio.run(_measure(house, streams))
        sealed = json.loads(house.manage("-m", "benchmarks.live_ingest"))
    delays = [delay * 1000 for stream in streams for delay in stream.delays]
    sent = sum(stream.sent for stream in streams)
    acked = sum(stream.acked_ms * RATE * 2 // 1000 for stream in streams)
    kept = sum(size for size, _ in sealed.values())
    whole = sum(sealed.get(each.meeting_id) == [each.sent, each.digest.hexdigest()] for each in streams)
    print(f"Ingest: {STREAMS} streams at once, transcribe=false, {SECONDS:.0f} s at the pace of speech")
    print("  MB sent   acked  sealed   recordings equal   ack ms p50     p99     max   server CPU")
    print(
        f"  {sent / 1e6:7.1f} {acked / 1e6:7.1f} {kept / 1e6:7.1f} {whole:9} of {STREAMS:4} "
        f"{percentile(delays, 0.5):12.0f} {percentile(delays, 0.99):7.0f} {max(delays, default=0):7.0f} "
        f"{cpu / took:11.0%}"
    )
    errors = [error for stream in streams for error in stream.errors]
    if whole < STREAMS or acked != sent or {stream.close_code for stream in streams} != {1000}:
        raise Lost(f"bytes lost: {sent - acked} not acked, {sent - kept} not sealed; {errors[:3]}")


async def _measure(house: House, streams: list[Stream]) -> tuple[float, float]:
    """Processor seconds of the server, and how long it all took."""
    before, began = house.cpu(), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for stream in streams:
            # As people would, they do not all speak at the same instant.
            group.create_task(stream.run(house, began + 1 + stream.number / len(streams)))
    return house.cpu() - before, time.perf_counter() - began


def _sealed() -> dict[str, tuple[int, str]]:
    """Meeting -> bytes of sound in its recording, and their digest."""
    import django

    django.setup()
    from django.core.files.storage import default_storage

    from audio.media import wav
    from audio.models import LiveStream
    from meetings.models import Meeting
    from meetings.pipeline import intake

    head = len(wav.header(0, sample_rate=RATE, channels=1))
    found = {}
    for meeting in Meeting.objects.filter(streams__isnull=False).distinct():
        intake.add_streams(meeting)
        for stream in LiveStream.objects.filter(meeting=meeting, recording__isnull=False):
            with default_storage.open(stream.recording.file) as file:
                sound = file.read()[head:]
            found[str(meeting.pk)] = (len(sound), hashlib.sha256(sound).hexdigest())
    return found


if __name__ == "__main__":
    print(json.dumps(_sealed()))
    sys.exit(0)
