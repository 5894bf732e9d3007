"""Whose voice each piece is, given the voices: by likeness, and by who else talks in the same window; used by
`voices`.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from .pieces import Pieces
from .windows import LOCAL_SPEAKERS

FIRMNESS = 5.0
"""Scale of the softmax over cosines: a piece votes for all voices, so that in overlapped speech the second
nearest is heard too."""
OTHERNESS = 0.1
"""Cosine that a voice loses where another local speaker of the window is surely it."""


def belonging(
    pieces: Pieces, vectors: NDArray[np.float32], centroids: NDArray[np.float64]
) -> NDArray[np.float32]:
    """How much each piece belongs to each voice, shape (pieces, voices); rows sum to 1.

    Two local speakers of a window are different people. That settles what is too short to tell by its
    sound, like a last "Bye."
    """
    likeness = vectors @ centroids.T
    first = softmax(FIRMNESS * likeness, axis=1)
    local_speakers = pieces.windows * LOCAL_SPEAKERS + pieces.locals
    size = LOCAL_SPEAKERS * (pieces.windows.max() + 1)
    lengths = pieces.ends - pieces.begins
    totals = np.maximum(np.bincount(local_speakers, lengths, size), 1)
    shares = np.stack(
        [np.bincount(local_speakers, lengths * each, size) / totals for each in first.T], axis=1
    )
    shares = shares.reshape(-1, LOCAL_SPEAKERS, centroids.shape[0])
    others = shares.sum(axis=1)[pieces.windows] - shares[pieces.windows, pieces.locals]
    return softmax(FIRMNESS * (likeness - OTHERNESS * others), axis=1).astype(np.float32)
