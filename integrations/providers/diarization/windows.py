"""Listens to a recording window by window: who of the local speakers talks when, and how each sounds.

Used by `local`. Only one window of sound is in memory at a time; what is kept per window is 2 kB of
activity and up to three embeddings.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from integrations.contracts.audio import RATE, Audio

from .features import fbank
from .networks import Networks

WINDOW = 10.0
"""Seconds the segmentation network listens to at once."""
FRAMES = 589
"""Frames of activity per window."""
FRAME_STEP = 0.016875
"""Seconds between frames."""
LOCAL_SPEAKERS = 3
EMBEDDING_SIZE = 256
REST = 0.1
"""Seconds at the end that are not worth a window of their own."""
SOLO_FRAMES = 30
"""Half a second alone is enough to leave overlapped speech out of an embedding."""


@dataclass(frozen=True)
class Observations:
    """What was heard in each window."""

    starts: NDArray[np.float64]
    """Seconds, shape (windows,)."""
    activity: NDArray[np.bool_]
    """Shape (windows, 589, 3)."""
    embeddings: NDArray[np.float32]
    """Unit length, shape (windows, 3, 256); NaN where a local speaker is silent."""

    @property
    def heard(self) -> NDArray[np.bool_]:
        """Whether a local speaker talks at all, shape (windows, 3)."""
        return ~np.isnan(self.embeddings[..., 0])

    @property
    def seconds_alone(self) -> NDArray[np.float64]:
        """How long a local speaker talks while the others are silent, shape (windows, 3)."""
        return solo(self.activity).sum(axis=1) * FRAME_STEP


def observe(audio: Audio, networks: Networks, step: float, progress: Callable[[float], None]) -> Observations:
    """Listen to every window; `progress` hears the share done after each."""
    starts = window_starts(audio.duration, step)
    activity = np.zeros((len(starts), FRAMES, LOCAL_SPEAKERS), bool)
    embeddings = np.full((len(starts), LOCAL_SPEAKERS, EMBEDDING_SIZE), np.nan, np.float32)
    for index, start in enumerate(starts):
        samples = _samples(audio, start)
        activity[index] = networks.segment(samples)
        talking = activity[index].any(axis=0)
        if talking.any():
            masks = _masks(activity[index])[:, talking].T.astype(np.float32)
            embeddings[index, talking] = _unit(networks.embed(fbank(samples), masks))
        progress((index + 1) / len(starts))
    return Observations(starts, activity, embeddings)


def window_starts(duration: float, step: float) -> NDArray[np.float64]:
    """Where windows begin, in seconds, so that together they cover the whole duration."""
    count = 1 + max(0, int(np.ceil((duration - WINDOW - REST) / step)))
    return np.arange(count) * step


def solo(activity: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Activity without the frames in which more than one speaks."""
    return activity & (activity.sum(axis=-1, keepdims=True) == 1)


def _samples(audio: Audio, start: float) -> NDArray[np.float32]:
    pcm = np.frombuffer(audio.read(start, start + WINDOW), "<i2").astype(np.float32) / 32768
    wanted = round(WINDOW * RATE)
    return np.pad(pcm[:wanted], (0, max(0, wanted - len(pcm))))


def _masks(activity: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Per local speaker the frames to embed: those alone, or all where there are too few alone."""
    alone = solo(activity)
    return np.where(alone.sum(axis=0) >= SOLO_FRAMES, alone, activity)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
