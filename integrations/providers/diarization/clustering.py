"""Groups the embeddings of all windows into speakers with bounded memory; used by `voices`.

Average linkage on cosine distance. A cluster is kept as the sum and the number of its unit vectors,
from which the mean distance between two clusters follows exactly, so that a recording of hours can be
folded in block by block and no distance matrix grows with it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLOCK = 400
"""Rows a distance matrix has at most; half of them make room, by merging the closest, for the next half."""

Vectors = NDArray[np.float64]


@dataclass(frozen=True)
class Clusters:
    """Rows are clusters: the sums (clusters, size) and numbers (clusters,) of their unit vectors."""

    sums: Vectors
    counts: NDArray[np.float64]

    @property
    def centroids(self) -> Vectors:
        """Unit length, shape (clusters, size)."""
        return self.sums / np.maximum(np.linalg.norm(self.sums, axis=1, keepdims=True), 1e-12)

    def __len__(self) -> int:
        return len(self.counts)


def cluster(vectors: Vectors, threshold: float) -> Clusters:
    """Group unit vectors, shape (rows, size), until clusters are `threshold` apart."""
    return _merge(_folded(vectors), threshold)


def cluster_into(vectors: Vectors, number: int) -> Clusters:
    """Group unit vectors into `number` clusters, or fewer where there are fewer vectors."""
    return _merge(_folded(vectors), at_most=number)


def reduce(clusters: Clusters, number: int) -> Clusters:
    """Join the nearest clusters until at most `number` are left."""
    return _merge(clusters, at_most=number)


def _folded(vectors: Vectors) -> Clusters:
    """The vectors, those of long recordings joined to half a BLOCK of clusters."""
    found = Clusters(vectors[:0], np.zeros(0))
    for begin in range(0, len(vectors), BLOCK // 2):
        rows = vectors[begin : begin + BLOCK // 2]
        joined = Clusters(
            np.concatenate([found.sums, rows]), np.concatenate([found.counts, np.ones(len(rows))])
        )
        found = _merge(joined, at_most=BLOCK // 2)
    return found


def _merge(clusters: Clusters, threshold: float = -1.0, at_most: int | None = None) -> Clusters:
    """Join the closest pair while it is nearer than `threshold`, or while there are too many.

    The distance of what was joined follows from those of its parts (Lance and Williams 1967), and the
    nearest other cluster of each is kept (Anderberg 1973), so that a join costs a few rows of the matrix.
    """
    sums, counts = clusters.sums.copy(), clusters.counts.copy()
    distance = 1 - (sums @ sums.T) / np.outer(counts, counts)
    np.fill_diagonal(distance, np.inf)
    left = len(counts)
    nearest = distance.argmin(axis=1) if left > 1 else np.zeros(left, int)
    least = distance[np.arange(left), nearest]
    while left > 1:
        first = int(least.argmin())
        second = int(nearest[first])
        if least[first] >= threshold and not (at_most and left > at_most):
            break
        row = (counts[first] * distance[first] + counts[second] * distance[second]) / (
            counts[first] + counts[second]
        )
        sums[first] += sums[second]
        counts[first] += counts[second]
        counts[second] = 0
        left -= 1
        distance[first] = distance[:, first] = row
        distance[second] = distance[:, second] = np.inf
        nearer = (row < least) | ((row == least) & (first < nearest))
        stale = np.flatnonzero((nearest == first) | (nearest == second))
        stale = np.concatenate([stale, [first, second]])
        nearest[nearer], least[nearer] = first, row[nearer]
        nearest[stale] = distance[stale].argmin(axis=1)
        least[stale] = distance[stale, nearest[stale]]
    return Clusters(sums[counts > 0], counts[counts > 0])
