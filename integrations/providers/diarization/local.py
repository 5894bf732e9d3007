"""Diarization on this machine: pyannote community-1 networks, average-linkage clustering, no key, no torch.

Built by the provider registry from `Options`, or by a plain script.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from integrations.contracts.audio import Audio
from integrations.contracts.diarization import Diarization, Turn

from . import clustering, networks, stitching, windows
from .windows import Observations

SURE = 2.0
"""Seconds alone in a window from which a voice is clear enough to shape the clusters."""


@dataclass(frozen=True)
class Options:
    weights: str
    """Folder with segmentation.ort and embedding.ort."""
    threads: int = 0
    """Threads per network; 0 leaves the number to onnxruntime."""
    step: float = 2.5
    """Seconds between windows of 10 s: less is finer and costs more."""
    threshold: float = 0.6
    """Mean cosine distance from which two groups of embeddings are two people."""
    longest_gap: float = 0.3
    """Seconds of pause within one turn."""
    shortest_turn: float = 0.1
    shortest_speaker: float = 1.0
    """Seconds of speech in total below which a voice is taken for the nearest other one."""


class Community1Diarizer:
    """Finds who speaks when, and how each voice sounds. Thread-safe; weights load on first use."""

    Options = Options

    def __init__(self, options: Options):
        self._options = options
        self.engine = f"community-1-ahc-step{options.step:g}"

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
        loaded = networks.load(self._options.weights, self._options.threads)
        observations = windows.observe(audio, loaded, self._options.step, progress)
        if not observations.heard.any():
            return Diarization((), engine=self.engine)
        centroids = self._voices(observations, speakers)
        speaking = self._speaking(observations, centroids, audio.duration, absorbing=speakers is None)
        runs = stitching.runs(
            speaking, audio.duration, self._options.longest_gap, self._options.shortest_turn
        )
        return _named(runs, centroids, self.engine)

    def _voices(self, observations: Observations, speakers: int | None) -> NDArray[np.float64]:
        """Unit-length centroids, shape (speakers, 256), from the voices that are heard well enough."""
        clear = observations.heard & (observations.seconds_alone >= SURE)
        if clear.sum() < max(2, speakers or 0):
            clear = observations.heard
        vectors = observations.embeddings[clear].astype(np.float64)
        return clustering.cluster(vectors, self._options.threshold, speakers).centroids

    def _speaking(
        self, observations: Observations, centroids: NDArray[np.float64], duration: float, absorbing: bool
    ) -> NDArray[np.bool_]:
        labels = stitching.assign(observations, centroids)
        speaking = stitching.speech(observations, labels, duration)
        if absorbing:
            labels = stitching.absorb(labels, speaking, centroids, self._options.shortest_speaker)
            speaking = stitching.speech(observations, labels, duration)
        return speaking


def _named(runs: list[tuple[float, float, int]], centroids: NDArray[np.float64], engine: str) -> Diarization:
    """Turns with labels in order of first appearance, and the voiceprint behind each label."""
    names: dict[int, str] = {}
    turns = tuple(
        Turn(start, end, names.setdefault(cluster, f"Speaker {len(names) + 1}"))
        for start, end, cluster in runs
    )
    voiceprints = {name: tuple(centroids[cluster].tolist()) for cluster, name in names.items()}
    return Diarization(turns, voiceprints, engine)
