"""The streaming side of the speech contract."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import pytest

from integrations.contracts.audio import BYTES_PER_SAMPLE, RATE, Clip
from integrations.contracts.speech import Hypothesis, SpeechStream, StreamingSpeech
from integrations.errors import Unsupported
from integrations.tests.contracts.options import ProviderSuite
from integrations.tests.sound import silence


def pieces(pcm: bytes, seconds: float = 0.2) -> Iterable[bytes]:
    """The sound in equal stretches, as a client sends it."""
    size = round(seconds * RATE) * BYTES_PER_SAMPLE
    return (pcm[start : start + size] for start in range(0, len(pcm), size))


def heard(stream: SpeechStream, pcm: bytes, **how: Any) -> list[Hypothesis]:
    """All that a stream answers to the sound and to a flush after it."""
    answers = [answer for piece in pieces(pcm) for answer in stream.feed(piece, **how)]
    return answers + stream.flush()


def finals(answers: Iterable[Hypothesis]) -> list[Hypothesis]:
    return [answer for answer in answers if answer.is_final]


def assert_consistent(answers: Sequence[Hypothesis]) -> None:
    """Numbers count, nothing once stable changes, times never run backwards."""
    segments = [list(group) for _, group in groupby(answers, key=lambda answer: answer.segment)]
    assert [group[0].segment for group in segments] == list(range(len(segments)))
    latest = 0.0
    for group in segments:
        assert [answer.rev for answer in group] == list(range(1, len(group) + 1))
        assert [answer.is_final for answer in group] == [False] * (len(group) - 1) + [True]
        assert not any(answer.speech_final for answer in group[:-1])
        stable: tuple = ()
        for answer in group:
            assert answer.words[: len(stable)] == stable
            assert len(stable) <= answer.stable <= len(answer.words)
            stable = answer.words[: answer.stable]
            times = [time for word in answer.words for time in (word.start, word.end)]
            assert times == sorted(times)
            assert latest <= answer.start <= answer.end
        assert group[-1].stable == len(group[-1].words)
        latest = group[-1].end


class LiveSpeechSuite(ProviderSuite):
    """Subclasses give `provider`, and `spoken`: sound in which it hears at least two words."""

    @pytest.fixture
    def spoken(self, twelve_seconds: Clip) -> Clip:
        return twelve_seconds

    @pytest.fixture
    def answers(self, provider: StreamingSpeech, spoken: Clip) -> list[Hypothesis]:
        return heard(provider.open(language="en"), spoken.pcm)

    def test_it_declares_that_it_hears_live(self, provider: StreamingSpeech) -> None:
        assert provider.capabilities.streaming

    def test_finals_say_what_was_said(self, answers: list[Hypothesis]) -> None:
        assert len(" ".join(final.text for final in finals(answers)).split()) >= 2
        assert finals(answers)[-1].speech_final

    def test_something_is_shown_before_the_speaker_has_finished(self, answers: list[Hypothesis]) -> None:
        assert not answers[0].is_final
        assert answers[0].text

    def test_nothing_once_stable_changes_and_times_never_run_backwards(
        self, answers: list[Hypothesis]
    ) -> None:
        assert_consistent(answers)

    def test_words_make_up_the_text_and_lie_within_the_sound(
        self, answers: list[Hypothesis], spoken: Clip
    ) -> None:
        for answer in (answer for answer in answers if answer.text):
            assert answer.text == " ".join(word.text for word in answer.words)
            assert (answer.start, answer.end) == (answer.words[0].start, answer.words[-1].end)
            assert 0.0 <= answer.start <= answer.end <= spoken.duration + 1e-6
            assert all(0.0 <= word.confidence <= 1.0 for word in answer.words)

    def test_settled_grows_and_nothing_is_said_before_it(
        self, provider: StreamingSpeech, spoken: Clip
    ) -> None:
        stream = provider.open(language="en", start=3.0)
        settled = 3.0
        for piece in [*pieces(spoken.pcm), None]:
            said = stream.flush() if piece is None else stream.feed(piece)
            assert all(answer.start >= settled - 1e-6 for answer in said)
            assert settled <= stream.settled <= stream.position
            settled = stream.settled
        assert stream.position == pytest.approx(3.0 + spoken.duration)
        assert stream.settled == stream.position

    def test_a_stream_goes_on_after_a_flush(self, provider: StreamingSpeech, spoken: Clip) -> None:
        stream = provider.open(language="en")
        first = heard(stream, spoken.pcm, hurry=True)
        second = heard(stream, spoken.pcm, hurry=True)
        assert finals(first)
        assert finals(second)
        assert_consistent(first + second)
        assert second[0].start >= spoken.duration - 1e-6

    def test_one_in_a_hurry_is_told_finals_only(self, provider: StreamingSpeech, spoken: Clip) -> None:
        answers = heard(provider.open(language="en"), spoken.pcm, hurry=True)
        assert answers
        assert finals(answers) == answers

    def test_silence_is_settled_and_says_nothing(self, provider: StreamingSpeech) -> None:
        stream = provider.open()
        assert [answer for piece in pieces(silence(8.0)) for answer in stream.feed(piece)] == []
        assert stream.settled > 4.0
        assert stream.flush() == []
        assert stream.settled == stream.position == 8.0

    def test_a_flush_of_nothing_is_nothing(self, provider: StreamingSpeech) -> None:
        stream = provider.open(start=7.0)
        assert (stream.feed(b""), stream.flush(), stream.flush()) == ([], [], [])
        assert (stream.position, stream.settled) == (7.0, 7.0)

    def test_the_language_asked_for_is_the_language_told(self, provider: StreamingSpeech) -> None:
        assert provider.open(language="en").language == "en"

    def test_a_language_that_it_does_not_know_is_unsupported(self, provider: StreamingSpeech) -> None:
        with pytest.raises(Unsupported):
            provider.open(language="not a language")
