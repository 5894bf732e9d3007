"""Samples of every rate become those that engines hear, however they are cut up."""

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.live.resampling import Resampler
from audio.media.live import LiveFormat
from integrations.contracts.audio import RATE

FORMATS = [LiveFormat("pcm_s16le", rate, channels) for rate in (8_000, 16_000, 44_100) for channels in (1, 2)]


def sound(form: LiveFormat, seconds: float = 1.0) -> bytes:
    """A tone with noise, each channel its own."""
    noise = np.random.default_rng(7)
    times = np.arange(round(seconds * form.sample_rate)) / form.sample_rate
    channels = [
        8000 * np.sin(2 * np.pi * (300 + 200 * n) * times) + noise.normal(0, 500, len(times))
        for n in range(form.channels)
    ]
    return np.stack(channels, axis=1).astype("<i2").tobytes()


WHOLE = {form: Resampler(form)(sound(form)) for form in FORMATS}


@pytest.mark.parametrize("form", FORMATS, ids=str)
@settings(max_examples=15)
@given(cuts=st.lists(st.integers(0, 176_400), max_size=40))
def test_any_cutting_gives_the_same_samples_to_the_last_bit(form, cuts):
    data, resample = sound(form), Resampler(form)
    places = sorted({0, len(data), *(cut % len(data) for cut in cuts)})
    pieces = [data[start:end] for start, end in pairwise(places)]
    assert b"".join(map(resample, pieces)) == WHOLE[form]


def test_single_bytes_are_no_exception():
    form = LiveFormat("pcm_s16le", 44_100, 2)
    data, resample = sound(form, 0.1), Resampler(form)
    assert b"".join(resample(bytes([each])) for each in data) == Resampler(form)(data)


@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_it_stays_as_long_as_it_was(form):
    data, resample, size = sound(form), Resampler(form), 0
    for _ in range(30):
        size += len(resample(data))
    assert 0 <= 30 * RATE - size // 2 <= 0.025 * RATE


def test_what_engines_hear_is_passed_on_as_it_is():
    data = random.Random(1).randbytes(3_201)
    assert Resampler(LiveFormat())(data) == data[:-1]


def test_a_microphone_whose_halves_are_inverted_is_heard():
    left = np.frombuffer(sound(LiveFormat("pcm_s16le", 48_000, 1)), "<i2")
    stereo = np.stack([left, -left], axis=1).astype("<i2").tobytes()
    heard = np.frombuffer(Resampler(LiveFormat("pcm_s16le", 48_000, 2))(stereo), "<i2")
    assert np.abs(heard).max() > 4000
