"""The diarization contract: of whole recordings, and of live streams."""

import math
from collections.abc import Iterator
from typing import Any

import pytest

from integrations.contracts.audio import Clip
from integrations.contracts.diarization import Diarization, Diarizer, StreamingDiarizer, Turn
from integrations.tests.contracts.options import ProviderSuite, StopHere
from integrations.tests.sound import silence


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


class StreamingDiarizerSuite(ProviderSuite):
    """Subclasses give `provider`, and `spoken`: sound in which it hears at least one speaker."""

    @pytest.fixture
    def spoken(self, twelve_seconds: Clip) -> Clip:
        return twelve_seconds

    @pytest.fixture
    def answers(self, provider: StreamingDiarizer, spoken: Clip) -> list[tuple[Turn, ...]]:
        return streamed(provider, spoken)

    def test_answers_come_before_the_end(self, answers: list[tuple[Turn, ...]]) -> None:
        assert len(answers) >= 2
        assert answers[0]

    def test_live_turns_stand_in_order_within_the_stream(
        self, answers: list[tuple[Turn, ...]], spoken: Clip
    ) -> None:
        for turns in answers:
            assert [turn.start for turn in turns] == sorted(turn.start for turn in turns)
            for turn in turns:
                assert 100.0 <= turn.start < turn.end <= 100.0 + spoken.duration + 1e-6

    def test_new_voices_are_numbered_in_order_of_appearance(self, answers: list[tuple[Turn, ...]]) -> None:
        seen = list(dict.fromkeys(turn.speaker for turns in answers for turn in turns))
        assert seen == [f"Speaker {number}" for number in range(1, len(seen) + 1)]

    def test_the_size_of_frames_changes_nothing(
        self, provider: StreamingDiarizer, answers: list[tuple[Turn, ...]], spoken: Clip
    ) -> None:
        stream = provider.open(start=100.0)
        for pcm in frames(spoken.pcm, 7_777):  # odd: samples are torn
            stream.feed(pcm)
        assert stream.flush() == answers[-1]

    def test_a_second_flush_finds_the_same(self, provider: StreamingDiarizer, spoken: Clip) -> None:
        stream = provider.open()
        stream.feed(spoken.read(0.0, 4.0))
        turns = stream.flush()
        assert turns
        assert stream.flush() == turns

    def test_a_stream_goes_on_after_a_flush(self, provider: StreamingDiarizer, spoken: Clip) -> None:
        stream = provider.open()
        stream.feed(spoken.read(0.0, 4.0))
        stream.flush()
        stream.feed(spoken.read(4.0, 8.0))
        assert stream.flush()[-1].end > 4.5

    def test_nothing_and_silence_have_no_turns(self, provider: StreamingDiarizer) -> None:
        stream = provider.open()
        assert stream.flush() == ()
        assert stream.feed(b"") is None
        stream.feed(silence(3.0))
        assert stream.flush() == ()


def streamed(provider: StreamingDiarizer, spoken: Clip) -> list[tuple[Turn, ...]]:
    """What a stream of `spoken`, a second at a time from 100 s on, answers; that of `flush` is last."""
    stream = provider.open(start=100.0)
    found = [answer for pcm in frames(spoken.pcm, 32_000) if (answer := stream.feed(pcm)) is not None]
    return [*found, stream.flush()]


def frames(pcm: bytes, size: int) -> Iterator[bytes]:
    """The sound as it comes over a socket, `size` bytes at a time."""
    return (pcm[begin : begin + size] for begin in range(0, len(pcm), size))
