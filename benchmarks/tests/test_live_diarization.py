"""How much a live diarization changed its mind."""

from benchmarks.live_diarization import Streamed, churn
from integrations.contracts.audio import Clip
from integrations.contracts.diarization import Turn
from integrations.providers.diarization.memory import MemoryDiarizer
from integrations.tests.sound import tone


def test_what_only_grows_has_not_changed():
    assert churn([[Turn(0, 1, "A")], [Turn(0, 1, "A"), Turn(1, 2, "B")]]) == (0, 200)


def test_speech_that_gets_another_label_has_changed_once_and_for_all():
    first, second = [Turn(0, 2, "A")], [Turn(0, 1.5, "A"), Turn(1.5, 2, "B")]
    assert churn([first, second, first]) == (50, 200)


def test_a_second_voice_and_a_boundary_moved_into_silence_are_no_change():
    assert churn([[Turn(0, 2, "A")], [Turn(0, 1, "A"), Turn(0.5, 1, "B")]]) == (0, 200)


def test_nothing_said_is_nothing_announced():
    assert churn([[], []]) == (0, 0)


def test_the_last_live_answer_counts():
    live = Streamed(MemoryDiarizer())
    sound = Clip(tone(12.0))
    assert live.diarize(sound).turns == MemoryDiarizer().diarize(sound).turns
    assert (live.changed, live.announced) == (0, 1200)
