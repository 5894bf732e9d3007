"""From labelled pieces of overlapping windows back to one time line; used by `voices`."""

import numpy as np
from numpy.typing import NDArray

from .pieces import Pieces, runs
from .windows import FRAME_STEP, FRAMES, LOCAL_SPEAKERS, Activity

Run = tuple[float, float, int]
"""Start and end in seconds, cluster."""


def speech(
    activity: Activity, pieces: Pieces, belonging: NDArray[np.float32], duration: float
) -> NDArray[np.bool_]:
    """Who speaks in each frame, shape (frames, voices), given how much each piece belongs to each voice.

    As in pyannote.audio, windows vote on how many speak in a frame, and that many of the voices with most
    votes do.
    """
    firsts = activity.first_frames
    talking = np.zeros(firsts[-1] + FRAMES, np.uint16)
    covered = np.zeros(len(talking), np.uint16)
    for first, window in zip(firsts, activity.talking, strict=True):
        talking[first : first + FRAMES] += window.sum(axis=1, dtype=np.uint16)
        covered[first : first + FRAMES] += 1
    votes = np.zeros((len(talking), belonging.shape[1]), np.float32)
    begins, ends = firsts[pieces.windows] + pieces.begins, firsts[pieces.windows] + pieces.ends
    for begin, end, vote in zip(begins, ends, belonging, strict=True):
        votes[begin:end] += vote
    frames = int(np.ceil(duration / FRAME_STEP))
    number = np.rint(talking[:frames] / np.maximum(covered[:frames], 1))
    return _most_voted(votes[:frames], number)


def audible(speaking: NDArray[np.bool_], shortest: float) -> NDArray[np.int_]:
    """The voices that say at least `shortest` seconds in total, or the one that says most."""
    totals = speaking.sum(axis=0) * FRAME_STEP
    kept = np.flatnonzero(totals >= shortest)
    return kept if len(kept) else totals.argmax(keepdims=True)


def joined(speaking: NDArray[np.bool_], duration: float, longest_gap: float, shortest: float) -> list[Run]:
    """What each cluster says, in order of time.

    What is under `shortest` seconds goes, then pauses of one speaker up to `longest_gap` are closed.
    """
    found: list[Run] = []
    for cluster in range(speaking.shape[1]):
        said: list[Run] = []
        for begin, end in runs(speaking[:, cluster]):
            start, stop = begin * FRAME_STEP, min(end * FRAME_STEP, duration)
            if said and stop - start >= shortest and start - said[-1][1] <= longest_gap:
                said[-1] = (said[-1][0], stop, cluster)
            elif stop - start >= shortest:
                said.append((start, stop, cluster))
        found += said
    return sorted(found)


def _most_voted(votes: NDArray[np.float32], number: NDArray[np.float64]) -> NDArray[np.bool_]:
    speaking = np.zeros(votes.shape, bool)
    for rank in range(min(LOCAL_SPEAKERS, votes.shape[1])):
        best = votes.argmax(axis=1)
        rows = np.flatnonzero((number > rank) & (votes[np.arange(len(votes)), best] > 0))
        speaking[rows, best[rows]] = True
        votes[rows, best[rows]] = 0
    return speaking
