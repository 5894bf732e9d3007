"""The memory engine hears live: the contract, and that it does not matter how sound is cut up."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.contracts.audio import Clip
from integrations.contracts.speech import Hypothesis
from integrations.providers.speech.memory import SCRIPT, MemorySpeech
from integrations.tests.contracts.live_speech import LiveSpeechSuite, finals, heard
from integrations.tests.sound import silence, tone


class TestMemoryLiveSpeech(LiveSpeechSuite):
    @pytest.fixture
    def provider(self) -> MemorySpeech:
        return MemorySpeech()

    def test_half_a_sentence_is_shown_half_way_and_all_of_it_at_the_end_of_its_slot(
        self, provider: MemorySpeech
    ) -> None:
        stream = provider.open()
        assert stream.feed(tone(2.4)) == []
        (interim,) = stream.feed(tone(0.2))
        assert (interim.segment, interim.rev, interim.text) == (0, 1, "I am Maya and")
        assert (interim.is_final, interim.stable) == (False, 4)
        assert stream.feed(tone(2.3)) == []
        (final,) = stream.feed(tone(0.2))
        assert (final.segment, final.rev, final.text) == (0, 2, SCRIPT[0])
        assert (final.start, final.end, final.speech_final) == (0.0, 5.0, True)
        assert stream.settled == 5.0
        assert stream.position == pytest.approx(5.1)

    def test_finals_are_what_the_offline_call_says(self, provider: MemorySpeech) -> None:
        pcm = tone(5.0) + silence(5.0) + tone(2.0)
        live = finals(heard(provider.open(), pcm))
        offline = provider.transcribe(Clip(pcm)).segments
        assert [(f.text, f.start, f.end) for f in live] == [(s.text, s.start, s.end) for s in offline]
        assert [f.text for f in live] == [SCRIPT[0], SCRIPT[2]]

    def test_a_stream_that_is_taken_up_where_it_was_settled_goes_on_in_the_script(
        self, provider: MemorySpeech
    ) -> None:
        first = provider.open()
        first.feed(tone(7.0))
        second = provider.open(start=first.settled)
        assert [f.text for f in finals(heard(second, tone(7.0)))] == [SCRIPT[1], SCRIPT[2]]

    def test_what_a_flush_cuts_off_below_half_a_second_is_nothing(self, provider: MemorySpeech) -> None:
        stream = provider.open()
        stream.feed(tone(0.4))
        assert stream.settled == 0.0
        assert stream.flush() == []
        assert stream.settled == stream.position == pytest.approx(0.4)


PCM = tone(1.3) + silence(1.1) + tone(2.05)


def _answers(cuts: list[int], *, flush_after: int) -> list[Hypothesis]:
    """PCM in the stretches between the cuts, with a flush behind one of them."""
    stream = MemorySpeech(MemorySpeech.Options(seconds=1.0)).open()
    places = sorted({0, flush_after, len(PCM), *cuts})
    answers = []
    for start, end in pairwise(places):
        answers += stream.feed(PCM[start:end])
        answers += stream.flush() if end == flush_after else []
    return answers + stream.flush()


@given(st.lists(st.integers(1, len(PCM) - 1), max_size=12), st.integers(1, len(PCM) - 1))
def test_however_sound_is_cut_up_it_is_heard_alike(cuts: list[int], flush_after: int) -> None:
    whole = _answers([], flush_after=flush_after)
    assert len(finals(whole)) >= 3
    assert _answers(cuts, flush_after=flush_after) == whole
