"""`python -m benchmarks.live_streams`: how many live transcriptions a core carries before they lag.

Streams of the sample join one by one, at the pace of speech, until the server itself tells one of them in a
`heartbeat` that it lags more than `MOST_LAG`; what counts is how many there were before.
"""

import argparse
import asyncio
import json
import os
import sys
import time

from benchmarks import data
from benchmarks.lean_socket import BINARY, LeanSocket
from benchmarks.live_house import House

MOST_LAG = 2.0
RATE = 16_000
FRAME = 0.1
QUERY = "encoding=pcm_s16le&sample_rate=16000&channels=1"


class Speaker:
    """Reads the sample out, beginning at a place of its own, until it is stopped."""

    def __init__(self, house: House, number: int, pcm: bytes, query: str):
        self._house = house
        self._path = f"/audio/stream?{query}&token={house.tokens[number]}"
        begin = number * 17 * RATE * 2 % len(pcm)
        self._pcm = pcm[begin:] + pcm[:begin]
        self.lag = 0.0
        """Seconds, the worst since it was last asked about."""
        self.finals = 0

    async def run(self) -> None:
        socket = await LeanSocket.open(self._house.port, self._path, self._take)
        size, began = round(RATE * FRAME) * 2, time.perf_counter()
        try:
            for index in range(len(self._pcm) // size):
                await asyncio.sleep(max(0.0, began + index * FRAME - time.perf_counter()))
                await socket.drain()
                socket.send(self._pcm[index * size : (index + 1) * size], BINARY)
        finally:
            socket.drop()

    def worst(self) -> float:
        lag, self.lag = self.lag, 0.0
        return lag

    def _take(self, message: bytes) -> None:
        event = json.loads(message)
        if event["type"] == "heartbeat":
            self.lag = max(self.lag, event["payload"]["lag_ms"] / 1000)
        elif event["type"] == "transcript":
            self.finals += event["payload"]["is_final"]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live_streams")
    parser.add_argument("--most", type=int, default=8, help="streams")
    parser.add_argument("--step", type=float, default=12.0, help="seconds until the next one joins")
    parser.add_argument("--no-speakers", action="store_true", help="speech without diarization")
    chosen = parser.parse_args(arguments)
    query = QUERY + ("&speakers=false" if chosen.no_speakers else "")
    pcm = data.decode(data.SAMPLE)
    with House(chosen.most, LIVE_STREAMS=chosen.most) as house:
        asyncio.run(_measure(house, pcm, query, chosen))
    return 0


async def _measure(house: House, pcm: bytes, query: str, chosen: argparse.Namespace) -> None:
    step = chosen.step
    print(f"Live transcription: a stream more every {step:.0f} s, until one lags more than {MOST_LAG} s")
    print("streams  worst lag s  finals  server cores")
    await _warm(Speaker(house, 0, pcm, query))
    speakers: list[Speaker] = []
    tasks: list[asyncio.Task] = []
    carried = 0
    for number in range(chosen.most):
        speakers.append(Speaker(house, number, pcm, query))
        tasks.append(asyncio.create_task(speakers[-1].run()))
        before = house.cpu()
        await asyncio.sleep(step)
        lag = max(speaker.worst() for speaker in speakers)
        cores = (house.cpu() - before) / step
        finals = sum(speaker.finals for speaker in speakers)
        print(f"{len(speakers):7} {lag:12.1f} {finals:7} {cores:13.2f}", flush=True)
        if lag > MOST_LAG or any(task.done() for task in tasks):
            break
        carried = len(speakers)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(f"carried: {carried} streams, {carried / len(os.sched_getaffinity(0)):.1f} a core")


async def _warm(speaker: Speaker) -> None:
    """Let the server load its models: that is no part of the lag."""
    task = asyncio.create_task(speaker.run())
    while not speaker.finals:
        await asyncio.sleep(FRAME)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


if __name__ == "__main__":
    sys.exit(main())
