"""The outbox of a socket: bounded, in order, and losing nothing durable without saying so."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.outbox import Closing, Frame, Outbox, Overflow


async def emptied(outbox: Outbox) -> list:
    return [await outbox.get() for _ in range(len(outbox))]


async def test_frames_leave_in_the_order_in_which_they_came():
    outbox = Outbox()
    for text in "abc":
        outbox.put(Frame(text))
    assert [frame.text for frame in await emptied(outbox)] == ["a", "b", "c"]


async def test_the_oldest_droppable_frame_makes_room():
    outbox = Outbox(frames=3)
    for frame in (Frame("a"), Frame("p1", True), Frame("p2", True), Frame("b"), Frame("p3", True)):
        outbox.put(frame)
    assert [frame.text for frame in await emptied(outbox)] == ["a", "b", "p3"]


async def test_a_droppable_frame_pushes_nothing_durable_out():
    outbox = Outbox(frames=2)
    for frame in (Frame("a"), Frame("b"), Frame("p", True)):
        outbox.put(frame)
    assert [frame.text for frame in await emptied(outbox)] == ["a", "b"]


async def test_before_something_durable_is_lost_the_outbox_overflows():
    outbox = Outbox(frames=2)
    outbox.put(Frame("a"))
    outbox.put(Frame("b"))
    with pytest.raises(Overflow):
        outbox.put(Frame("c"))
    assert [frame.text for frame in await emptied(outbox)] == ["a", "b"]


async def test_the_letters_are_bounded_too_but_one_frame_always_fits():
    outbox = Outbox(characters=4)
    outbox.put(Frame("much too long"))
    with pytest.raises(Overflow):
        outbox.put(Frame("b"))
    assert [frame.text for frame in await emptied(outbox)] == ["much too long"]


async def test_a_close_comes_after_what_was_told_before_and_ends_the_taking():
    outbox = Outbox()
    outbox.put(Frame("a"))
    outbox.close(4403, "REMOVED")
    outbox.put(Frame("b"))
    outbox.close(1000, "LATER")
    assert await emptied(outbox) == [Frame("a"), Closing(4403, "REMOVED")]


async def test_a_close_at_once_throws_away_what_waits():
    outbox = Outbox()
    outbox.put(Frame("a"))
    outbox.close(1013, "SLOW_READER", at_once=True)
    assert await emptied(outbox) == [Closing(1013, "SLOW_READER")]


async def test_a_replay_waits_for_its_turn_instead_of_overflowing():
    outbox = Outbox(frames=4)

    async def replay() -> None:
        for number in range(50):
            await outbox.put_in_turn(Frame(str(number)))

    task = asyncio.create_task(replay())
    assert [(await outbox.get()).text for _ in range(50)] == [str(number) for number in range(50)]
    await task


async def test_a_replay_into_an_outbox_that_is_closed_ends():
    outbox = Outbox(frames=2)
    outbox.put(Frame("a"))
    task = asyncio.create_task(outbox.put_in_turn(Frame("b")))
    await asyncio.sleep(0)
    outbox.close(1013, "SLOW_READER", at_once=True)
    await asyncio.wait_for(task, 5)


@given(st.lists(st.tuples(st.text(max_size=8), st.booleans())), st.integers(1, 6), st.integers(1, 20))
def test_whatever_is_put_stays_in_order_within_bounds_and_without_durable_loss(frames, most, letters):
    async def run() -> None:
        outbox, durable = Outbox(frames=most, characters=letters), []
        for text, droppable in frames:
            try:
                outbox.put(Frame(text, droppable))
            except Overflow:
                assert not droppable
                break
            if not droppable:
                durable.append(text)
            assert len(outbox) <= most
        left = await emptied(outbox)
        assert [frame.text for frame in left if not frame.droppable] == durable
        assert len(left) == 1 or sum(len(frame.text) for frame in left) <= letters

    asyncio.run(run())
