"""Diarization on this machine: pyannote community-1 networks on onnxruntime, no key, no torch.

Built by the provider registry from `Options`, or by a plain script. The way from sound to turns is
windows (who talks) -> pieces (how it sounds) -> voices (whose voice it is, in which turns).
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from integrations.contracts.audio import Audio
from integrations.contracts.diarization import Diarization, Turn
from integrations.errors import Misconfigured

from . import networks, stitching, windows
from . import pieces as speech_pieces
from .live import Community1Stream
from .options import Options
from .voices import Voices

LISTENING = 0.25
"""Share of the work that segmentation is; the rest is embedding."""


class Community1Diarizer:
    """Finds who speaks when, and how each voice sounds. Thread-safe; weights load on first use."""

    Options = Options

    def __init__(self, options: Options):
        self._options = options
        self.engine = f"community-1-vbx-step{options.step:g}"

    def probe(self) -> None:
        """Raise Misconfigured when the weights are missing."""
        networks.require(Path(self._options.weights))

    def diarize(
        self,
        audio: Audio,
        *,
        speakers: int | None = None,
        progress: Callable[[float], None] = lambda share: None,
    ) -> Diarization:
        """See `Diarizer.diarize`. Silence gives no turns. Raises Misconfigured."""
        options = self._options
        loaded = networks.load(options.weights, options.threads)
        activity = windows.listen(audio, loaded, options.step, lambda share: progress(LISTENING * share))
        pieces = speech_pieces.cut(activity)
        vectors = speech_pieces.embed(
            audio, loaded, activity, pieces, lambda share: progress(LISTENING + (1 - LISTENING) * share)
        )
        if not len(pieces):
            progress(1.0)
            return Diarization((), engine=self.engine)
        runs, centroids = Voices(loaded.plda, options).tell(
            activity, pieces, vectors, audio.duration, step=options.step, speakers=speakers
        )
        return _named(runs, centroids, self.engine)

    def open(self, *, start: float = 0.0) -> Community1Stream:
        """See `StreamingDiarizer.open`; the number of speakers is found. Raises Misconfigured."""
        if not 0 < self._options.live_step <= windows.WINDOW:
            raise Misconfigured(
                f"Windows of live diarization must begin every {windows.WINDOW:g} s or more often."
            )
        loaded = networks.load(self._options.weights, self._options.threads)
        loaded.prepare()
        return Community1Stream(loaded, self._options, start)


def _named(runs: list[stitching.Run], centroids: NDArray[np.float64], engine: str) -> Diarization:
    """Turns with labels in order of first appearance, and the voiceprint behind each label."""
    names: dict[int, str] = {}
    turns = tuple(
        Turn(start, end, names.setdefault(cluster, f"Speaker {len(names) + 1}"))
        for start, end, cluster in runs
    )
    voiceprints = {name: tuple(centroids[cluster].tolist()) for cluster, name in names.items()}
    return Diarization(turns, voiceprints, engine)
