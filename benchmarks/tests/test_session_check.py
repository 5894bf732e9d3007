"""The verdict on what a request pays for its session."""

import pytest

from benchmarks import session_check

MEDIANS = {"session checked": 0.006, "user looked up only": 0.005, "session checked, rate limits on": 0.0066}


@pytest.mark.parametrize(("queries", "status"), [(1, 0), (2, 1)])
def test_one_query_is_the_bar_and_the_ratios_are_printed(capsys, queries, status):
    assert session_check._verdict(queries, MEDIANS, 400) == status
    printed = capsys.readouterr().out
    assert "session checked over user looked up only: 1.200" in printed
    assert "rate limits on over off: 1.100" in printed
