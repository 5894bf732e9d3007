"""The order of events at one socket, whatever the network does to them."""

from hypothesis import given
from hypothesis import strategies as st

from rooms.consumers.sequence import Sequence


def test_events_in_order_are_handed_out_as_they_come():
    sequence = Sequence(4)
    assert [sequence.take(number, f"e{number}") for number in (5, 6)] == [["e5"], ["e6"]]


def test_an_event_that_comes_again_is_handed_out_once():
    sequence = Sequence(4)
    assert [sequence.take(number, "e") for number in (5, 5, 3, 4)] == [["e"], [], [], []]


def test_an_event_that_overtakes_another_waits_for_it():
    sequence = Sequence(4)
    assert (sequence.take(6, "e6"), sequence.is_behind) == ([], True)
    assert (sequence.take(5, "e5"), sequence.is_behind) == (["e5", "e6"], False)


def test_a_gap_is_filled_from_the_log_and_what_is_not_kept_is_skipped():
    sequence = Sequence(4)
    sequence.take(9, "e9")
    assert sequence.fill([(5, "e5"), (7, "e7")], known=9) == [(5, "e5"), (7, "e7"), (9, "e9")]
    assert (sequence.last, sequence.is_behind) == (9, False)


def test_what_comes_while_the_log_is_read_follows():
    sequence = Sequence(4)
    sequence.take(6, "e6")
    sequence.park(7, "e7")
    assert [number for number, _ in sequence.fill([(5, "e5"), (6, "e6")], known=6)] == [5, 6]
    assert sequence.ready() == ["e7"]


def test_an_event_that_is_only_heard_of_makes_a_gap():
    sequence = Sequence(4)
    sequence.hear_of(5)
    assert sequence.is_behind
    assert sequence.fill([(5, "e5")], known=5) == [(5, "e5")]


def test_what_is_parked_is_bounded_and_found_in_the_log_later():
    sequence = Sequence(0, most=2)
    for number in (5, 4, 3, 2):
        assert sequence.take(number, number) == []
    log = [(number, number) for number in range(1, 6)]
    assert [number for number, _ in sequence.fill(log, known=sequence.highest)] == [1, 2, 3, 4, 5]


@given(st.data())
def test_whatever_is_lost_doubled_or_late_everything_kept_comes_once_and_in_order(data):
    newest = data.draw(st.integers(1, 30))
    kept = data.draw(st.sets(st.integers(1, newest)))
    arriving = data.draw(st.lists(st.integers(1, newest), max_size=80))
    sequence, told = Sequence(0, most=data.draw(st.integers(1, 8))), []
    for number in arriving:
        told += sequence.take(number, number)
        if sequence.is_behind and data.draw(st.booleans()):
            known = sequence.highest
            told += [each for each, _ in sequence.fill(((n, n) for n in kept if n <= known), known)]
            told += sequence.ready()
    sequence.hear_of(newest)
    told += [number for number, _ in sequence.fill(((n, n) for n in kept), newest)]
    assert told == sorted(set(told))
    assert kept <= set(told) <= kept | set(arriving)
    assert not sequence.is_behind
