"""Where the recordings of a meeting lie in its track."""

from datetime import UTC, datetime, timedelta

import pytest

from audio.models import Recording
from meetings.pipeline.steps.decode import _placed

NINE = datetime(2026, 11, 16, 9, tzinfo=UTC)


def recording(position: int, after: float | None, seconds: float = 10.0) -> Recording:
    """Begun so many seconds after nine."""
    starts_at = None if after is None else NINE + timedelta(seconds=after)
    return Recording(position=position, starts_at=starts_at, duration_ms=round(seconds * 1000))


@pytest.mark.parametrize(
    ("begun", "offsets"),
    [
        ([0, 30], [0, 30]),
        ([0, 5], [0, 10]),
        ([0, None, 60], [0, 10, 60]),
        ([None, 60], [0, 10]),
        ([0, 3610], [0, 3610]),
        ([0, 86400], [0, 10]),
        ([0, 86400, 86430], [0, 10, 40]),
        ([0, -86400], [0, 10]),
    ],
)
def test_a_recording_lies_where_its_clock_says_unless_hours_of_silence_lay_before_it(begun, offsets):
    recordings = [recording(position, after) for position, after in enumerate(begun)]
    assert [offset for _, offset in _placed(recordings)] == offsets
