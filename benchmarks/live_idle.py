"""`make bench-live ARGS=idle`: what a room socket costs the server in memory while nothing happens."""

import asyncio
import time

from benchmarks.lean_socket import LeanSocket
from benchmarks.live_house import ROOMY, House

ROOMS = 10
PEOPLE = 100
AT_ONCE = 20
SETTLED = 3.0
"""Seconds without news after which all sockets have been told what they are told first."""


def run() -> None:
    """Print the table."""
    with House(PEOPLE, **ROOMY) as house:
        rooms = [_room(house) for _ in range(ROOMS)]
        asyncio.run(_measure(house, rooms))


def _room(house: House) -> str:
    room = house.client().post("/api/v1/rooms", {"title": "Idle", "capacity": PEOPLE})["id"]
    for person in range(PEOPLE):
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
