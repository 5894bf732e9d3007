"""Diarization errors on cases small enough to be counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.turns import TurnErrors, read_rttm, turn_errors
from integrations.contracts.diarization import Turn


def turns(*each: tuple[float, float, str]) -> list[Turn]:
    return [Turn(*turn) for turn in each]


@pytest.mark.parametrize(
    ("reference", "heard", "errors"),
    [
        (turns((0, 10, "a")), turns((0, 10, "x")), (10, 0, 0, 0)),
        (turns((0, 10, "a")), turns((0, 8, "x")), (10, 2, 0, 0)),
        (turns((0, 10, "a")), turns((0, 13, "x")), (10, 0, 3, 0)),
        (turns((0, 6, "a"), (6, 10, "b")), turns((0, 10, "x")), (10, 0, 0, 4)),
        (turns((0, 6, "a"), (6, 10, "b")), turns((0, 7, "y"), (7, 10, "x")), (10, 0, 0, 1)),
        (turns((0, 10, "a"), (4, 6, "b")), turns((0, 10, "x")), (12, 2, 0, 0)),
        (turns((0, 10, "a")), turns((0, 10, "x"), (4, 6, "y")), (10, 0, 2, 0)),
        (turns((0, 4, "a")), [], (4, 4, 0, 0)),
        ([], turns((0, 4, "x")), (0, 0, 4, 0)),
    ],
)
def test_errors_are_missed_false_and_confused_time(reference, heard, errors):
    assert turn_errors(reference, heard) == pytest.approx(errors)


def test_speakers_are_mapped_so_that_most_time_agrees():
    reference = turns((0, 5, "a"), (5, 9, "b"), (9, 12, "a"))
    heard = turns((0, 4, "b"), (4, 9, "a"), (9, 12, "b"))
    assert turn_errors(reference, heard) == pytest.approx((12, 0, 0, 1))


def test_the_collar_forgives_what_is_near_a_boundary():
    reference, heard = turns((0, 5, "a"), (5, 10, "b")), turns((0, 5.2, "x"), (5.2, 11, "y"))
    assert turn_errors(reference, heard, collar=0.25) == pytest.approx((9, 0, 0.75, 0))


def test_overlap_can_be_left_out():
    reference, heard = turns((0, 10, "a"), (4, 6, "b")), turns((0, 10, "x"))
    assert turn_errors(reference, heard, overlap=False) == pytest.approx((8, 0, 0, 0))


def test_the_rate_is_over_the_speech_of_the_reference():
    assert TurnErrors(10, 1, 2, 3).rate == 0.6
    assert TurnErrors(0, 0, 1, 0).rate == 1.0
    assert TurnErrors(0, 0, 0, 0).rate == 0.0
    assert TurnErrors(1, 2, 3, 4).plus(TurnErrors(1, 1, 1, 1)) == (2, 3, 4, 5)


def test_rttm_gives_start_and_duration(tmp_path):
    path = tmp_path / "a.rttm"
    path.write_text("SPEAKER a 1 1.5 2.0 <NA> <NA> X <NA> <NA>\n\n;; comment\n", encoding="utf-8")
    assert read_rttm(path) == [Turn(1.5, 3.5, "X")]


SOME_TURNS = st.lists(
    st.builds(
        lambda start, length, name: Turn(start, start + length, name),
        st.integers(0, 20),
        st.integers(1, 9),
        st.sampled_from("abc"),
    ),
    max_size=6,
)


@given(SOME_TURNS, SOME_TURNS)
def test_missed_and_false_time_change_places_with_the_sides(one, other):
    forth, back = turn_errors(one, other), turn_errors(other, one)
    assert (forth.missed, forth.false_alarm) == (back.false_alarm, back.missed)
    assert forth.confusion == pytest.approx(back.confusion)


@given(SOME_TURNS)
def test_a_perfect_copy_under_other_names_has_no_error(one):
    renamed = [Turn(turn.start, turn.end, turn.speaker * 2) for turn in one]
    assert turn_errors(one, renamed).rate == 0.0
