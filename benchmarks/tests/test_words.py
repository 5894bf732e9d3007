"""Word errors are counted as the literature counts them, on words that the normaliser makes comparable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import data
from benchmarks.words import WordErrors, in_words, normalise, word_errors

SPEECH = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12).map(" ".join)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Okay, well -- O'Brien said: \"It's 14:30\"!", "ok well o'brien said it is fourteen thirty"),
        ("I'm not 100% sure, um, they won't.", "i am not one hundred percent sure they will not"),
        ("Mm-hmm. Uh-huh 'kay", "ok"),
        ("the 15th, 20th and 23rd", "the fifteenth twentieth and twenty third"),
        ("thick-peppered, straight–forward", "thick peppered straight forward"),
        ("1,455 pages in 1455", "fourteen fifty five pages in fourteen fifty five"),
    ],
)
def test_texts_are_compared_by_their_spoken_words(text: str, words: str) -> None:
    assert " ".join(normalise(text)) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (40, "forty"),
        (99, "ninety nine"),
        (105, "one hundred five"),
        (1900, "one thousand nine hundred"),
        (1984, "nineteen eighty four"),
        (2024, "two thousand twenty four"),
        (12_000, "twelve thousand"),
        (1_000_000, "one zero zero zero zero zero zero"),
    ],
)
def test_numbers_are_said_in_words(number: int, words: str) -> None:
    assert in_words(number) == words


@pytest.mark.parametrize(
    ("reference", "hypothesis", "errors"),
    [
        ("a b c", "a b c", (3, 0, 0, 0)),
        ("a b c", "a x c", (2, 1, 0, 0)),
        ("a b c", "a c", (2, 0, 1, 0)),
        ("a b c", "a b b c", (3, 0, 0, 1)),
        ("a b", "", (0, 0, 2, 0)),
        ("", "a b", (0, 0, 0, 2)),
        ("a b c d", "b c d e", (3, 0, 1, 1)),
    ],
)
def test_errors_are_told_apart(reference: str, hypothesis: str, errors: tuple) -> None:
    assert word_errors(reference, hypothesis) == errors


@given(SPEECH, SPEECH)
def test_counts_add_up_to_both_texts(reference: str, hypothesis: str) -> None:
    errors = word_errors(reference, hypothesis)
    assert errors.words == len(reference.split())
    assert errors.hits + errors.substitutions + errors.insertions == len(hypothesis.split())
    backwards = word_errors(hypothesis, reference)
    assert backwards.substitutions + backwards.insertions + backwards.deletions == (
        errors.substitutions + errors.insertions + errors.deletions
    )


def test_errors_of_recordings_are_summed_before_the_rate_is_taken() -> None:
    total = WordErrors(8, 1, 1, 0).plus(WordErrors(0, 0, 0, 2))
    assert total == (8, 1, 1, 2)
    assert total.rate == 0.4


def test_missing_data_ends_a_command_with_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("BENCH_DATA", str(tmp_path))
    with pytest.raises(data.DataMissing, match="set BENCH_DATA to the folder of benchmark data"):
        data.audio_sets()
    (tmp_path / "audio" / "read").mkdir(parents=True)
    with pytest.raises(data.DataMissing, match=r"holds no \.flac files"):
        data.audio_set("read")
