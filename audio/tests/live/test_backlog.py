"""Sound that waits: nothing is moved in time, whatever is left out of it."""

import asyncio

from audio.live.backlog import MOST_AT_ONCE, ROOM, Backlog

SECOND = b"\1" * 100


async def taken(backlog: Backlog) -> bytes:
    """All that is there up to a mark."""
    end, found = backlog.mark(), b""
    while not end.done():
        data, mark = await backlog.take()
        found += data
        assert len(data) <= MOST_AT_ONCE * len(SECOND) + len(SECOND)
        if mark is not None:
            mark.set_result(None)
    return found


async def test_what_is_skipped_is_silence_of_the_same_length_in_its_place():
    backlog = Backlog(len(SECOND))
    for _ in range(int(ROOM)):
        assert await backlog.put(SECOND, patience=0)
    for _ in range(1000):
        assert not await backlog.put(SECOND, patience=0)
        backlog.skip(len(SECOND))
    assert backlog.seconds == ROOM
    assert len(backlog._queue) == ROOM + 1
    assert await taken(backlog) == SECOND * int(ROOM) + bytes(1000 * len(SECOND))
    assert await backlog.put(SECOND, patience=0)
    assert await taken(backlog) == SECOND


async def test_who_waits_long_enough_finds_room_and_leaves_nothing_out():
    backlog = Backlog(len(SECOND))
    for _ in range(int(ROOM)):
        await backlog.put(SECOND)
    waiting = asyncio.create_task(backlog.put(SECOND, patience=60))
    assert await taken(backlog) == SECOND * int(ROOM)
    assert await waiting
    assert await taken(backlog) == SECOND
