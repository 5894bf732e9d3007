"""Live diarization with the community-1 networks; opened by `Community1Diarizer.open`.

A window of 10 s is heard once, as soon as its sound is complete, and only its activity and embeddings are
kept: about 10 kB. As new ones come, all of them are grouped anew, because early decisions made for good
lose badly to decisions made with the whole stream in view.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from integrations.contracts.audio import BYTES_PER_SAMPLE, RATE, Clip
from integrations.contracts.diarization import Turn

from . import pieces as speech_pieces
from .continuity import Labels
from .networks import Networks
from .options import Options
from .pieces import Pieces
from .voices import Voices
from .windows import REST, WINDOW, Activity, read

MOST = 2_400
"""Pieces that shape the clusters at most: fewer than for a whole recording, as they are grouped so often."""
RARER = 360
"""Windows, half an hour of them at a step of 5 s, with each of which another window passes between answers:
grouping costs with the length of the stream, so that it costs no more of a long one than of a short one."""


@dataclass(frozen=True)
class Heard:
    """What is kept of one window."""

    activity: Activity
    """Of this window alone."""
    pieces: Pieces
    vectors: NDArray[np.float32]
    """Unit length, shape (pieces, 256)."""


class Community1Stream:
    """One live stream. Holds the last 10 s of sound, and of the rest what was heard in it."""

    def __init__(self, networks: Networks, options: Options, start: float):
        self._networks = networks
        self._voices = Voices(networks.plda, options, MOST)
        self._step = options.live_step
        self._start = start
        self._sound = bytearray()
        self._dropped = 0
        """Bytes of sound from the beginning that are not held any more."""
        self._heard: list[Heard] = []
        self._grouped = 0
        """Windows behind the newest answer of `feed`."""
        self._labels = Labels()
        self._turns: tuple[Turn, ...] = ()
        self._told = 0.0
        """Seconds of sound that the turns tell of."""

    def feed(self, pcm: bytes) -> tuple[Turn, ...] | None:
        """See `DiarizationStream.feed`. Windows are heard here, so it takes as long as the networks do."""
        self._sound += pcm
        while (start := len(self._heard) * self._step) + WINDOW <= self._position:
            self._heard.append(self._hear(start))
        spare = max(0, round((self._position - WINDOW) * RATE) * BYTES_PER_SAMPLE - self._dropped)
        del self._sound[:spare]
        self._dropped += spare
        if len(self._heard) - self._grouped <= len(self._heard) // RARER:
            return None
        self._grouped = len(self._heard)
        return self._tell(self._heard)

    def flush(self) -> tuple[Turn, ...]:
        """See `DiarizationStream.flush`. The last 10 s are one more window, for this once."""
        if self._position - self._told <= REST:
            return self._turns
        return self._tell([*self._heard, self._hear(max(0.0, self._position - WINDOW))])

    @property
    def _whole(self) -> int:
        """Bytes held without the one of a sample that came in part."""
        return len(self._sound) // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE

    @property
    def _position(self) -> float:
        """Seconds of sound that were fed."""
        return (self._dropped + self._whole) / BYTES_PER_SAMPLE / RATE

    def _hear(self, start: float) -> Heard:
        """The window from `start` on, padded with silence where it is not complete."""
        first = round(start * RATE) * BYTES_PER_SAMPLE - self._dropped
        last = min(first + round(WINDOW * RATE) * BYTES_PER_SAMPLE, self._whole)
        samples = read(Clip(bytes(self._sound[first:last])), 0.0, WINDOW)
        activity = Activity(np.array([start]), self._networks.segment(samples)[None])
        pieces = speech_pieces.cut(activity)
        vectors = speech_pieces.embed_passage(
            samples, start, self._networks, activity, pieces, np.arange(len(pieces))
        )
        return Heard(activity, pieces, vectors)

    def _tell(self, heard: Sequence[Heard]) -> tuple[Turn, ...]:
        activity, pieces, vectors = _joined(heard)
        runs = []
        if len(pieces):
            runs, _ = self._voices.tell(activity, pieces, vectors, self._position, step=self._step)
        self._turns = self._labels.name(
            [(self._start + start, self._start + end, cluster) for start, end, cluster in runs]
        )
        self._told = min(self._position, float(activity.starts[-1]) + WINDOW)
        return self._turns


def _joined(heard: Sequence[Heard]) -> tuple[Activity, Pieces, NDArray[np.float32]]:
    """What was heard in all windows, as if it had been heard at once."""
    activity = Activity(
        np.concatenate([each.activity.starts for each in heard]),
        np.concatenate([each.activity.talking for each in heard]),
    )
    pieces = Pieces(
        np.concatenate([each.pieces.windows + index for index, each in enumerate(heard)]),
        np.concatenate([each.pieces.locals for each in heard]),
        np.concatenate([each.pieces.begins for each in heard]),
        np.concatenate([each.pieces.ends for each in heard]),
        np.concatenate([each.pieces.alone for each in heard]),
    )
    return activity, pieces, np.concatenate([each.vectors for each in heard])
