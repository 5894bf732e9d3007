"""From pieces of speech and their embeddings to who speaks when; used by `local` and `live`.

The way is clustering and plda (which voices there are) -> labelling (whose voice a piece is) -> stitching
(turns).
"""

import numpy as np
from numpy.typing import NDArray

from . import clustering, labelling, stitching
from .clustering import Clusters
from .options import Options
from .pieces import Pieces
from .plda import Plda
from .windows import Activity

CLEAR = 0.8
"""Seconds alone from which a piece is clear enough to shape the clusters."""
MOST = 12_000
"""Pieces that shape the clusters at most, so that their cost is bounded: those of about 80 minutes of talk.
Of longer recordings every second, third... clear piece is taken."""
LONG = 400
"""Clear pieces from which evidence is not scarce, at a step of 2.5 s: about three minutes of talk."""
SCARCE = 2.0
"""How much more each piece may count in a short recording, where else a voice heard twice would vanish."""

Vectors = NDArray[np.float64]


class Voices:
    """Tells voices apart with one analysis and one setting."""

    def __init__(self, plda: Plda, options: Options, most: int = MOST):
        """`most` pieces at most shape the clusters."""
        self._plda = plda
        self._options = options
        self._most = most

    def tell(
        self,
        activity: Activity,
        pieces: Pieces,
        vectors: NDArray[np.float32],
        duration: float,
        *,
        step: float,
        speakers: int | None = None,
    ) -> tuple[list[stitching.Run], Vectors]:
        """What each voice says in at least one piece of sound, and the voices' unit-length centroids.

        `duration` is that of all sound and `step` lies between windows, both in seconds; `vectors` has a
        unit-length row per piece; `speakers` fixes the number of voices.
        """
        options = self._options
        shaping = vectors[shaping_rows(pieces.alone, self._most)].astype(np.float64)
        centroids = self._centroids(shaping, step, speakers)
        belonging = labelling.belonging(pieces, vectors, centroids)
        speaking = stitching.speech(activity, pieces, belonging, duration)
        if speakers is None:
            centroids = centroids[stitching.audible(speaking, options.shortest_speaker)]
            belonging = labelling.belonging(pieces, vectors, centroids)
            speaking = stitching.speech(activity, pieces, belonging, duration)
        return stitching.joined(speaking, duration, options.longest_gap, options.shortest_turn), centroids

    def _centroids(self, vectors: Vectors, step: float, speakers: int | None) -> Vectors:
        """Unit-length centroids, shape (speakers, 256): as many as there seem to be, or as wanted."""
        labels = _nearest(vectors, clustering.cluster(vectors, self._options.threshold))
        belongs = self._plda.refine(
            self._plda.project(vectors), labels, self._evidence(len(vectors), step), self._options.restraint
        )
        found = Clusters(belongs.T @ vectors, belongs.sum(axis=0))
        if speakers and len(found) > speakers:
            found = clustering.reduce(found, speakers)
        elif speakers and len(found) < speakers:
            found = clustering.cluster_into(vectors, speakers)
        return found.centroids

    def _evidence(self, pieces: int, step: float) -> float:
        coverage = 2.5 / step
        scarcity = np.sqrt(LONG * coverage / pieces)
        return float(self._options.evidence / coverage * np.clip(scarcity, 1, SCARCE))


def shaping_rows(alone: NDArray[np.float64], most: int = MOST) -> NDArray[np.int_]:
    """Which pieces shape the clusters: the clear ones, spread evenly; all where none is clear."""
    clear = np.flatnonzero(alone >= CLEAR)
    rows = clear if len(clear) else np.arange(len(alone))
    return rows[:: 1 + len(rows) // most]


def _nearest(vectors: NDArray[np.float64], clusters: Clusters) -> NDArray[np.int_]:
    """The cluster of each vector, counted from 0 without gaps."""
    return np.unique((vectors @ clusters.centroids.T).argmax(axis=1), return_inverse=True)[1]
