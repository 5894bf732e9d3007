"""`python -m benchmarks.live_idle`: what a room socket costs the server in memory while nothing happens."""

import argparse
import asyncio
import sys
import time

from benchmarks.lean_socket import LeanSocket
from benchmarks.live_house import ROOMY, House

AT_ONCE = 20
SETTLED = 3.0
"""Seconds without news after which all sockets have been told what they are told first."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live_idle")
    parser.add_argument("--rooms", type=int, default=10)
    parser.add_argument("--people", type=int, default=100, help="in each room")
    chosen = parser.parse_args(arguments)
    with House(chosen.people, **ROOMY) as house:
        rooms = [_room(house, chosen.people) for _ in range(chosen.rooms)]
        asyncio.run(_measure(house, rooms))
    return 0


def _room(house: House, people: int) -> str:
    room = house.client().post("/api/v1/rooms", {"title": "Idle", "capacity": people})["id"]
    for person in range(people):
        house.client(person).post(f"/api/v1/rooms/{room}/join")
    return room


async def _measure(house: House, rooms: list[str]) -> None:
    told = [0]

    def take(message: bytes) -> None:
        told[0] += 1

    paths = [f"/ws/rooms/{room}?token={token}" for room in rooms for token in house.tokens]
    warm = [await LeanSocket.open(house.port, path, take) for path in paths[:AT_ONCE]]
    before, cpu = house.resident() / 1024, house.cpu()
    began, sockets = time.perf_counter(), list(warm)
    for first in range(AT_ONCE, len(paths), AT_ONCE):
        openings = [LeanSocket.open(house.port, path, take) for path in paths[first : first + AT_ONCE]]
        sockets += await asyncio.gather(*openings)
    took = time.perf_counter() - began
    await _settle(told)
    after, opened = house.resident() / 1024, len(sockets) - len(warm)
    spent = house.cpu() - cpu
    idle = await _idle(house)
    for socket in sockets:
        socket.drop()
    print(f"Idle room sockets: {len(sockets)} in {len(rooms)} rooms, one uvicorn process")
    print("  KB a socket   server MB before   after   opened/s   CPU ms to open one   CPU idle")
    print(
        f"  {(after - before) * 1024 / opened:11.1f} {before:18.1f} {after:7.1f} {opened / took:10.0f} "
        f"{spent / opened * 1000:20.1f} {idle:10.1%}"
    )


async def _settle(told: list[int]) -> None:
    seen = -1
    while seen != told[0]:
        seen = told[0]
        await asyncio.sleep(SETTLED)


async def _idle(house: House, seconds: float = 10.0) -> float:
    """The share of a core that the server takes while nobody says anything."""
    before = house.cpu()
    await asyncio.sleep(seconds)
    return (house.cpu() - before) / seconds


if __name__ == "__main__":
    sys.exit(main())
