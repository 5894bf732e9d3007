"""What a live stream hears and keeps, with networks that hear speech everywhere."""

import pickle

import numpy as np
import pytest

from integrations.contracts.audio import RATE
from integrations.contracts.diarization import Turn
from integrations.errors import Misconfigured
from integrations.providers.diarization import live
from integrations.providers.diarization.live import Community1Stream
from integrations.providers.diarization.local import Community1Diarizer
from integrations.providers.diarization.networks import FILES
from integrations.providers.diarization.options import Options
from integrations.tests.contracts.diarization import frames
from integrations.tests.test_diarization_parts import ListeningNetworks, flat

SECOND = 2 * RATE


class CountingNetworks(ListeningNetworks):
    """Remembers, too, with which second each window began and how many seconds had sound."""

    plda = flat(256)

    def __init__(self):
        super().__init__()
        self.heard: list[tuple[int, int]] = []

    def segment(self, samples):
        seconds = np.rint(samples.reshape(10, RATE)[:, RATE // 2] * 32768).astype(int)
        self.heard.append((int(seconds[0]), int((seconds > 0).sum())))
        return super().segment(samples)


def counted(first: int, last: int) -> bytes:
    """Seconds [first, last) of a sound in which every sample is the number of its second, from 1."""
    return np.repeat(np.arange(first + 1, last + 1, dtype="<i2"), RATE).tobytes()


@pytest.fixture
def networks() -> CountingNetworks:
    return CountingNetworks()


@pytest.fixture
def stream(networks: CountingNetworks) -> Community1Stream:
    return Community1Stream(networks, Options(weights=""), start=0.0)


@pytest.mark.parametrize("size", [777, SECOND, 25 * SECOND])
def test_each_window_is_heard_once_when_its_sound_is_complete(networks, stream, size):
    for pcm in frames(counted(0, 25), size):
        stream.feed(pcm)
    assert networks.heard == [(1, 10), (6, 10), (11, 10), (16, 10)]
    assert len(networks.embedded) == 4


def test_an_answer_comes_with_each_window_of_a_short_stream(stream):
    answers = [stream.feed(counted(second, second + 1)) for second in range(21)]
    assert [second + 1 for second, answer in enumerate(answers) if answer] == [10, 15, 20]
    assert answers[19] == (Turn(0.0, pytest.approx(19.93, abs=0.02), "Speaker 1"),)


def test_answers_to_a_long_stream_come_more_rarely(stream, monkeypatch):
    monkeypatch.setattr(live, "RARER", 3)
    answers = [stream.feed(counted(second, second + 1)) for second in range(45)]
    assert [second + 1 for second, answer in enumerate(answers) if answer] == [10, 15, 25, 40]


def test_sound_that_came_late_in_one_piece_is_answered_once_and_whole(networks, stream):
    answer = stream.feed(counted(0, 35))
    assert [first for first, _ in networks.heard] == list(range(1, 27, 5))
    assert answer[-1].end == pytest.approx(34.9, abs=0.1)


@pytest.mark.parametrize(
    ("seconds", "window"),
    [(3, (1, 3)), (10, None), (13, (4, 10)), (15, None), (16, (7, 10))],
)
def test_flush_hears_the_last_ten_seconds_where_they_are_news(networks, stream, seconds, window):
    stream.feed(counted(0, seconds))
    before = list(networks.heard)
    turns = stream.flush()
    assert networks.heard[len(before) :] == ([window] if window else [])
    assert turns[-1].end == pytest.approx(seconds, abs=0.1)


def test_the_window_of_a_flush_is_not_kept(networks, stream):
    stream.feed(counted(0, 13))
    stream.flush()
    stream.feed(counted(13, 15))
    assert networks.heard == [(1, 10), (4, 10), (6, 10)]


def test_of_sound_only_what_was_heard_in_it_is_held(stream):
    stream.feed(counted(0, 20))
    before = len(pickle.dumps(stream))
    stream.feed(counted(20, 50))
    assert len(pickle.dumps(stream)) - before < 20_000 * 6  # six windows, in 960,000 bytes of sound


def test_a_stream_without_its_weights_does_not_open(tmp_path):
    diarizer = Community1Diarizer(Options(weights=str(tmp_path)))
    with pytest.raises(Misconfigured, match=r"python -m integrations\.weights fetch"):
        diarizer.open()
    for name in FILES:
        (tmp_path / name).write_bytes(b"no network")
    with pytest.raises(Misconfigured, match=r"segmentation\.ort"):
        diarizer.open()


@pytest.mark.parametrize("step", [0.0, -5.0, 10.1])
def test_windows_that_leave_sound_out_are_refused(step):
    with pytest.raises(Misconfigured, match="every 10 s or more often"):
        Community1Diarizer(Options(weights="", live_step=step)).open()
