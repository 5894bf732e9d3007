"""Says which embeddings belong together once a few clusters are known; used by `voices`.

Probabilistic linear discriminant analysis (Ioffe 2006) gives a space in which the directions that tell
voices apart have known variances; variational Bayes in it drops clusters that need not exist (VBx, Landini
et al. 2022, without its hidden Markov chain, as pyannote.audio 4 does).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.special import logsumexp, softmax

Matrix = NDArray[np.float64]

FILES = {
    "xvec_mean1.raw": "<f8",
    "xvec_mean2.raw": "<f4",
    "xvec_lda.raw": "<f4",
    "plda_mu.raw": "<f8",
    "plda_tr.raw": "<f8",
    "plda_psi.raw": "<f8",
}
"""Bare numbers, with the precision in which each file keeps them."""
SHARPNESS = 7.0
"""How firmly the first assignment is believed, as a softmax's scale."""
ROUNDS = 20
CONVERGED = 1e-4
GONE = 1e-7
"""Share of the embeddings below which a cluster is no more."""


@dataclass(frozen=True)
class Plda:
    first_mean: Matrix
    discriminant: Matrix
    second_mean: Matrix
    mean: Matrix
    transform: Matrix
    variances: Matrix
    """Between voices in each direction, where the variance within a voice is 1."""

    def project(self, embeddings: NDArray[np.float32]) -> Matrix:
        """Unit-length embeddings (rows, 256) in the space of the analysis, shape (rows, 128)."""
        centred = _scaled(embeddings - self.first_mean) @ self.discriminant
        return (_scaled(centred - self.second_mean) - self.mean) @ self.transform.T

    def refine(self, points: Matrix, labels: NDArray[np.int_], evidence: float, restraint: float) -> Matrix:
        """How much each point belongs to each cluster that is left, shape (rows, clusters).

        `labels` is the first assignment, counted from 0. `evidence` (Fa) weighs what a point says, below 1
        because neighbours repeat each other; `restraint` (Fb) is the weight of keeping clusters few.
        """
        belongs = softmax(SHARPNESS * np.eye(labels.max() + 1)[labels], axis=1)
        shares = np.full(belongs.shape[1], 1 / belongs.shape[1])
        weighted = points * np.sqrt(self.variances)
        likelihood = -0.5 * ((points**2).sum(axis=1, keepdims=True) + points.shape[1] * np.log(2 * np.pi))
        before = -np.inf
        for _ in range(ROUNDS):
            precision = 1 + evidence / restraint * belongs.sum(axis=0)[:, None] * self.variances
            voices = evidence / restraint * (belongs.T @ weighted) / precision
            spread = (1 / precision + voices**2) @ self.variances
            scores = evidence * (weighted @ voices.T - 0.5 * spread + likelihood) + np.log(shares + 1e-8)
            total = logsumexp(scores, axis=1)
            belongs = np.exp(scores - total[:, None])
            shares = belongs.mean(axis=0)
            bound = total.sum() + restraint * 0.5 * (1 - np.log(precision) - 1 / precision - voices**2).sum()
            if bound - before < CONVERGED:
                break
            before = bound
        return belongs[:, shares > GONE]


def load(weights: Path) -> Plda:
    """The analysis that belongs to the embedding network, diagonalised. Raises OSError, ValueError."""
    first_mean, second_mean, discriminant, mean, transform, between = (
        np.fromfile(weights / name, precision).astype(np.float64) for name, precision in FILES.items()
    )
    size = len(mean)
    transform = transform.reshape(size, size)
    inner = np.linalg.inv(transform.T @ transform)
    outer = np.linalg.inv((transform.T / between) @ transform)
    variances, directions = eigh(outer, inner)
    return Plda(
        first_mean=first_mean,
        discriminant=discriminant.reshape(len(first_mean), size),
        second_mean=second_mean,
        mean=mean,
        transform=directions.T[::-1],
        variances=variances[::-1],
    )


def _scaled(vectors: Matrix) -> Matrix:
    """Vectors of the length of their dimension's square root."""
    lengths = np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return vectors / lengths * np.sqrt(vectors.shape[-1])
