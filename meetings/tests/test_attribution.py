"""Words to voices: pure, so every case is written by hand or drawn by hypothesis."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.contracts.diarization import Diarization, Turn
from integrations.contracts.speech import Segment, Word
from meetings.pipeline.attribution import LONGEST, attribute


def said(text: str, start: float, seconds: float = 0.3, confidence: float = 0.9) -> Segment:
    """A segment whose words follow each other without pause, `seconds` each."""
    words = tuple(
        Word(word, round(start + index * seconds, 3), round(start + (index + 1) * seconds, 3), confidence)
        for index, word in enumerate(text.split())
    )
    return Segment(text, words[0].start, words[-1].end, words)


def diarized(*turns: tuple[float, float, str]) -> Diarization:
    return Diarization(tuple(Turn(*turn) for turn in turns))


def lines(segments, diarization) -> list[tuple[str, str]]:
    return [(each.speaker, each.text) for each in attribute(segments, diarization)]


def test_a_segment_is_split_where_the_voice_changes():
    segment = said("Shall we start? Yes, please do.", 0.0)
    assert lines([segment], diarized((0, 0.9, "A"), (0.9, 2.0, "B"))) == [
        ("Speaker 1", "Shall we start?"),
        ("Speaker 2", "Yes, please do."),
    ]


def test_labels_follow_the_transcript_and_remember_the_voice():
    segments = [said("Good morning.", 1.0), said("Morning.", 3.0)]
    found = attribute(segments, diarized((0, 0.2, "Speaker 1"), (1, 2, "Speaker 3"), (3, 4, "Speaker 2")))
    assert [(each.speaker, each.voice) for each in found] == [
        ("Speaker 1", "Speaker 3"),
        ("Speaker 2", "Speaker 2"),
    ]


@pytest.mark.parametrize("boundary", [0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2])
def test_a_boundary_that_is_off_by_a_word_moves_to_the_end_of_the_sentence(boundary):
    segment = said("That is it. So what now then?", 0.0)
    found = lines([segment], diarized((0, boundary, "A"), (boundary, 2.1, "B")))
    assert found == [("Speaker 1", "That is it."), ("Speaker 2", "So what now then?")]


def test_a_one_word_answer_between_sentences_keeps_its_voice():
    segment = said("We ship on Thursday. Agreed. Good, then I will write it.", 0.0)
    found = lines([segment], diarized((0, 1.15, "A"), (1.25, 1.45, "B"), (1.5, 4, "C")))
    assert found == [
        ("Speaker 1", "We ship on Thursday."),
        ("Speaker 2", "Agreed."),
        ("Speaker 3", "Good, then I will write it."),
    ]


def test_a_stray_turn_within_a_sentence_takes_no_word():
    segment = said("we will migrate the invoices in batches during the week", 0.0)
    found = lines([segment], diarized((0, 1.2, "A"), (1.2, 1.5, "B"), (1.5, 4, "A")))
    assert found == [("Speaker 1", segment.text)]


def test_a_change_without_punctuation_is_found_when_several_words_say_so():
    segment = said("and then we could go right so the other thing is", 0.0)
    found = lines([segment], diarized((0, 1.5, "A"), (1.5, 4, "B")))
    assert found == [("Speaker 1", "and then we could go"), ("Speaker 2", "right so the other thing is")]


def test_overlapped_words_stay_with_their_sentence():
    segment = said("It is a long sentence that nobody interrupts.", 0.0)
    found = lines([segment], diarized((0, 3, "A"), (0.6, 1.2, "B")))
    assert found == [("Speaker 1", segment.text)]


def test_words_outside_all_turns_go_to_the_nearest():
    assert lines([said("Hello there.", 0.5), said("Bye.", 9.5)], diarized((1.2, 4, "A"), (5, 9.4, "B"))) == [
        ("Speaker 1", "Hello there."),
        ("Speaker 2", "Bye."),
    ]


def test_without_turns_one_person_said_everything():
    found = attribute([said("Hello there.", 0.0)], Diarization(()))
    assert [(each.speaker, each.voice) for each in found] == [("Speaker 1", None)]


def test_speakers_named_by_the_recogniser_count_when_there_is_no_diarization():
    segments = [
        Segment("Hello there.", 0, 1, speaker="S2"),
        Segment("Good morning.", 1, 2, speaker="S1"),
    ]
    assert lines(segments, Diarization(())) == [
        ("Speaker 1", "Hello there."),
        ("Speaker 2", "Good morning."),
    ]


def test_a_segment_without_words_is_spread_over_its_time():
    (found,) = attribute([Segment("aa bbbb", 1.0, 4.0)], diarized((0, 5, "A")))
    assert [(word.text, word.start, word.end) for word in found.words] == [
        ("aa", 1.0, 2.0),
        ("bbbb", 2.0, 4.0),
    ]
    assert found.confidence == 0.5


def test_nothing_said_gives_nothing():
    assert attribute([], diarized((0, 5, "A"))) == []
    assert attribute([Segment("  ", 0, 1)], diarized((0, 5, "A"))) == []


def test_confidence_is_the_mean_of_the_words():
    words = (Word("Yes.", 0, 1, 0.5), Word("Please.", 1, 2, 1.0))
    (found,) = attribute([Segment("Yes. Please.", 0, 2, words)], Diarization(()))
    assert found.confidence == 0.75


def test_text_keeps_the_spacing_of_its_script():
    words = tuple(Word(text, index, index + 1, 1) for index, text in enumerate(["你好", "世界", "。"]))
    segments = [Segment("你好世界。", 0, 3, words)]
    assert lines(segments, Diarization(())) == [("Speaker 1", "你好世界。")]


def test_segments_of_one_voice_are_joined_to_utterances_of_a_dozen_seconds():
    segments = [said("One two three four five.", start, seconds=1.0) for start in (0, 5, 10, 15)]
    found = attribute(segments, diarized((0, 20, "A")))
    assert [(each.start, each.end) for each in found] == [(0, 10), (10, 20)]


def test_a_long_silence_ends_an_utterance():
    found = attribute([said("Well.", 0.0), said("So.", 5.0)], diarized((0, 6, "A")))
    assert [each.text for each in found] == ["Well.", "So."]


def test_a_sentence_without_end_is_cut_at_its_longest_pause():
    words = [Word(f"w{index}", index, index + 0.9, 1) for index in range(20)]
    words += [Word(f"w{index}", index + 0.5, index + 1.4, 1) for index in range(20, 40)]
    segment = Segment(" ".join(word.text for word in words), 0, 41.4, tuple(words))
    found = attribute([segment], diarized((0, 42, "A")))
    assert [(each.words[0].text, each.words[-1].text) for each in found] == [("w0", "w19"), ("w20", "w39")]


times = st.floats(0, 60, allow_nan=False).map(lambda second: round(second, 2))
texts = st.sampled_from(["yes", "no.", "well,", "so?", "we", "agree"])
turns = st.builds(
    lambda start, length, speaker: Turn(start, start + length, speaker),
    times,
    st.floats(0.01, 20),
    st.sampled_from("ABC"),
)


@st.composite
def transcripts(draw) -> list[Segment]:
    """Segments in order of time with words that jitter: gaps, overlaps and words without length."""
    now, segments = 0.0, []
    for _ in range(draw(st.integers(0, 6))):
        words = []
        for _ in range(draw(st.integers(0, 12))):
            now = max(0.0, now + draw(st.sampled_from([-0.2, 0.0, 0.0, 0.1, 0.8, 5.0])))
            length = draw(st.sampled_from([0.0, 0.1, 0.3, 1.0, 8.0]))
            words.append(Word(draw(texts), now, now + length, draw(st.floats(0, 1))))
            now += length
        text = " ".join(word.text for word in words) or draw(st.sampled_from(["", "not timed at all"]))
        segments.append(Segment(text, words[0].start if words else now, now + 1, tuple(words)))
    return segments


@given(transcripts(), st.lists(turns, max_size=8))
def test_no_word_is_lost_added_or_moved(segments, voices):
    found = attribute(segments, Diarization(tuple(voices)))
    assert " ".join(each.text for each in found).split() == [
        word for segment in segments for word in segment.text.split()
    ]
    timed = [word for segment in segments for word in segment.words]
    untimed = {"not", "timed", "at", "all"}
    assert [word for each in found for word in each.words if word.text not in untimed] == timed


@given(transcripts(), st.lists(turns, max_size=8))
def test_segments_hold_their_words_and_nothing_more(segments, voices):
    for each in attribute(segments, Diarization(tuple(voices))):
        assert each.start == min(word.start for word in each.words)
        assert each.end == max(word.end for word in each.words)
        assert each.end - each.start <= LONGEST or len(each.words) == 1
        assert 0 <= each.confidence <= 1


@given(transcripts(), st.lists(turns, max_size=8))
def test_neighbours_overlap_no_more_than_their_words(segments, voices):
    found = attribute(segments, Diarization(tuple(voices)))
    words = [word for each in found for word in each.words]
    worst = max((before.end - after.start for before, after in pairwise(words)), default=0.0)
    for before, after in pairwise(found):
        assert before.words[-1].end - after.words[0].start <= worst


@given(transcripts(), st.lists(turns, max_size=8))
def test_labels_count_up_in_order_of_appearance(segments, voices):
    found = attribute(segments, Diarization(tuple(voices)))
    order = list(dict.fromkeys(each.speaker for each in found))
    assert order == [f"Speaker {number + 1}" for number in range(len(order))]
    assert len({(each.speaker, each.voice) for each in found}) == len(order)
