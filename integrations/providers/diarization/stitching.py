"""Puts the windows together again: local speakers become speakers, windows vote; used by `local`."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from .windows import FRAME_STEP, FRAMES, LOCAL_SPEAKERS, Observations

NOBODY = -1


def assign(observations: Observations, centroids: NDArray[np.float64]) -> NDArray[np.int_]:
    """The cluster of each local speaker, shape (windows, 3); NOBODY where one is silent.

    Two local speakers of one window are different people, so they get different clusters as long as
    there are enough of them.
    """
    labels = np.full(observations.embeddings.shape[:2], NOBODY)
    heard = ~np.isnan(observations.embeddings[..., 0])
    for window in np.flatnonzero(heard.any(axis=1)):
        local = np.flatnonzero(heard[window])
        likeness = observations.embeddings[window, local] @ centroids.T
        labels[window, local] = likeness.argmax(axis=1)
        rows, columns = linear_sum_assignment(-likeness)
        labels[window, local[rows]] = columns
    return labels


def speech(observations: Observations, labels: NDArray[np.int_], duration: float) -> NDArray[np.bool_]:
    """Who speaks in each frame, shape (frames, clusters).

    As in pyannote.audio, windows vote on how many speak in a frame, and that many of the clusters
    with most votes do.
    """
    first = np.rint(observations.starts / FRAME_STEP).astype(int)
    votes = np.zeros((first[-1] + FRAMES, labels.max() + 1), np.float32)
    talking, covered = np.zeros(len(votes), np.float32), np.zeros(len(votes), np.float32)
    for index, begin in enumerate(first):
        frames = slice(begin, begin + FRAMES)
        activity = observations.activity[index]
        talking[frames] += activity.sum(axis=1)
        covered[frames] += 1
        for local in np.flatnonzero(labels[index] != NOBODY):
            votes[frames, labels[index, local]] += activity[:, local]
    number = np.rint(talking / np.maximum(covered, 1))[: int(np.ceil(duration / FRAME_STEP))]
    return _most_voted(votes[: len(number)], number)


def absorb(
    labels: NDArray[np.int_], speaking: NDArray[np.bool_], centroids: NDArray[np.float64], shortest: float
) -> NDArray[np.int_]:
    """Give what voices say that speak less than `shortest` seconds in total to the nearest voice."""
    totals = speaking.sum(axis=0) * FRAME_STEP
    kept = np.flatnonzero(totals >= shortest)
    if not len(kept):
        kept = totals.argmax(keepdims=True)
    nearest = kept[(centroids @ centroids[kept].T).argmax(axis=1)]
    nearest[kept] = kept
    return np.where(labels == NOBODY, NOBODY, nearest[labels])


def runs(
    speaking: NDArray[np.bool_], duration: float, longest_gap: float, shortest: float
) -> list[tuple[float, float, int]]:
    """Runs of speech in order of time: start and end in seconds, cluster.

    Pauses of one speaker up to `longest_gap` seconds are closed; then what is under `shortest` goes.
    """
    found = []
    for cluster in np.flatnonzero(speaking.any(axis=0)):
        edges = np.diff(np.concatenate([[0], speaking[:, cluster].astype(np.int8), [0]]))
        starts, ends = np.flatnonzero(edges == 1) * FRAME_STEP, np.flatnonzero(edges == -1) * FRAME_STEP
        apart = starts[1:] - ends[:-1] > longest_gap
        begins, finishes = starts[np.concatenate([[True], apart])], ends[np.concatenate([apart, [True]])]
        for start, end in zip(begins.tolist(), finishes.tolist(), strict=True):
            if end - start >= shortest:
                found.append((start, min(end, duration), int(cluster)))
    return sorted(found)


def _most_voted(votes: NDArray[np.float32], number: NDArray[np.float32]) -> NDArray[np.bool_]:
    speaking = np.zeros(votes.shape, bool)
    left = votes.copy()
    for rank in range(min(LOCAL_SPEAKERS, votes.shape[1])):
        best = left.argmax(axis=1)
        rows = np.flatnonzero((number > rank) & (left[np.arange(len(left)), best] > 0))
        speaking[rows, best[rows]] = True
        left[rows, best[rows]] = 0
    return speaking
