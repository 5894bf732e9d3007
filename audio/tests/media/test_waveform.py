import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.media.waveform import PER_SECOND, PeakMeter, resample_peaks
from integrations.contracts.audio import RATE

BUCKET = RATE // PER_SECOND


def test_each_twentieth_of_a_second_has_its_lowest_and_highest_sample():
    samples = np.zeros(2 * BUCKET + 5, np.int16)
    samples[3], samples[4], samples[BUCKET], samples[-1] = 32_767, -32_768, 512, -256
    meter = PeakMeter()
    meter.add(samples)
    assert np.frombuffer(meter.finish(), np.int8).tolist() == [-128, 127, 0, 2, -1, 0]


@given(st.lists(st.integers(0, 3 * BUCKET), max_size=6), st.integers(0, 2**32 - 1))
def test_the_blocks_in_which_samples_come_make_no_difference(lengths, seed):
    rng = np.random.default_rng(seed)
    blocks = [rng.integers(-32_768, 32_768, n).astype(np.int16) for n in lengths]
    piecemeal, whole = PeakMeter(), PeakMeter()
    for block in blocks:
        piecemeal.add(block)
    whole.add(np.concatenate([np.zeros(0, np.int16), *blocks]))
    peaks = whole.finish()
    assert piecemeal.finish() == peaks
    assert len(peaks) == 2 * -(-sum(lengths) // BUCKET)


@given(
    st.lists(st.tuples(st.integers(-128, 127), st.integers(-128, 127)), min_size=1, max_size=80),
    st.integers(1, 100),
)
def test_a_smaller_picture_keeps_the_extremes(pairs, n):
    small = resample_peaks(np.array(pairs, np.int8).tobytes(), n)
    assert len(small) == min(n, len(pairs))
    assert min(low for low, _ in small) == min(low for low, _ in pairs)
    assert max(high for _, high in small) == max(high for _, high in pairs)


def test_a_picture_that_is_small_already_stays():
    assert resample_peaks(np.array([-3, 4, -5, 6], np.int8).tobytes(), 10) == [(-3, 4), (-5, 6)]
    assert resample_peaks(b"", 10) == []
    with pytest.raises(ValueError, match="at least one pair"):
        resample_peaks(b"\0\0", 0)
