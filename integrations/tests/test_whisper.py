"""Whisper on this machine: the speech contract on the shipped sample, and sound in which nobody speaks."""

from pathlib import Path

import numpy as np
import pytest

from integrations.contracts.audio import RATE, Clip
from integrations.contracts.speech import Transcript
from integrations.errors import Misconfigured, Unavailable, Unsupported
from integrations.providers.speech import local
from integrations.providers.speech.local import WhisperSpeech
from integrations.tests.contracts.speech import SpeechSuite
from integrations.tests.sound import decoded, silence

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def whisper() -> WhisperSpeech:
    return WhisperSpeech(WhisperSpeech.Options(weights=str(ROOT / "weights"), threads=2))


@pytest.fixture(scope="session")
def opening() -> Clip:
    """The first 11 seconds of the shipped sample."""
    return Clip(decoded(ROOT / "samples" / "weekly-sync.opus")[: 11 * RATE * 2])


@pytest.fixture(scope="session")
def heard(whisper: WhisperSpeech, opening: Clip) -> Transcript:
    """Once for all tests that only look at it: decoding costs seconds."""
    return whisper.transcribe(opening, language="en")


@pytest.mark.engines
class TestWhisperSpeech(SpeechSuite):
    @pytest.fixture
    def provider(self, whisper: WhisperSpeech) -> WhisperSpeech:
        return whisper

    @pytest.fixture
    def spoken(self, opening: Clip) -> Clip:
        return opening

    @pytest.fixture
    def transcript(self, heard: Transcript) -> Transcript:
        return heard

    def test_the_language_is_detected(self, whisper: WhisperSpeech, opening: Clip) -> None:
        assert whisper.transcribe(opening).language == "en"

    def test_minutes_of_silence_between_words_shift_no_time(
        self, whisper: WhisperSpeech, opening: Clip, heard: Transcript
    ) -> None:
        apart = whisper.transcribe(Clip(opening.pcm + silence(90) + opening.pcm), language="en")
        first = [s.text for s in apart.segments if s.end <= 12.0]
        second = [s for s in apart.segments if s.start >= 100.0]
        assert first == [s.text for s in heard.segments]
        assert [s.text for s in second] == first
        assert second[0].start - 101.0 == pytest.approx(heard.segments[0].start, abs=0.3)
        assert len(apart.segments) == 2 * len(first)

    def test_a_hint_invents_nothing(self, whisper: WhisperSpeech) -> None:
        assert whisper.transcribe(noise(0.3, seconds=10), hint="Maya, Daniel").segments == ()

    @pytest.mark.parametrize("seconds", [0.0, 0.05, 0.2, 1.0])
    def test_a_sliver_of_silence_has_no_text(self, whisper: WhisperSpeech, seconds: float) -> None:
        assert whisper.transcribe(Clip(silence(seconds))) == Transcript((), "", "whisper-base-int8")

    def test_a_sliver_of_speech_is_decoded(self, whisper: WhisperSpeech, opening: Clip) -> None:
        sliver = Clip(opening.pcm[2 * RATE * 2 : int(2.2 * RATE) * 2])
        assert all(0.0 <= s.start < s.end <= 0.2 for s in whisper.transcribe(sliver).segments)

    @pytest.mark.parametrize("name", ["hum", "white noise", "faint hiss", "chords", "buzz"])
    def test_sound_without_speech_has_no_text(self, whisper: WhisperSpeech, name: str) -> None:
        assert whisper.transcribe(SOUNDS[name]()).segments == ()

    def test_one_model_serves_every_provider_of_a_process(self, whisper: WhisperSpeech) -> None:
        another = WhisperSpeech(WhisperSpeech.Options(weights=str(ROOT / "weights"), threads=2))
        assert another._model() is whisper._model()

    def test_a_fault_of_the_engine_is_unavailable(
        self, whisper: WhisperSpeech, opening: Clip, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def exhausted(*_: object, **__: object) -> None:
            raise RuntimeError("out of memory")

        monkeypatch.setattr("faster_whisper.BatchedInferencePipeline.forward", exhausted)
        with pytest.raises(Unavailable, match="whisper-base-int8 could not decode the audio: out of memory"):
            whisper.transcribe(opening, language="en")


def test_missing_weights_name_the_command_that_fetches_them(tmp_path: Path) -> None:
    (tmp_path / "whisper-base").mkdir()
    (tmp_path / "whisper-base" / "config.json").write_text("{}")
    provider = WhisperSpeech(WhisperSpeech.Options(weights=str(tmp_path)))
    for call in (provider.probe, lambda: provider.transcribe(Clip(silence(1)))):
        with pytest.raises(Misconfigured) as caught:
            call()
        assert "(model.bin, tokenizer.json missing)" in str(caught.value)
        assert "`python -m integrations.weights fetch whisper-base` fetches them." in str(caught.value)


def test_broken_weights_are_misconfigured(tmp_path: Path) -> None:
    folder = tmp_path / "whisper-base"
    folder.mkdir()
    for name in local.FILES:
        (folder / name).write_bytes(b"{}")
    with pytest.raises(Misconfigured, match="cannot be loaded"):
        WhisperSpeech(WhisperSpeech.Options(weights=str(tmp_path))).transcribe(Clip(silence(1)))


def test_an_english_model_says_so_and_refuses_other_languages(tmp_path: Path) -> None:
    provider = WhisperSpeech(WhisperSpeech.Options(weights=str(tmp_path), model="whisper-tiny.en"))
    assert provider.engine == "whisper-tiny.en-int8"
    assert provider.capabilities.languages == {"en"}
    with pytest.raises(Unsupported, match="knows only en, not 'fr'"):
        provider.transcribe(Clip(silence(1)), language="fr")


def noise(level: float, seconds: int = 5) -> Clip:
    return _clip(np.random.default_rng(7).normal(size=seconds * RATE) * level)


def _clip(samples: np.ndarray) -> Clip:
    return Clip((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def _wave(*hertz: float, seconds: int = 5) -> np.ndarray:
    time = np.arange(seconds * RATE) / RATE
    return sum(0.1 * np.sin(2 * np.pi * frequency * time) for frequency in hertz)


SOUNDS = {
    "hum": lambda: _clip(_wave(50, 150, 250)),
    "white noise": lambda: noise(0.3),
    "faint hiss": lambda: noise(0.0005),
    "chords": lambda: _clip(_wave(220, 277, 330, 440) * (1 + _wave(2) * 8) / 2),
    "buzz": lambda: _clip(np.sign(_wave(120)) * 0.2 * (1 + _wave(3) * 10) / 2),
}
