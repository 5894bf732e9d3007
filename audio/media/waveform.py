"""The picture of a recording: lowest and highest sample of each twentieth of a second, one byte each."""

import numpy as np

from integrations.contracts.audio import RATE

PER_SECOND = 20
_BUCKET = RATE // PER_SECOND


class PeakMeter:
    """Fed with canonical samples block by block while they are written."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, np.int16)
        self._done: list[bytes] = []

    def add(self, samples: np.ndarray) -> None:
        """int16 samples that follow those already given."""
        samples = np.concatenate([self._rest, samples])
        whole = len(samples) // _BUCKET * _BUCKET
        self._rest = samples[whole:]
        if whole:
            self._done.append(_peaks(samples[:whole].reshape(-1, _BUCKET)))

    def finish(self) -> bytes:
        """Pairs of signed bytes (lowest, highest) in order, 20 pairs per second."""
        if len(self._rest):
            self._done.append(_peaks(self._rest.reshape(1, -1)))
            self._rest = self._rest[:0]
        return b"".join(self._done)


def resample_peaks(peaks: bytes, n: int) -> list[tuple[int, int]]:
    """At most `n` pairs (lowest, highest), each in -128..127, that cover the whole recording evenly.

    Fewer pairs than `n` are returned as they are: no detail is invented. Raises ValueError for `n` < 1.
    """
    if n < 1:
        raise ValueError("A waveform has at least one pair of peaks.")
    pairs = np.frombuffer(peaks, np.int8).reshape(-1, 2)
    if len(pairs) > n:
        edges = np.arange(n) * len(pairs) // n
        pairs = np.column_stack(
            [np.minimum.reduceat(pairs[:, 0], edges), np.maximum.reduceat(pairs[:, 1], edges)]
        )
    return [(int(low), int(high)) for low, high in pairs]


def _peaks(buckets: np.ndarray) -> bytes:
    return np.column_stack([buckets.min(axis=1) >> 8, buckets.max(axis=1) >> 8]).astype(np.int8).tobytes()
