"""The diarization contract."""

import math
from typing import Any

import pytest

from integrations.contracts.audio import Clip
from integrations.contracts.diarization import Diarization, Diarizer
from integrations.tests.contracts.options import ProviderSuite, StopHere


class DiarizerSuite(ProviderSuite):
    """Subclasses give `provider`, and `spoken`: sound in which it hears at least one speaker."""

    @pytest.fixture
    def spoken(self, twelve_seconds: Clip) -> Any:
        return twelve_seconds

    @pytest.fixture
    def diarization(self, provider: Diarizer, spoken: Any) -> Diarization:
        return provider.diarize(spoken)

    def test_turns_stand_in_order_within_the_sound(self, diarization: Diarization, spoken: Any) -> None:
        assert diarization.turns
        starts = [turn.start for turn in diarization.turns]
        assert starts == sorted(starts)
        for turn in diarization.turns:
            assert 0.0 <= turn.start < turn.end <= spoken.duration + 1e-6

    def test_speakers_are_numbered_in_order_of_appearance(self, diarization: Diarization) -> None:
        seen = list(dict.fromkeys(turn.speaker for turn in diarization.turns))
        assert seen == [f"Speaker {number}" for number in range(1, len(seen) + 1)]

    def test_voiceprints_are_unit_vectors_of_speakers_that_spoke(self, diarization: Diarization) -> None:
        assert set(diarization.voiceprints) <= {turn.speaker for turn in diarization.turns}
        for vector in diarization.voiceprints.values():
            assert math.isclose(math.hypot(*vector), 1.0, abs_tol=1e-3)

    def test_no_sound_at_all_has_no_speakers(self, provider: Diarizer) -> None:
        nothing = provider.diarize(Clip(b""))
        assert (nothing.turns, dict(nothing.voiceprints)) == ((), {})

    def test_one_speaker_asked_for_is_one_speaker_found(self, provider: Diarizer, spoken: Any) -> None:
        assert {turn.speaker for turn in provider.diarize(spoken, speakers=1).turns} == {"Speaker 1"}

    def test_progress_grows_to_one(self, provider: Diarizer, spoken: Any) -> None:
        shares: list[float] = []
        provider.diarize(spoken, progress=shares.append)
        assert shares == sorted(shares)
        assert shares[0] >= 0.0
        assert shares[-1] == 1.0

    def test_what_progress_raises_ends_the_call(self, provider: Diarizer, spoken: Any) -> None:
        def stop(share: float) -> None:
            raise StopHere

        with pytest.raises(StopHere):
            provider.diarize(spoken, progress=stop)
