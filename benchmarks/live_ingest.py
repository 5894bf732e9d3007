"""`python -m benchmarks.live_ingest`: many live streams at once that are only stored (`transcribe=false`).

Each sends noise of its own, 16 kHz mono, at the pace of speech. What is acknowledged, and what lies in the
sealed recordings, must be what was sent, byte for byte (`live_sealed`).
"""

import argparse
import asyncio
import hashlib
import json
import random
import sys
import time
from dataclasses import dataclass, field

from benchmarks.lean_socket import BINARY, LeanSocket
from benchmarks.live_house import House, percentile

RATE = 16_000
FRAME = 0.1
"""Seconds of a frame."""
PATIENCE = 60.0
QUERY = "encoding=pcm_s16le&sample_rate=16000&channels=1&transcribe=false"


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

    async def run(self, house: House, began: float, seconds: float) -> None:
        path = f"/audio/stream?{QUERY}&token={house.tokens[self.number]}"
        socket = await LeanSocket.open(house.port, path, self._take)
        for index in range(round(seconds / FRAME)):
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
        elif event["type"] in ("ack", "closed"):
            self._acked(event["payload"]["stored_ms"], time.perf_counter())
        elif event["type"] in ("error", "warning"):
            self.errors.append(event["payload"])

    def _acked(self, ms: int, now: float) -> None:
        self.acked_ms = ms
        while self._waiting and self._waiting[0][0] <= ms:
            self.delays.append(now - self._waiting.pop(0)[1])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live_ingest")
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20.0)
    chosen = parser.parse_args(arguments)
    return run(chosen.streams, chosen.seconds)


def run(count: int, seconds: float) -> int:
    """Print the table; 1 where a byte is lost."""
    with House(count, LIVE_INGESTS=count) as house:
        streams = [Stream(number) for number in range(count)]
        cpu, took = asyncio.run(_measure(house, streams, seconds))
        sealed = json.loads(house.manage("-m", "benchmarks.live_sealed"))
    delays = [delay * 1000 for stream in streams for delay in stream.delays]
    sent = sum(stream.sent for stream in streams)
    acked = sum(stream.acked_ms * RATE * 2 // 1000 for stream in streams)
    kept = sum(size for size, _ in sealed.values())
    whole = sum(sealed.get(each.meeting_id) == [each.sent, each.digest.hexdigest()] for each in streams)
    print(f"Ingest: {count} streams at once, transcribe=false, {seconds:.0f} s at the pace of speech")
    print("  MB sent   acked  sealed   recordings equal   ack ms p50     p99     max   server CPU")
    print(
        f"  {sent / 1e6:7.1f} {acked / 1e6:7.1f} {kept / 1e6:7.1f} {whole:9} of {count:4} "
        f"{percentile(delays, 0.5):12.0f} {percentile(delays, 0.99):7.0f} {max(delays, default=0):7.0f} "
        f"{cpu / took:11.0%}"
    )
    errors = [error for stream in streams for error in stream.errors]
    print(f"  bytes lost: {sent - acked} not acknowledged, {sent - kept} not in recordings")
    codes = {stream.close_code for stream in streams}
    if errors or codes != {1000}:
        print(f"  closed with {sorted(codes)}; {len(errors)} warnings and errors: {errors[:3]}")
    return 0 if whole == count and acked == sent else 1


async def _measure(house: House, streams: list[Stream], seconds: float) -> tuple[float, float]:
    """Processor seconds of the server, and how long it all took."""
    before, began = house.cpu(), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for stream in streams:
            # As people would, they do not all speak at the same instant.
            group.create_task(stream.run(house, began + 1 + stream.number / len(streams), seconds))
    return house.cpu() - before, time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
