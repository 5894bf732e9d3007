"""`python -m benchmarks.live_fanout`: what a room costs over a bare ASGI application that hands frames on.

One sender, N readers, real sockets to one uvicorn process that serves both, in turns. At full speed, with at
most `WINDOW` messages under way: deliveries a second. At `PACE` a second: how long a message takes from the
sender's socket to a reader's.
"""

import argparse
import asyncio
import sys
import time
from dataclasses import dataclass, field

from benchmarks.lean_socket import LeanSocket
from benchmarks.live_house import ROOMY, House, percentile

READERS = (2, 10, 100)
WINDOW = 32
SPEED_SECONDS = 1.5
PACE = 20.0
PACE_SECONDS = 3.0
PATIENCE = 60.0
BARE, ROOM, STORED = "bare ASGI", "room", "room, stored"
DOOR = {BARE: "say", ROOM: "publish", STORED: "post"}


@dataclass
class Measured:
    """Of one way and one number of readers, over all rounds."""

    deliveries: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    """Processor seconds of the server meanwhile."""
    delays: list[float] = field(default_factory=list)
    """Seconds of each delivery at a pace."""

    @property
    def rate(self) -> float:
        """Deliveries a second at full speed."""
        return self.deliveries / self.seconds

    @property
    def cost(self) -> float:
        """Processor seconds of the server for one delivery."""
        return self.cpu / self.deliveries


class Crowd:
    """The readers of one way, and the sender; knows of each message how many have it."""

    def __init__(self, readers: int):
        self._readers = readers
        self._sent_at: dict[int, float] = {}
        self._missing: dict[int, int] = {}
        self._numbers = 0
        self._room = asyncio.Semaphore(WINDOW)
        self._all = asyncio.Event()
        self.delays: list[float] = []
        self._sockets: list[LeanSocket] = []

    async def gather(self, port: int, sender: str, readers: list[str]) -> None:
        self._sender = await LeanSocket.open(port, sender, lambda message: None)
        self._sockets = [await LeanSocket.open(port, path, self._take) for path in readers]

    def leave(self) -> None:
        for socket in (*self._sockets, self._sender):
            socket.drop()

    async def at_full_speed(self, text: str, seconds: float) -> tuple[int, float]:
        """Deliveries, and the seconds that they took."""
        began, first = time.perf_counter(), self._numbers
        while time.perf_counter() - began < seconds:
            await self._room.acquire()
            self._send(text)
        await self._everything_arrived()
        return (self._numbers - first) * self._readers, time.perf_counter() - began

    async def at_a_pace(self, text: str, seconds: float) -> list[float]:
        """The delay of each delivery in seconds."""
        self.delays = []
        began = time.perf_counter()
        for number in range(round(PACE * seconds)):
            await asyncio.sleep(max(0.0, began + number / PACE - time.perf_counter()))
            await self._room.acquire()
            self._send(text)
        await self._everything_arrived()
        return self.delays

    def _send(self, text: str) -> None:
        self._numbers += 1
        self._missing[self._numbers] = self._readers
        self._all.clear()
        self._sent_at[self._numbers] = time.perf_counter()
        self._sender.send(text.replace("#0000000", f"#{self._numbers:07}").encode())

    def _take(self, message: bytes) -> None:
        at = message.find(b"#")
        if at < 0:
            return
        number = int(message[at + 1 : at + 8])
        self.delays.append(time.perf_counter() - self._sent_at[number])
        self._missing[number] -= 1
        if not self._missing[number]:
            del self._missing[number], self._sent_at[number]
            self._room.release()
            if not self._missing:
                self._all.set()

    async def _everything_arrived(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self._all.wait()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live_fanout")
    parser.add_argument("--rounds", type=int, default=2)
    run(parser.parse_args(arguments).rounds)
    return 0


def run(rounds: int) -> None:
    """Print the table. Raises TimeoutError where a message does not arrive."""
    with House(max(READERS), app="benchmarks.live_app:application", **ROOMY) as house:
        places = {readers: _room(house, readers) for readers in READERS}
        found = asyncio.run(_measure(house, places, rounds))
    print(f"Room fan-out: one sender, {rounds} rounds in turns, one uvicorn process")
    print("readers  way           deliveries/s  of bare  server us/each  over bare   p50 ms   p99 ms")
    for readers in READERS:
        bare = found[readers, BARE]
        for way in DOOR:
            each = found[readers, way]
            middle, high = (percentile(each.delays, share) * 1000 for share in (0.5, 0.99))
            print(
                f"{readers:7}  {way:12} {each.rate:13,.0f} {each.rate / bare.rate:8.2f} "
                f"{each.cost * 1e6:15.1f} {each.cost / bare.cost:10.2f} {middle:8.2f} {high:8.2f}"
            )


def _room(house: House, readers: int) -> str:
    """A room in which so many people sit; its id."""
    body = {"title": "Fan-out", "capacity": max(READERS)}
    room = house.client().post("/api/v1/rooms", body)["id"]
    for person in range(readers):
        house.client(person).post(f"/api/v1/rooms/{room}/join")
    return room


async def _measure(house: House, rooms: dict[int, str], rounds: int) -> dict[tuple[int, str], Measured]:
    found = {(readers, way): Measured() for readers in READERS for way in DOOR}
    for _ in range(rounds):
        for readers, way in found:
            await _once(house, rooms[readers], readers, way, found[readers, way])
    return found


async def _once(house: House, room: str, readers: int, way: str, into: Measured) -> None:
    listen = "/bench/listen"
    paths = [
        listen if way == BARE else f"/ws/rooms/{room}?token={house.tokens[person]}"
        for person in range(readers)
    ]
    crowd = Crowd(readers)
    await crowd.gather(house.port, f"/bench/{DOOR[way]}/{room}", paths)
    text = _as_long_as_in_a_room(room) if way == BARE else "#0000000 " + SENTENCE
    cpu = house.cpu()
    deliveries, seconds = await crowd.at_full_speed(text, SPEED_SECONDS)
    into.cpu += house.cpu() - cpu
    into.deliveries += deliveries
    into.seconds += seconds
    into.delays += await crowd.at_a_pace(text, PACE_SECONDS)
    crowd.leave()


SENTENCE = "We should send the batch script to Maya for review before Thursday."


def _as_long_as_in_a_room(room: str) -> str:
    """What a reader of the room gets for one message, so that both ways carry the same."""
    return (
        f'{{"type":"message.created","payload":{{"message_id":"{room}","room_id":"{room}",'
        f'"sender_user_id":"{room}","sender_email":"person0@example.com","text":"#0000000 {SENTENCE}",'
        '"status":"final","created_at":"2026-01-29T00:00:00.000Z","segment_id":null,"type":"stt"},'
        '"ts":"2026-01-29T00:00:00.000Z","seq":1000}'
    )


if __name__ == "__main__":
    sys.exit(main())
