"""Whisper while somebody speaks: the streaming contract on the shipped sample, and what must give no text."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from integrations.contracts.audio import RATE, Clip
from integrations.contracts.speech import Hypothesis, Word
from integrations.errors import Unavailable
from integrations.providers.speech.local import WhisperSpeech
from integrations.tests.contracts.live_speech import (
    LiveSpeechSuite,
    assert_consistent,
    finals,
    heard,
    pieces,
)
from integrations.tests.sound import decoded, silence

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def whisper() -> WhisperSpeech:
    return WhisperSpeech(WhisperSpeech.Options(weights=str(ROOT / "weights"), threads=2))


@pytest.fixture(scope="session")
def greeting() -> Clip:
    """The first 4.5 seconds of the shipped sample."""
    return Clip(decoded(ROOT / "samples" / "weekly-sync.opus")[: int(4.5 * RATE) * 2])


@pytest.fixture(scope="session")
def heard_once(whisper: WhisperSpeech, greeting: Clip) -> list[Hypothesis]:
    """Once for all tests that only look at it: decoding costs seconds."""
    return heard(whisper.open(language="en"), greeting.pcm)


@pytest.mark.engines
class TestWhisperLiveSpeech(LiveSpeechSuite):
    @pytest.fixture
    def provider(self, whisper: WhisperSpeech) -> WhisperSpeech:
        return whisper

    @pytest.fixture
    def spoken(self, greeting: Clip) -> Clip:
        return greeting

    @pytest.fixture
    def answers(self, heard_once: list[Hypothesis]) -> list[Hypothesis]:
        return heard_once

    def test_it_hears_what_is_said_from_the_first_word_on(self, heard_once: list[Hypothesis]) -> None:
        words = bare(word for final in finals(heard_once) for word in final.words)
        assert " ".join(words).startswith("good morning everyone it's monday so let's go")

    def test_a_pause_ends_the_utterance_without_a_flush_and_tells_the_language(
        self, whisper: WhisperSpeech, greeting: Clip
    ) -> None:
        stream = whisper.open()
        answers = [answer for piece in pieces(greeting.pcm + silence(1.0)) for answer in stream.feed(piece)]
        assert_consistent(answers)
        assert answers[-1].speech_final
        assert stream.language == "en"
        assert stream.settled > greeting.duration

    def test_streams_in_several_threads_do_not_mix(
        self, whisper: WhisperSpeech, greeting: Clip, heard_once: list[Hypothesis]
    ) -> None:
        def one(start: float) -> list[Hypothesis]:
            return heard(whisper.open(language="en", start=start), greeting.pcm, hurry=True)

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(one, (0.0, 100.0))
        assert [final.text for final in first] == [final.text for final in second]
        assert [round(f.start + 100.0, 3) for f in first] == [round(f.start, 3) for f in second]

    @pytest.mark.parametrize("name", ["hum", "white noise", "faint hiss", "melody", "clicks"])
    def test_sound_without_speech_says_nothing(self, whisper: WhisperSpeech, name: str) -> None:
        assert heard(whisper.open(), SOUNDS[name]()) == []

    def test_a_stream_keeps_no_sound_that_is_settled(self, whisper: WhisperSpeech) -> None:
        stream = whisper.open(language="en")
        for piece in pieces(silence(60.0), 1.0):
            stream.feed(piece)
            assert stream.position - stream.settled < 0.5
        assert len(stream._pcm) <= RATE * 2

    def test_what_could_not_be_decoded_is_told_by_a_later_call(
        self, whisper: WhisperSpeech, greeting: Clip, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def exhausted(*_: object, **__: object) -> None:
            raise RuntimeError("out of memory")

        stream = whisper.open(language="en")
        with monkeypatch.context() as broken:
            broken.setattr("faster_whisper.WhisperModel.encode", exhausted)
            for piece in pieces(greeting.pcm, 0.5):
                stream.feed(piece, hurry=True)
            with pytest.raises(Unavailable, match="whisper-base-int8 could not decode the audio: out of mem"):
                stream.flush()
            assert stream.settled < 0.7
        assert bare(stream.flush()[0].words)[:3] == ["good", "morning", "everyone"]
        assert stream.settled == stream.position


def bare(words: Iterable[Word]) -> list[str]:
    return [word.text.lower().strip(".,") for word in words]


def _clip(samples: np.ndarray) -> bytes:
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def _noise(level: float) -> np.ndarray:
    return np.random.default_rng(7).normal(size=4 * RATE) * level


def _melody() -> np.ndarray:
    moments = np.arange(4 * RATE) / RATE
    notes = 220 * 2 ** (np.random.default_rng(7).integers(0, 13, 8) / 12)
    tones = np.sin(2 * np.pi * np.cumsum(np.repeat(notes, RATE // 2)) / RATE)
    return 0.3 * tones * np.exp(-3 * (moments % 0.5))


SOUNDS = {
    "hum": lambda: _clip(0.2 * np.sin(2 * np.pi * 50 * np.arange(4 * RATE) / RATE)),
    "white noise": lambda: _clip(_noise(0.3)),
    "faint hiss": lambda: _clip(_noise(0.0005)),
    "melody": lambda: _clip(_melody()),
    "clicks": lambda: _clip((_noise(1.0) > 3.5) * 0.8),
}
