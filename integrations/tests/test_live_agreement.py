"""What two passes agree on never changes, whatever passes there are: pure functions, so checked for many."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from integrations.contracts.speech import Hypothesis, Word
from integrations.providers.speech.agreement import Agreement
from integrations.providers.speech.telling import Telling
from integrations.tests.contracts.live_speech import assert_consistent

TEXTS = st.sampled_from(["so", "So,", "yes.", "Yes.", "the", "What?", "Then", "release", "5", "…"])
PASSES = st.lists(st.lists(TEXTS, max_size=8), max_size=8)


def said(*texts: str, start: float = 0.0) -> list[Word]:
    """Words of half a second on end."""
    return [Word(text, start + i / 2, start + i / 2 + 0.5, 0.9) for i, text in enumerate(texts)]


def texts(words: list[Word]) -> list[str]:
    return [word.text for word in words]


def test_what_two_passes_in_a_row_agree_on_is_stable() -> None:
    agreement = Agreement()
    agreement.hear(said("The", "release", "days"))
    assert (agreement.stable, texts(agreement.tail)) == ([], ["The", "release", "days"])
    agreement.hear(said("the", "release", "stays", "on"))
    assert texts(agreement.stable) == ["the", "release"]
    assert texts(agreement.tail) == ["stays", "on"]


def test_a_pass_that_contradicts_stable_words_goes_on_behind_them() -> None:
    agreement = Agreement()
    for _ in range(2):
        agreement.hear(said("the", "release", "stays"))
    agreement.finish(said("The", "lease", "stays", "on", "Thursday."))
    assert texts(agreement.stable) == ["the", "release", "stays", "on", "Thursday."]


def test_a_pass_that_lost_the_beginning_goes_on_behind_the_stable_words() -> None:
    agreement = Agreement()
    for _ in range(2):
        agreement.hear(said("so", "we", "said", "that", "the", "release"))
    agreement.finish(said("the", "release", "stays", start=2.0))
    assert texts(agreement.stable) == ["so", "we", "said", "that", "the", "release", "stays"]


def test_a_repeated_word_is_not_taken_for_its_echo() -> None:
    agreement = Agreement()
    for _ in range(2):
        agreement.hear(said("no", "no"))
    agreement.finish(said("no", "no", "no"))
    assert texts(agreement.stable) == ["no", "no", "no"]


def test_words_behind_a_forgotten_beginning_are_not_moved_before_it() -> None:
    agreement = Agreement()
    for _ in range(2):
        agreement.hear(said("Agreed.", "Good."))
    agreement.forget(2)
    agreement.hear(said("Then", start=0.8))
    assert agreement.words == [Word("Then", 1.0, 1.3, 0.9)]


@given(PASSES, st.lists(TEXTS, max_size=8))
def test_stable_words_only_ever_grow_and_begin_what_is_final(
    passes: list[list[str]], last: list[str]
) -> None:
    agreement = Agreement()
    seen: list[list[Word]] = [[]]
    for one in passes:
        agreement.hear(said(*one))
        seen.append(list(agreement.stable))
    agreement.finish(said(*last))
    seen.append(list(agreement.stable))
    for earlier, later in pairwise(seen):
        assert later[: len(earlier)] == earlier
    times = [time for word in agreement.words for time in (word.start, word.end)]
    assert times == sorted(times)


@given(st.lists(st.tuples(PASSES, st.lists(TEXTS, max_size=8), st.booleans()), max_size=4))
def test_whatever_is_heard_is_told_in_good_order(
    utterances: list[tuple[list[list[str]], list[str], bool]],
) -> None:
    telling, told, begin = Telling(), [], 0.0
    for passes, last, paused in utterances:
        agreement, final = Agreement(telling.latest), 0
        for one in passes:
            agreement.hear(said(*one, start=begin))
            final += telling.sentences(agreement.words[final:], len(agreement.stable) - final)
            telling.interim(agreement.words[final:], len(agreement.stable) - final)
        agreement.finish(said(*last, start=begin))
        telling.end(agreement.stable[final:], paused=paused)
        told += telling.take()
        begin += 5.0
    assert_consistent(told)
    assert_said_once(told, telling)


def assert_said_once(told: list[Hypothesis], telling: Telling) -> None:
    """The end of the last words that are final is known."""
    ends = [answer.end for answer in told if answer.is_final and answer.words]
    assert telling.latest == (ends[-1] if ends else 0.0)


def test_a_sentence_is_final_once_it_is_stable_and_another_follows() -> None:
    telling = Telling()
    assert telling.sentences(said("Agreed."), 1) == 0
    telling.interim(said("Agreed.", "Good."), 0)
    assert telling.sentences(said("Agreed.", "Good."), 0) == 0
    assert telling.sentences(said("Agreed.", "Good."), 1) == 1
    assert telling.sentences(said("Good.", start=0.5), 1) == 0
    assert [(h.segment, h.rev, h.text, h.is_final, h.speech_final) for h in telling.take()] == [
        (0, 1, "Agreed. Good.", False, False),
        (0, 2, "Agreed.", True, False),
    ]


def test_what_was_shown_and_not_said_is_taken_back_with_an_empty_text() -> None:
    telling = Telling()
    telling.interim(said("You"), 0)
    telling.end([], paused=True)
    _, last = telling.take()
    assert (last.segment, last.rev, last.text, last.words) == (0, 2, "", ())
    assert (last.is_final, last.speech_final) == (True, True)
    assert telling.latest == 0.0
