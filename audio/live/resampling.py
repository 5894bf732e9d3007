"""Samples as a client sends them to what engines hear: 16 kHz, mono, bit by bit.

However a stream is cut up, the result is the same to the last bit, and nothing drifts: there is one resampler
with continuous state, which is fed whole frames only. Loads FFmpeg: import it where sound is heard.
"""

from fractions import Fraction

import av
import numpy as np

from audio.media.downmix import Downmix
from audio.media.live import LiveFormat
from integrations.contracts.audio import RATE

BLOCKS_PER_SECOND = 50
"""Two channels are mixed in blocks of a fixed length, since the mixer weighs them block by block."""


class Resampler:
    """Of one stream of bare samples. Give it all bytes in order, whatever they are cut into."""

    def __init__(self, form: LiveFormat):
        self._form = form
        self._block = form.sample_rate // BLOCKS_PER_SECOND * form.frame if form.channels > 1 else form.frame
        self._rest = b""
        self._sent = 0
        self._downmix = Downmix()
        self._resampler = av.AudioResampler("s16", "mono", RATE)

    def __call__(self, data: bytes) -> bytes:
        """What can be said so far; at most 20 ms wait for the next bytes."""
        data = self._rest + data
        whole = len(data) // self._block * self._block
        self._rest = data[whole:]
        if not whole:
            return b""
        if self._form.channels > 1:
            return self._resampled(self._mixed(data[:whole]), "fltp")
        if self._form.sample_rate == RATE:
            return data[:whole]
        return self._resampled(np.frombuffer(data, "<i2", whole // 2), "s16")

    def _mixed(self, data: bytes) -> np.ndarray:
        samples = np.frombuffer(data, "<i2").reshape(-1, self._form.channels).T / np.float32(32_768)
        size = self._block // self._form.frame
        blocks = (samples[:, at : at + size] for at in range(0, samples.shape[1], size))
        return np.concatenate([self._downmix(block, self._form.sample_rate) for block in blocks])

    def _resampled(self, mono: np.ndarray, kind: str) -> bytes:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(mono)[None, :], format=kind, layout="mono")
        frame.sample_rate, frame.pts = self._form.sample_rate, self._sent
        frame.time_base = Fraction(1, self._form.sample_rate)
        self._sent += len(mono)
        return b"".join(done.to_ndarray().tobytes() for done in self._resampler.resample(frame))
