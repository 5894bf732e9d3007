from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from audio.media.chunks import plan
from integrations.contracts.audio import RATE


@dataclass
class Hum:
    """Hours of a steady hum with pauses (start, end), made up where it is read; `seen` are the reads."""

    duration: float
    pauses: list[tuple[float, float]] = field(default_factory=list)
    seen: list[tuple[float, float]] = field(default_factory=list)

    def read(self, start: float, end: float) -> bytes:
        self.seen.append((start, end))
        first = max(0, round(start * RATE))
        last = max(first, min(round(end * RATE), round(self.duration * RATE)))
        samples = np.where(np.arange(first, last) % 80 < 40, 3000, -3000).astype("<i2")
        for begin, close in self.pauses:
            samples[max(0, round(begin * RATE) - first) : max(0, round(close * RATE) - first)] //= 100
        return samples.tobytes()


def test_twenty_minutes_are_one_chunk_and_are_not_even_read():
    audio = Hum(1200.0)
    assert plan(audio) == [(0.0, 1200.0)]
    assert audio.seen == []
    assert plan(Hum(0.0)) == []


def test_an_hour_is_cut_in_the_middle_of_its_pauses():
    # 3600 s are four chunks of 900 s; pauses are looked for a minute around each edge.
    audio = Hum(3600.0, pauses=[(870.0, 871.0), (890.0, 890.3), (1843.5, 1844.1), (2690.0, 2690.2)])
    cuts = [start for start, _ in plan(audio)][1:]
    assert cuts[:2] == pytest.approx([870.5, 1843.8], abs=0.02)
    # The third one's pause is shorter than 0.3 s, but still the quietest place there is.
    assert cuts[2] == pytest.approx(2690.1, abs=0.2)


def test_of_equally_long_pauses_the_last_one_is_taken():
    audio = Hum(1500.0, pauses=[(700.0, 700.5), (760.0, 760.5), (780.0, 780.5)])
    assert plan(audio)[0] == pytest.approx((0.0, 780.25), abs=0.02)


def test_digital_silence_is_cut_in_its_middle():
    assert plan(Hum(1500.0, pauses=[(600.0, 900.0)])) == [(0.0, 750.0), (750.0, 1500.0)]


def test_two_cores_get_two_parts_of_a_short_recording():
    assert [len(plan(Hum(seconds), parts=2)) for seconds in (100.0, 119.0, 120.0, 1199.0)] == [1, 1, 2, 2]
    assert plan(Hum(600.0, pauses=[(310.0, 311.0)]), parts=2) == [
        (0.0, pytest.approx(310.5, abs=0.02)),
        (pytest.approx(310.5, abs=0.02), 600.0),
    ]


def test_three_hours_are_read_two_minutes_at_a_time():
    audio = Hum(3 * 3600.0)
    assert len(plan(audio)) == 10
    assert len(audio.seen) == 9
    assert max(end - start for start, end in audio.seen) <= 120.0


def test_limits_make_sense():
    for wrong in ({"longest": 0.0}, {"shortest": 0.0}, {"parts": 0}):
        with pytest.raises(ValueError, match="positive length"):
            plan(Hum(10.0), **wrong)


@given(
    duration=st.floats(0.001, 40.0),
    longest=st.floats(0.5, 12.0),
    parts=st.integers(1, 4),
    shortest=st.floats(0.5, 5.0),
    pauses=st.lists(st.tuples(st.floats(0, 40), st.floats(0, 2)), max_size=5),
)
@example(duration=36.0, longest=12.0, parts=1, shortest=1.0, pauses=[])
@example(duration=12.000001, longest=12.0, parts=1, shortest=1.0, pauses=[])
def test_chunks_cover_the_recording_in_order_and_none_is_too_long(duration, longest, parts, shortest, pauses):
    audio = Hum(duration, pauses=[(start, start + length) for start, length in pauses])
    chunks = plan(audio, longest=longest, parts=parts, shortest=shortest)
    assert chunks[0][0] == 0.0
    assert chunks[-1][1] == duration
    assert all(left[1] == right[0] for left, right in pairwise(chunks))
    assert all(0 < end - start <= longest + 1e-9 for start, end in chunks)
    assert len(chunks) >= min(parts, int(duration // shortest))
    assert chunks == plan(audio, longest=longest, parts=parts, shortest=shortest)
