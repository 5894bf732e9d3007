"""Decoded frames of every sample format as plain float arrays."""

import av
import numpy as np

_FULL_SCALE = {"u1": 128.0, "i2": 32_768.0, "i4": 2_147_483_648.0}
_LOUDEST = 16.0  # float samples beyond are garbage, not loudness


class Floats:
    """Converts the frames of one stream, in order."""

    def __init__(self) -> None:
        self._packer: av.AudioResampler | None = None
        self._packs: tuple[str, str, int] | None = None

    def __call__(self, frame: av.AudioFrame) -> np.ndarray:
        """float32 (channels, samples) within about [-1, 1], or whatever a float format says."""
        if not frame.format.is_planar or frame.layout.nb_channels < 8:
            return _floats(frame)
        # PyAV 18 looks for the end of a list of planes that has none from eight planes on, and then
        # reads foreign memory: a 7.1 recording would crash it.
        return np.concatenate([_floats(packed) for packed in self._packed(frame)], axis=1)

    def _packed(self, frame: av.AudioFrame) -> list[av.AudioFrame]:
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if kind != self._packs:
            self._packer = av.AudioResampler(frame.format.packed, frame.layout, frame.sample_rate)
            self._packs = kind
        return self._packer.resample(frame)


def _floats(frame: av.AudioFrame) -> np.ndarray:
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    if scale := _FULL_SCALE.get(samples.dtype.str[1:]):
        floats = samples.astype(np.float32) / np.float32(scale)
        return floats - 1.0 if samples.dtype.kind == "u" else floats
    with np.errstate(over="ignore"):
        return samples.astype(np.float32, copy=False)


def harmless(block: np.ndarray) -> np.ndarray:
    """The same samples without the infinities and NaN that a float WAV may hold."""
    return np.clip(np.nan_to_num(block, copy=False), -_LOUDEST, _LOUDEST)
