"""Figures about talk: by hand where they are known, by hypothesis where they must always hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.talk import Said, analyse


@st.composite
def said(draw) -> list[Said]:
    """Up to twelve segments in order of their beginning; they may overlap."""
    starts = sorted(draw(st.lists(st.integers(0, 60_000), max_size=12)))
    return [
        Said(
            draw(st.sampled_from("ABC")), start, start + draw(st.integers(0, 9_000)), draw(st.integers(0, 30))
        )
        for start in starts
    ]


@given(said(), st.floats(0, 100))
def test_figures_agree_with_each_other(segments, duration):
    found = analyse(segments, duration_seconds=duration)
    assert found.words == sum(each.words for each in segments)
    assert found.words == sum(talk.words for talk in found.speakers)
    assert found.turns == sum(talk.turns for talk in found.speakers) <= len(segments)
    assert found.talk_seconds == pytest.approx(sum(talk.talk_seconds for talk in found.speakers), abs=0.01)
    spoken = any(each.end_ms > each.start_ms for each in segments)
    assert sum(talk.share for talk in found.speakers) == pytest.approx(1.0 if spoken else 0.0, abs=0.001)
    assert 0 <= found.silence_seconds <= found.duration_seconds
    assert found.duration_seconds >= max((each.end_ms / 1000 for each in segments), default=0)
    covered = len({ms for each in segments for ms in range(each.start_ms, each.end_ms)}) / 1000
    assert found.silence_seconds == pytest.approx(found.duration_seconds - covered, abs=0.002)
    for talk in found.speakers:
        assert talk.longest_turn_seconds <= found.duration_seconds + 0.001
        assert talk.turns >= 1


def test_a_turn_lasts_until_somebody_else_speaks():
    segments = [
        Said("A", 0, 2000, 4),
        Said("A", 3000, 5000, 4),
        Said("B", 5000, 6000, 3),
        Said("A", 8000, 9000, 2),
    ]
    found = analyse(segments, duration_seconds=10)
    first, second = found.speakers
    assert (first.speaker, first.turns, first.talk_seconds, first.longest_turn_seconds) == ("A", 2, 5.0, 5.0)
    assert (second.speaker, second.turns, second.share, second.words_per_minute) == ("B", 1, 0.1667, 180.0)
    assert (found.turns, found.silence_seconds, found.words, found.words_per_minute) == (3, 4.0, 13, 130.0)


def test_a_segment_inside_a_longer_one_does_not_shorten_the_turn():
    segments = [Said("A", 0, 10_000, 20), Said("A", 1000, 2000, 1)]
    assert analyse(segments, duration_seconds=10).speakers[0].longest_turn_seconds == 10.0


def test_silence_has_no_speakers():
    found = analyse([], duration_seconds=3.5)
    assert (found.silence_seconds, found.talk_seconds, found.speakers, found.words_per_minute) == (
        3.5,
        0,
        [],
        0.0,
    )
