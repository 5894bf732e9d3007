"""Speakers of live segments: who is named, who is renamed, and what is forgotten."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.live.attribution import REMEMBERED, LiveSpeakers, Revision
from integrations.contracts.diarization import Turn
from integrations.contracts.speech import Word


def said(text: str, start: float, seconds: float = 0.5) -> tuple[Word, ...]:
    """Words that follow each other without pause, `seconds` each."""
    return tuple(
        Word(word, start + index * seconds, start + (index + 1) * seconds, 0.9)
        for index, word in enumerate(text.split())
    )


def speakers(*turns: tuple[float, float, str]) -> LiveSpeakers:
    live = LiveSpeakers()
    live.revise([Turn(*turn) for turn in turns])
    return live


def test_a_segment_is_said_by_the_voice_in_whose_turn_it_lies():
    live = speakers((0, 5, "Speaker 1"), (5, 10, "Speaker 2"))
    assert live.name(0, said("Good morning everyone.", 1.0)) == "Speaker 1"
    assert live.name(1, said("Good morning.", 6.0)) == "Speaker 2"


def test_of_two_voices_in_a_segment_who_says_more_counts():
    live = speakers((0, 1, "Speaker 1"), (1, 10, "Speaker 2"))
    assert live.name(0, said("Really? Yes, that is what we decided.", 0.5)) == "Speaker 2"


@pytest.mark.parametrize("turns", [(), ((0.0, 5.0, "Speaker 1"),)])
def test_nobody_is_named_before_turns_come_near(turns):
    live = speakers(*turns)
    assert live.name(0, said("And then", 8.0)) is None
    assert live.revise([Turn(0, 5, "Speaker 1"), Turn(8, 9, "Speaker 2")]) == [Revision(0, "Speaker 2")]


def test_nothing_said_is_said_by_nobody_and_forgotten():
    live = speakers((0, 5, "Speaker 1"))
    assert live.name(0, said("Hello.", 1.0)) == "Speaker 1"
    assert live.name(0, ()) is None
    assert live.revise([Turn(0, 5, "Speaker 2")]) == []


def test_only_segments_whose_speaker_changes_are_revised():
    live = speakers((0, 10, "Speaker 1"))
    for segment in range(4):
        live.name(segment, said("Some words.", 2.0 + 2 * segment))
    assert live.revise([Turn(0, 5.5, "Speaker 1"), Turn(5.5, 10, "Speaker 2")]) == [
        Revision(2, "Speaker 2"),
        Revision(3, "Speaker 2"),
    ]
    assert live.revise([Turn(0, 5.5, "Speaker 1"), Turn(5.5, 12, "Speaker 2")]) == []


def test_later_words_of_a_segment_replace_the_earlier():
    live = speakers((0, 2, "Speaker 1"), (2, 10, "Speaker 2"))
    assert live.name(0, said("Well", 1.0)) == "Speaker 1"
    assert live.name(0, said("I would say no to that.", 2.5)) == "Speaker 2"
    assert live.revise([Turn(0, 2, "Speaker 3"), Turn(2, 10, "Speaker 2")]) == []


def test_a_segment_keeps_its_speaker_when_the_turn_is_gone():
    live = speakers((0, 5, "Speaker 1"))
    live.name(0, said("Hello.", 1.0))
    assert live.revise([]) == []
    assert live.name(0, said("Hello there.", 1.0)) == "Speaker 1"


def test_the_oldest_segments_are_forgotten():
    live = speakers((0, 10_000, "Speaker 1"))
    for segment in range(REMEMBERED + 2):
        live.name(segment, said("Yes.", 10.0 * segment))
    revised = live.revise([Turn(0, 10_000, "Speaker 2")])
    assert [each.segment for each in revised] == list(range(2, REMEMBERED + 2))


seconds = st.integers(0, 30).map(float)
turns = st.lists(
    st.builds(
        lambda start, length, speaker: Turn(start, start + length, f"Speaker {speaker}"),
        seconds,
        st.integers(1, 6),
        st.integers(1, 3),
    ),
    max_size=8,
)
segments = st.lists(
    st.tuples(st.sampled_from(["Yes.", "Well, I do not", "So? No. Maybe"]), seconds), max_size=4
)


@settings(max_examples=150, deadline=None)
@given(rounds=st.lists(st.tuples(segments, turns), min_size=1, max_size=4))
def test_what_was_told_and_revised_is_what_the_newest_turns_say(rounds):
    live, told, words = LiveSpeakers(), {}, {}
    for new, answer in rounds:
        for text, start in new:
            number = len(words)
            words[number] = said(text, start)
            told[number] = live.name(number, words[number])
        told |= {each.segment: each.speaker for each in live.revise(answer)}
    afresh = LiveSpeakers()
    afresh.revise(rounds[-1][1])
    for number, each in words.items():
        assert afresh.name(number, each) in (told[number], None)
