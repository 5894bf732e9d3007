"""Words to segments, spans to windows: pure functions, so checked for whatever an engine may say."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.contracts.speech import Word
from integrations.providers.speech.local_regions import WINDOW, Span, pack
from integrations.providers.speech.local_segments import LONGEST, in_order, is_loop, segments
from integrations.providers.speech.local_texts import words as whole_words

TIMES = st.floats(min_value=-5, max_value=100, allow_nan=False)
TEXTS = st.sampled_from(["so", "Yes.", "and,", "Mr.", "What?", "Then", "5", "は。", "no…"])
WORDS = st.lists(st.builds(Word, TEXTS, TIMES, TIMES, st.just(0.5)))


def said(text: str, *, each: float = 0.5, gaps: dict[int, float] | None = None) -> list[Word]:
    """Words of the same length; `gaps` are pauses before the words with those numbers."""
    words, clock = [], 0.0
    for number, word in enumerate(text.split()):
        clock += (gaps or {}).get(number, 0.0)
        words.append(Word(word, clock, clock + each, 0.9))
        clock += each
    return words


def texts(words: list[Word]) -> list[str]:
    return [segment.text for segment in segments(words)]


@given(WORDS, st.floats(min_value=0, max_value=60))
def test_times_never_run_backwards_nor_leave_the_audio(words: list[Word], duration: float) -> None:
    ordered = in_order(words, duration)
    marks = [time for word in ordered for time in (word.start, word.end)]
    assert marks == sorted(marks)
    assert all(0 <= time <= duration for time in marks)
    assert [word.text for word in ordered] == [word.text for word in words]


@given(WORDS)
def test_segments_hold_every_word_once_and_in_order(words: list[Word]) -> None:
    ordered = in_order(words, 60.0)
    found = segments(ordered)
    assert [word for segment in found for word in segment.words] == ordered
    for segment in found:
        assert segment.text == " ".join(word.text for word in segment.words)
        assert (segment.start, segment.end) == (segment.words[0].start, segment.words[-1].end)
        assert segment.end - segment.start <= LONGEST or len(segment.words) == 1


def test_a_sentence_is_a_segment() -> None:
    assert texts(said("Can you do it? Sure. I will.")) == ["Can you do it?", "Sure.", "I will."]


def test_titles_and_a_small_letter_do_not_end_a_sentence() -> None:
    assert texts(said("Ask Dr. Brown about the e.g. approx. value.")) == [
        "Ask Dr. Brown about the e.g. approx. value."
    ]


def test_a_language_without_spaces_is_joined_without_them() -> None:
    assert [segment.text for segment in segments(said("これ は ペン です。 はい"), "")] == [
        "これはペンです。",
        "はい",
    ]


@dataclass
class Printed:
    """A word as faster-whisper gives it."""

    word: str
    start: float = 1.0
    end: float = 2.0
    probability: float = 0.5


def printed(*words: Printed) -> list[SimpleNamespace]:
    return [SimpleNamespace(words=words)]


def test_a_part_without_a_space_before_it_belongs_to_the_word_before() -> None:
    parts = printed(Printed(" follow"), Printed("-up,", 2.0, 3.0, 0.25), Printed(" then"))
    assert whole_words(parts, " ") == [Word("follow-up,", 1.0, 3.0, 0.25), Word("then", 1.0, 2.0, 0.5)]
    assert whole_words(printed(Printed("-up")) * 2, " ") == [Word("-up", 1.0, 2.0, 0.5)] * 2
    assert [word.text for word in whole_words(printed(Printed("こ"), Printed("れ")), "")] == ["こ", "れ"]


def test_blank_words_are_left_out() -> None:
    so = Word("so", 1.0, 2.0, 0.5)
    assert whole_words(printed(Printed(" "), Printed(" so"), Printed(" ")), " ") == [so]
    assert whole_words(printed(Printed(" "), Printed("so")), " ") == [so]


def test_a_long_pause_ends_a_segment() -> None:
    assert texts(said("so we wait and then go", gaps={3: 1.0, 5: 0.9})) == ["so we wait", "and then go"]


def test_a_long_sentence_is_cut_at_a_comma_or_its_longest_pause() -> None:
    speech = said("one two three four five, six seven eight nine ten", each=1.8)
    assert texts(speech) == ["one two three four five,", "six seven eight nine ten"]
    speech = said("one two three four five, six seven eight nine ten", each=1.8, gaps={7: 0.6})
    assert texts(speech)[-1] == "eight nine ten"


@pytest.mark.parametrize(
    ("text", "compression"),
    [
        ("thank you thank you thank you thank you", 1.0),
        ("No, no, no, no.", 1.0),
        ("and so we said " * 4, 1.0),
        ("anything at all", 2.5),
    ],
)
def test_a_loop_is_recognised(text: str, compression: float) -> None:
    assert is_loop(text, compression)


@pytest.mark.parametrize(
    "text", ["", "no no no", "It is what it is, and that is that.", "yeah yeah yeah and yeah yeah"]
)
def test_lively_speech_is_no_loop(text: str) -> None:
    assert not is_loop(text, 1.8)


@given(st.lists(st.tuples(st.floats(0, 40), st.floats(0.1, WINDOW))))
def test_windows_cover_all_speech_in_order_and_fit_whisper(parts: list[tuple[float, float]]) -> None:
    speech, clock = [], 0.0
    for gap, length in parts:
        speech.append(Span(clock + gap, clock + gap + length))
        clock = speech[-1].end
    packed = pack(speech)
    assert all(window.end - window.start <= WINDOW + 1e-9 for window in packed)
    assert [window.start for window in packed] == sorted(window.start for window in packed)
    for span in speech:
        assert sum(window.start <= span.start and span.end <= window.end for window in packed) == 1


def test_a_quiet_speaker_between_two_loud_ones_stays_in_the_window() -> None:
    assert pack([Span(0, 4), Span(12, 15), Span(28, 33)]) == [Span(0, 15), Span(28, 33)]
