"""Log mel filter banks as the speaker embedding network was trained on; used by `pieces`."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from integrations.contracts.audio import RATE

FRAME = 400
"""Samples per frame: 25 ms."""
HOP = 160
"""Samples between frames: 10 ms."""
BANDS = 80
FFT = 512
PREEMPHASIS = 0.97
LOWEST_HZ = 20.0
ENERGY_FLOOR = float(np.finfo(np.float32).eps)


def fbank(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean-normalised log mel energies, shape (frames, 80), of samples between -1 and 1.

    Follows Kaldi's compute-fbank-feats without dither (hamming window, snipped edges) on 16-bit
    scale, with the mean over time removed, as WeSpeaker's recipes do. Shorter input than one frame
    is padded with silence.
    """
    scaled = np.pad(samples, (0, max(0, FRAME - len(samples)))).astype(np.float32) * 32768
    frames = np.lib.stride_tricks.sliding_window_view(scaled, FRAME)[::HOP].copy()
    frames -= frames.mean(axis=1, keepdims=True)
    frames[:, 1:] -= PREEMPHASIS * frames[:, :-1].copy()
    frames[:, 0] *= 1 - PREEMPHASIS
    frames *= np.hamming(FRAME).astype(np.float32)
    power = np.abs(np.fft.rfft(frames, FFT))[:, : FFT // 2].astype(np.float32) ** 2
    energies = np.log(np.maximum(power @ _mel_filters().T, ENERGY_FLOOR))
    return energies - energies.mean(axis=0)


@cache
def _mel_filters() -> NDArray[np.float32]:
    """Triangular filters on Kaldi's mel scale, shape (80, 256)."""
    edges = np.linspace(_mel(LOWEST_HZ), _mel(RATE / 2), BANDS + 2)
    left, centre, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    bins = _mel(np.arange(FFT // 2) * RATE / FFT)[None]
    rising, falling = (bins - left) / (centre - left), (right - bins) / (right - centre)
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def _mel(hertz):
    return 1127 * np.log1p(np.asarray(hertz) / 700)
