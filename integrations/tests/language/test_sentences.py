"""Lines to sentences: no word is lost, and every sentence knows where it stands."""

from hypothesis import given
from hypothesis import strategies as st

from integrations.contracts.language import Line
from integrations.providers.language.local.sentences import split

WORDS = st.lists(
    st.sampled_from(["we", "Agreed.", "Then", "Dr.", "ship", "it", "Why?", "in", "May"]), max_size=8
)


def _line(i: int, speaker: str, text: str) -> Line:
    return Line(f"l{i}", speaker, 2.0 * i, 2.0 * i + 1.9, text)


@given(st.lists(st.tuples(st.sampled_from(["Ann", "Ben"]), WORDS), max_size=12))
def test_every_word_of_every_line_is_in_exactly_one_sentence(talk):
    lines = [_line(i, speaker, " ".join(words)) for i, (speaker, words) in enumerate(talk)]
    found = split(lines)
    assert " ".join(sentence.text for sentence in found).split() == [
        word for _, words in talk for word in words
    ]
    assert all(sentence.start <= sentence.end for sentence in found)
    assert [sentence.turn for sentence in found] == sorted(sentence.turn for sentence in found)


def test_a_sentence_that_runs_over_two_lines_is_one_with_both():
    found = split([_line(0, "Ann", "We will move the"), _line(1, "Ann", "steel tomorrow. Fine?")])
    assert [(sentence.text, sentence.lines) for sentence in found] == [
        ("We will move the steel tomorrow.", (0, 1)),
        ("Fine?", (1,)),
    ]


def test_a_first_word_that_diarization_left_with_the_speaker_before_goes_to_its_sentence():
    lines = [
        Line("a", "Ben", 0.0, 2.0, "Fine with me. Then"),
        Line("b", "Ann", 2.0, 4.0, "we agreed."),
    ]
    assert [(sentence.speaker, sentence.text) for sentence in split(lines)] == [
        ("Ben", "Fine with me."),
        ("Ann", "Then we agreed."),
    ]


def test_abbreviations_and_contractions_end_sentences_only_where_they_should():
    found = split([_line(0, "Ann", "I wouldn't. Dr. Stone might.")])
    assert [sentence.text for sentence in found] == ["I wouldn't.", "Dr. Stone might."]
