import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.media.timeline import LONGEST_GAP, TOLERANCE, Timeline

RATE = 48_000
FRAME = 960


def test_a_hole_becomes_silence_and_an_overlap_is_cut():
    timeline = Timeline()
    assert timeline.place(0.0, FRAME, RATE) == (0, 0)
    assert timeline.place(0.12, FRAME, RATE) == (round(0.1 * RATE), 0)
    assert timeline.position == pytest.approx(0.14)
    assert timeline.place(0.11, 4800, RATE) == (0, round(0.03 * RATE))
    assert timeline.position == pytest.approx(0.21)


def test_jitter_is_left_alone_until_it_adds_up():
    timeline = Timeline()
    corrections = [timeline.place(k * 0.0201, FRAME, RATE)[0] for k in range(1000)]
    assert sum(corrections) == pytest.approx(0.1 * RATE, abs=TOLERANCE * RATE)
    assert sum(1 for silence in corrections if silence) == 4
    assert timeline.position == pytest.approx(1000 * 0.0201, abs=TOLERANCE + 0.001)


def test_priming_before_the_origin_is_cut():
    assert Timeline().place(-0.021333, 1024, RATE) == (0, 1024)
    assert Timeline(origin=5.0).place(5.0, 1024, RATE) == (0, 0)


def test_a_clock_that_jumps_by_hours_is_a_new_beginning_and_no_silence():
    timeline = Timeline()
    timeline.place(0.0, FRAME, RATE)
    assert timeline.place(LONGEST_GAP + 1, FRAME, RATE) == (0, 0)
    assert timeline.place(LONGEST_GAP + 1.02, FRAME, RATE) == (0, 0)
    assert timeline.place(0.0, FRAME, RATE) == (0, 0)
    assert timeline.place(0.02, FRAME, RATE) == (0, 0)


def test_a_clock_that_stands_still_loses_at_most_half_a_second():
    timeline = Timeline()
    kept = sum(FRAME - timeline.place(0.0, FRAME, RATE)[1] for _ in range(500))
    assert kept >= 500 * FRAME - 0.5 * RATE - FRAME


def test_what_was_lost_is_made_good_by_the_next_timestamp_or_by_estimate():
    stamped, bare = Timeline(), Timeline()
    stamped.place(0.0, FRAME, RATE)
    stamped.lost(0.015)
    assert stamped.place(0.035, FRAME, RATE) == (round(0.015 * RATE), 0)
    bare.place(None, FRAME, RATE)
    bare.lost(0.02)
    bare.lost(0.02)
    assert bare.place(None, FRAME, RATE) == (2 * FRAME, 0)
    assert bare.place(None, FRAME, RATE) == (0, 0)


def test_a_change_of_rate_keeps_the_position():
    timeline = Timeline()
    timeline.place(None, 44_100, 44_100)
    timeline.place(None, 8_000, 16_000)
    assert timeline.position == 1.5


@given(
    st.lists(
        st.tuples(
            st.none() | st.floats(-1e5, 1e5), st.integers(1, 5000), st.sampled_from([8000, 44_100, 48_000])
        ),
        max_size=60,
    )
)
def test_no_timestamps_cut_more_than_a_frame_or_add_more_than_the_longest_gap(frames):
    timeline, before = Timeline(), 0.0
    for time, samples, rate in frames:
        silence, cut = timeline.place(time, samples, rate)
        assert 0 <= cut <= samples
        assert 0 <= silence <= LONGEST_GAP * rate
        assert timeline.position == pytest.approx(before + (silence + samples - cut) / rate)
        before = timeline.position
