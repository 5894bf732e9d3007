"""The speech contract."""

from typing import Any

import pytest

from integrations.contracts.audio import Clip, PcmFile, Window
from integrations.contracts.speech import Speech, Transcript
from integrations.errors import Unsupported
from integrations.tests.contracts.options import ProviderSuite, StopHere
from integrations.tests.sound import silence


class SpeechSuite(ProviderSuite):
    """Subclasses give `provider`, and `spoken`: sound in which it hears at least two words."""

    @pytest.fixture
    def spoken(self, twelve_seconds: Clip) -> Any:
        return twelve_seconds

    @pytest.fixture
    def transcript(self, provider: Speech, spoken: Any) -> Transcript:
        return provider.transcribe(spoken, language="en")

    def test_something_was_said(self, transcript: Transcript) -> None:
        assert len(" ".join(s.text for s in transcript.segments).split()) >= 2

    def test_segments_stand_in_order_within_the_sound(self, transcript: Transcript, spoken: Any) -> None:
        starts = [segment.start for segment in transcript.segments]
        assert starts == sorted(starts)
        for segment in transcript.segments:
            assert 0.0 <= segment.start < segment.end <= spoken.duration + 1e-6

    def test_segments_are_trimmed_and_not_empty(self, transcript: Transcript) -> None:
        assert [s.text for s in transcript.segments if not s.text or s.text != s.text.strip()] == []

    def test_words_are_given_where_they_are_declared(
        self, provider: Speech, transcript: Transcript, spoken: Any
    ) -> None:
        for segment in transcript.segments:
            assert bool(segment.words) or not provider.capabilities.words
            for word in segment.words:
                assert word.text == word.text.strip() != ""
                assert 0.0 <= word.start <= word.end <= spoken.duration + 1e-6
                assert 0.0 <= word.confidence <= 1.0
            starts = [word.start for word in segment.words]
            assert starts == sorted(starts)

    def test_speakers_are_named_only_where_that_is_declared(
        self, provider: Speech, transcript: Transcript
    ) -> None:
        named = [segment.speaker for segment in transcript.segments if segment.speaker is not None]
        assert bool(named) == provider.capabilities.diarization

    def test_the_language_asked_for_is_the_language_told(self, transcript: Transcript) -> None:
        assert transcript.language == "en"

    def test_the_transcript_names_its_engine(self, provider: Speech, transcript: Transcript) -> None:
        assert transcript.engine == provider.engine

    def test_no_sound_at_all_gives_no_text(self, provider: Speech) -> None:
        nothing = provider.transcribe(Clip(b""))
        assert (nothing.segments, nothing.language) == ((), "")

    def test_a_language_that_it_does_not_know_is_unsupported(self, provider: Speech) -> None:
        with pytest.raises(Unsupported):
            provider.transcribe(Clip(silence(1.0)), language="not a language")

    def test_progress_grows_and_stays_a_share(self, provider: Speech, spoken: Any) -> None:
        shares: list[float] = []
        provider.transcribe(spoken, language="en", progress=shares.append)
        assert shares == sorted(shares)
        assert all(0.0 <= share <= 1.0 for share in shares)

    def test_what_progress_raises_ends_the_call(self, provider: Speech, spoken: Any) -> None:
        def stop(share: float) -> None:
            raise StopHere

        with pytest.raises(StopHere):
            provider.transcribe(spoken, language="en", progress=stop)

    def test_a_window_of_a_file_serves_like_a_clip(self, provider: Speech, wav_file: Any) -> None:
        window = Window(PcmFile(wav_file), 2.0, 10.0)
        for segment in provider.transcribe(window, language="en").segments:
            assert 0.0 <= segment.start < segment.end <= 8.0 + 1e-6
