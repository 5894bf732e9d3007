"""A bar is met by the figure as it is printed, in its own direction."""

import pytest

from benchmarks.bars import Bar


@pytest.mark.parametrize(
    ("value", "limit", "higher", "digits", "is_met"),
    [
        (6.4, 6.4, False, 1, True),
        (6.44, 6.4, False, 1, True),
        (6.46, 6.4, False, 1, False),
        (0.41, 0.41, True, 3, True),
        (0.409, 0.41, True, 3, False),
        (5, 6, True, 0, False),
        (7.0, None, True, 1, True),
    ],
)
def test_a_bar_is_met_as_it_is_printed(value, limit, higher, digits, is_met):
    assert Bar("x", value, limit=limit, higher=higher, digits=digits).is_met is is_met


def test_a_line_shows_what_was_measured_expected_and_asked_for():
    line = Bar("word error rate", 7.04, 4.4, 6.4, higher=False).line()
    assert line.split() == ["word", "error", "rate", "7.0", "4.4", "<=", "6.4", "MISSED"]


def test_a_figure_without_a_bar_has_no_verdict():
    assert Bar("at random", 0.123, digits=3).line().split() == ["at", "random", "0.123"]
