"""The local diarizer on its real networks, and what it says when they are missing."""

from pathlib import Path

import av
import numpy as np
import pytest

from integrations.contracts.audio import RATE, Clip
from integrations.contracts.diarization import Diarization
from integrations.errors import Misconfigured
from integrations.providers.diarization.local import Community1Diarizer, Options
from integrations.providers.diarization.networks import FILES

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "weights" / "community-1"


@pytest.fixture(scope="session")
def diarizer() -> Community1Diarizer:
    return Community1Diarizer(Options(weights=str(WEIGHTS), threads=1))


@pytest.fixture(scope="session")
def opening() -> Clip:
    """The first 20 s of the sample meeting: Maya, Daniel, Sara, one after the other."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(ROOT / "samples" / "weekly-sync.opus")) as container:
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    return Clip(b"".join(frame.to_ndarray().tobytes() for frame in frames)[: 20 * RATE * 2])


@pytest.fixture(scope="session")
def found(diarizer, opening) -> Diarization:
    return diarizer.diarize(opening)


@pytest.mark.engines
def test_the_sample_opens_with_three_voices_in_turn(diarizer, found):
    order = list(dict.fromkeys(turn.speaker for turn in found.turns))
    assert order == ["Speaker 1", "Speaker 2", "Speaker 3"]
    assert found.turns[0].start == pytest.approx(0.6, abs=0.3)
    second = next(turn for turn in found.turns if turn.speaker == "Speaker 2")
    third = next(turn for turn in found.turns if turn.speaker == "Speaker 3")
    assert second.start == pytest.approx(7.7, abs=0.3)
    assert third.start == pytest.approx(17.1, abs=0.3)
    assert found.engine == diarizer.engine


@pytest.mark.engines
def test_voiceprints_are_unit_vectors_that_differ(found):
    prints = np.array(list(found.voiceprints.values()))
    assert prints.shape == (3, 256)
    assert np.linalg.norm(prints, axis=1) == pytest.approx(np.ones(3))
    assert (prints @ prints.T)[np.triu_indices(3, 1)].max() < 0.4


@pytest.mark.engines
def test_the_number_of_speakers_can_be_fixed(diarizer, opening):
    assert len(diarizer.diarize(Clip(opening.read(0, 14)), speakers=1).voiceprints) == 1


@pytest.mark.engines
def test_a_second_of_speech_is_one_speaker(diarizer, opening):
    found = diarizer.diarize(Clip(opening.read(1.0, 2.0)))
    assert {turn.speaker for turn in found.turns} == {"Speaker 1"}


@pytest.mark.engines
@pytest.mark.parametrize("samples", [0, 1, 399, 3 * RATE])
def test_silence_gives_no_turns(diarizer, samples):
    found = diarizer.diarize(Clip(bytes(2 * samples)))
    assert found.turns == ()
    assert dict(found.voiceprints) == {}


def test_missing_weights_name_the_command_that_fetches_them(tmp_path):
    diarizer = Community1Diarizer(Options(weights=str(tmp_path)))
    with pytest.raises(Misconfigured, match=r"python -m integrations\.weights fetch"):
        diarizer.probe()
    with pytest.raises(Misconfigured, match=r"segmentation\.ort"):
        diarizer.diarize(Clip(b""))


def test_damaged_weights_are_an_operators_business(tmp_path):
    for name in FILES:
        (tmp_path / name).write_bytes(b"no network")
    with pytest.raises(Misconfigured, match=r"segmentation\.ort"):
        Community1Diarizer(Options(weights=str(tmp_path))).diarize(Clip(bytes(32_000)))
