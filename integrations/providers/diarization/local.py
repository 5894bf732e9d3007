"""Diarization on this machine: pyannote community-1 networks on onnxruntime, no key, no torch.

Built by the provider registry from `Options`, or by a plain script. The way from sound to turns is
windows (who talks) -> pieces (how it sounds) -> clustering and plda (which voices there are) -> labelling
(whose voice it is) -> stitching (turns).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from integrations.contracts.audio import Audio
from integrations.contracts.diarization import Diarization, Turn

from . import clustering, labelling, networks, stitching, windows
from . import pieces as speech_pieces
from .clustering import Clusters
from .plda import Plda

CLEAR = 0.8
"""Seconds alone from which a piece is clear enough to shape the clusters."""
MOST = 12_000
"""Pieces that shape the clusters at most, so that their cost is bounded: those of about 80 minutes of talk.
Of longer recordings every second, third... clear piece is taken."""
LONG = 400
"""Clear pieces from which evidence is not scarce, at a step of 2.5 s: about three minutes of talk."""
SCARCE = 2.0
"""How much more each piece may count in a short recording, where else a voice heard twice would vanish."""
LISTENING = 0.25
"""Share of the work that segmentation is; the rest is embedding."""


@dataclass(frozen=True)
class Options:
    weights: str
    """Folder with the two networks and the numbers of the analysis."""
    threads: int = 0
    """Threads per network; 0 leaves the number to onnxruntime."""
    step: float = 2.5
    """Seconds between windows of 10 s: less is finer and costs more."""
    threshold: float = 0.7
    """Mean cosine distance up to which embeddings start out as one voice."""
    evidence: float = 0.085
    """VBx's Fa for a long recording and a step of 2.5 s, scaled with the step: more finds more speakers."""
    restraint: float = 0.8
    """VBx's Fb: more finds fewer speakers."""
    longest_gap: float = 0.5
    """Seconds of pause within one turn."""
    shortest_turn: float = 0.1
    shortest_speaker: float = 1.0
    """Seconds of speech in total below which a voice is taken for the nearest other one."""


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
        shaping = vectors[shaping_rows(pieces.alone)].astype(np.float64)
        centroids = self._voices(shaping, loaded.plda, speakers)
        belonging = labelling.belonging(pieces, vectors, centroids)
        speaking = stitching.speech(activity, pieces, belonging, audio.duration)
        if speakers is None:
            centroids = centroids[stitching.audible(speaking, options.shortest_speaker)]
            belonging = labelling.belonging(pieces, vectors, centroids)
            speaking = stitching.speech(activity, pieces, belonging, audio.duration)
        runs = stitching.joined(speaking, audio.duration, options.longest_gap, options.shortest_turn)
        return _named(runs, centroids, self.engine)

    def _voices(self, vectors: NDArray[np.float64], plda: Plda, speakers: int | None) -> NDArray[np.float64]:
        """Unit-length centroids, shape (speakers, 256): as many as there seem to be, or as wanted."""
        labels = _nearest(vectors, clustering.cluster(vectors, self._options.threshold))
        belongs = plda.refine(
            plda.project(vectors), labels, self._evidence(len(vectors)), self._options.restraint
        )
        found = Clusters(belongs.T @ vectors, belongs.sum(axis=0))
        if speakers and len(found) > speakers:
            found = clustering.reduce(found, speakers)
        elif speakers and len(found) < speakers:
            found = clustering.cluster_into(vectors, speakers)
        return found.centroids

    def _evidence(self, pieces: int) -> float:
        coverage = 2.5 / self._options.step
        scarcity = np.sqrt(LONG * coverage / pieces)
        return float(self._options.evidence / coverage * np.clip(scarcity, 1, SCARCE))


def shaping_rows(alone: NDArray[np.float64]) -> NDArray[np.int_]:
    """Which pieces shape the clusters: the clear ones, spread evenly; all where none is clear."""
    clear = np.flatnonzero(alone >= CLEAR)
    rows = clear if len(clear) else np.arange(len(alone))
    return rows[:: 1 + len(rows) // MOST]


def _nearest(vectors: NDArray[np.float64], clusters: Clusters) -> NDArray[np.int_]:
    """The cluster of each vector, counted from 0 without gaps."""
    return np.unique((vectors @ clusters.centroids.T).argmax(axis=1), return_inverse=True)[1]


def _named(runs: list[stitching.Run], centroids: NDArray[np.float64], engine: str) -> Diarization:
    """Turns with labels in order of first appearance, and the voiceprint behind each label."""
    names: dict[int, str] = {}
    turns = tuple(
        Turn(start, end, names.setdefault(cluster, f"Speaker {len(names) + 1}"))
        for start, end, cluster in runs
    )
    voiceprints = {name: tuple(centroids[cluster].tolist()) for cluster, name in names.items()}
    return Diarization(turns, voiceprints, engine)
