"""The live stream over a scripted decoder: real voice activity, and no model that costs seconds."""

from pathlib import Path

import numpy as np
import pytest

from integrations.contracts.audio import RATE
from integrations.contracts.speech import Hypothesis, Word
from integrations.providers.speech.endpointing import Endpointer
from integrations.providers.speech.live import WhisperStream
from integrations.providers.speech.live_options import Live
from integrations.providers.speech.short_windows import Heard
from integrations.tests.contracts.live_speech import assert_consistent, finals, pieces
from integrations.tests.sound import decoded, silence

SAMPLE = Path(__file__).parents[2] / "samples" / "weekly-sync.opus"


class Windows:
    """Hears a word in every whole half second of a window, and remembers what it was handed."""

    def __init__(self) -> None:
        self.lengths: list[float] = []
        self.thorough: list[bool] = []

    def hear(self, samples: np.ndarray, language: str, *, thorough: bool) -> Heard:
        seconds = len(samples) / RATE
        self.lengths.append(seconds)
        self.thorough.append(thorough)
        words = [Word("so", place / 2, place / 2 + 0.4, 0.9) for place in range(int(seconds * 2))]
        return Heard(words, language or "en", 0.9)


@pytest.fixture(scope="module")
def talk() -> bytes:
    """Twenty seconds in which nobody pauses for 0.6 s, and two of silence."""
    return decoded(SAMPLE)[10 * RATE * 2 : 30 * RATE * 2] + silence(2.0)


def listen(windows: Windows, pcm: bytes, *, hurry: bool = False, **options: float) -> list[Hypothesis]:
    stream = WhisperStream(windows, Live(clock=lambda: 0.0, **options), language="", start=0.0)
    answers = []
    for piece in pieces(pcm, 0.1):
        answers += stream.feed(piece, hurry=hurry)
        assert stream.position - stream.settled <= options.get("longest", 20.0) + 1.5
    return answers + stream.flush()


@pytest.mark.parametrize("hurry", [False, True])
def test_a_long_utterance_is_cut_and_all_of_it_is_heard_once(talk: bytes, hurry: bool) -> None:
    windows = Windows()
    answers = listen(windows, talk, hurry=hurry, longest=6.0)
    assert_consistent(answers)
    assert max(windows.lengths) <= 6.1
    last = finals(answers)
    assert sum(final.speech_final for final in last) <= 3
    assert len(last) >= 4
    words = sum(len(final.words) for final in last)
    assert 34 <= words <= 42
    assert last[-1].speech_final


def test_a_pass_in_the_pause_is_the_last_one(talk: bytes) -> None:
    windows = Windows()
    answers = listen(windows, talk, longest=30.0)
    assert answers[-1].speech_final
    assert not any(windows.thorough)


def test_one_in_a_hurry_decodes_each_part_once(talk: bytes) -> None:
    windows = Windows()
    listen(windows, talk, hurry=True, longest=30.0)
    assert len(windows.lengths) == sum(windows.thorough) <= 3


def test_passes_are_about_a_second_apart(talk: bytes) -> None:
    windows = Windows()
    listen(windows, talk, longest=30.0)
    assert 15 <= len(windows.lengths) <= 27


def test_a_click_is_no_utterance() -> None:
    ends = Endpointer(threshold=0.3, longest=20.0)
    for probability in (0.0, 0.9, 0.9, 0.0):
        ends.hear(probability)
    assert not ends.is_speech
    assert (ends.onset, ends.last, ends.frame) == (1, 3, 4)


def test_an_open_utterance_goes_on_at_a_lower_threshold() -> None:
    ends = Endpointer(threshold=0.3, longest=20.0)
    for probability in (0.2, 0.4, 0.2, 0.1):
        ends.hear(probability)
    assert (ends.onset, ends.last) == (1, 3)
    assert ends.pause == pytest.approx(0.032)


def test_the_quietest_place_is_found_among_the_frames_that_are_remembered() -> None:
    ends = Endpointer(threshold=0.3, longest=1.0)
    for frame in range(100):
        ends.hear(0.0 if 80 <= frame < 87 else 0.9)
    assert 82 <= ends.quietest(70, 99) <= 84
    assert 95 <= ends.quietest(95, 99) <= 99
    assert ends.quietest(0, 10) >= 65
    assert ends.quietest(120, 110) == 99
