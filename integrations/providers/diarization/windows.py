"""Listens to a recording window by window: which of at most three local speakers talks when; used by `local`
and `live`.

Only one window of sound is in memory at a time; what is kept of it is 2 kB of activity.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from integrations.contracts.audio import RATE, Audio

from .networks import Networks

WINDOW = 10.0
"""Seconds the segmentation network listens to at once."""
FRAMES = 589
"""Frames of activity per window."""
FRAME_STEP = 0.016875
"""Seconds between frames."""
LOCAL_SPEAKERS = 3
REST = 0.1
"""Seconds at the end that are not worth a window of their own."""


@dataclass(frozen=True)
class Activity:
    """Who talks in each window. Local speakers of different windows have nothing to do with each other."""

    starts: NDArray[np.float64]
    """Seconds, shape (windows,)."""
    talking: NDArray[np.bool_]
    """Shape (windows, 589, 3)."""

    @property
    def first_frames(self) -> NDArray[np.int_]:
        """Where each window begins, counted in frames of the recording."""
        return np.rint(self.starts / FRAME_STEP).astype(int)


def listen(audio: Audio, networks: Networks, step: float, progress: Callable[[float], None]) -> Activity:
    """Segment a window every `step` seconds; `progress` hears the share done after each."""
    starts = window_starts(audio.duration, step)
    talking = np.zeros((len(starts), FRAMES, LOCAL_SPEAKERS), bool)
    for index, start in enumerate(starts):
        talking[index] = networks.segment(read(audio, start, WINDOW))
        progress((index + 1) / len(starts))
    return Activity(starts, talking)


def window_starts(duration: float, step: float) -> NDArray[np.float64]:
    """Where windows begin, in seconds, so that together they cover the whole duration."""
    count = 1 + max(0, int(np.ceil((duration - WINDOW - REST) / step)))
    return np.arange(count) * step


def read(audio: Audio, start: float, seconds: float) -> NDArray[np.float32]:
    """Samples between -1 and 1, padded with silence where the recording ends."""
    pcm = np.frombuffer(audio.read(start, start + seconds), "<i2").astype(np.float32) / 32768
    wanted = round(seconds * RATE)
    return np.pad(pcm[:wanted], (0, max(0, wanted - len(pcm))))
