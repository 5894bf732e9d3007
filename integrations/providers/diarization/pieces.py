"""How short pieces of speech sound, whoever they are from; used by `local` and `live`.

Segmentation often takes two people for one local speaker when they sound alike, so not the local speakers
of a window but every 1.6 s of their speech gets an embedding. That costs no more: the expensive part of
the network runs once per passage of sound, and pooling it under one more mask is almost free. Passages
overlap by more than a piece is long, so that each piece lies inside one of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from integrations.contracts.audio import RATE, Audio

from .features import HOP, fbank
from .networks import Networks
from .windows import FRAME_STEP, LOCAL_SPEAKERS, Activity, read

PASSAGE = 10.0
"""Seconds of sound in one pass of the network."""
PASSAGE_STEP = 8.0
PIECE = 1.6
"""Seconds of speech in one embedding, at most."""
EMBEDDING_SIZE = 256
ENOUGH_ALONE = 0.5
"""Seconds alone that suffice to leave overlapped speech out of an embedding."""


@dataclass(frozen=True)
class Pieces:
    """A row per piece: [begin, end) of one local speaker's speech in frames of its window."""

    windows: NDArray[np.int_]
    locals: NDArray[np.int_]
    begins: NDArray[np.int_]
    ends: NDArray[np.int_]
    alone: NDArray[np.float64]
    """Seconds in which nobody else talks."""

    def __len__(self) -> int:
        return len(self.windows)


def cut(activity: Activity) -> Pieces:
    """Every run of speech of every local speaker, in equal parts of at most PIECE seconds."""
    rows = [
        (window, local, begin, end, FRAME_STEP * _alone(activity.talking[window], local, begin, end).sum())
        for window in range(len(activity.starts))
        for local in range(LOCAL_SPEAKERS)
        for run in runs(activity.talking[window, :, local])
        for begin, end in _parts(*run)
    ]
    columns = np.array(rows, float).reshape(-1, 5)
    windows, locals_, begins, ends = columns[:, :4].astype(int).T
    return Pieces(windows, locals_, begins, ends, columns[:, 4])


def embed(
    audio: Audio,
    networks: Networks,
    activity: Activity,
    pieces: Pieces,
    progress: Callable[[float], None],
) -> NDArray[np.float32]:
    """One unit-length vector per piece, shape (pieces, 256); `progress` hears the share done."""
    vectors = np.zeros((len(pieces), EMBEDDING_SIZE), np.float32)
    starts = (activity.first_frames[pieces.windows] + pieces.begins) * FRAME_STEP
    passages = (starts // PASSAGE_STEP).astype(int)
    for done, passage in enumerate(np.unique(passages), start=1):
        rows = np.flatnonzero(passages == passage)
        start = passage * PASSAGE_STEP
        vectors[rows] = embed_passage(read(audio, start, PASSAGE), start, networks, activity, pieces, rows)
        progress(done / (passages.max() + 1))
    return vectors


def embed_passage(
    samples: NDArray[np.float32],
    start: float,
    networks: Networks,
    activity: Activity,
    pieces: Pieces,
    rows: NDArray[np.int_],
) -> NDArray[np.float32]:
    """One unit-length vector per row of `pieces`, all of which lie in the samples from `start` seconds on."""
    if not len(rows):
        return np.zeros((0, EMBEDDING_SIZE), np.float32)
    features = fbank(samples)
    times = start + np.arange(len(features)) * HOP / RATE
    masks = np.array([_mask(activity, pieces, row, times) for row in rows])
    vectors = networks.embed(features, masks)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def runs(active: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """[begin, end) of each stretch of true values."""
    edges = np.diff(np.concatenate([[0], active.astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))


def _parts(begin: int, end: int) -> Iterator[tuple[int, int]]:
    number = int(np.ceil((end - begin) * FRAME_STEP / PIECE))
    bounds = np.linspace(begin, end, number + 1).round().astype(int).tolist()
    yield from pairwise(bounds)


def _alone(talking: NDArray[np.bool_], local: int, begin: int, end: int) -> NDArray[np.bool_]:
    stretch = talking[begin:end]
    return stretch[:, local] & (stretch.sum(axis=1) == 1)


def _mask(activity: Activity, pieces: Pieces, row: int, times: NDArray[np.float64]) -> NDArray[np.float32]:
    """Which feature frames to pool: those of the piece alone, or all where there are too few alone."""
    window, begin, end = pieces.windows[row], pieces.begins[row], pieces.ends[row]
    wanted = _alone(activity.talking[window], pieces.locals[row], begin, end)
    if wanted.sum() * FRAME_STEP < min(ENOUGH_ALONE, (end - begin) * FRAME_STEP / 2):
        wanted = np.ones(end - begin, bool)
    frames = np.floor(times / FRAME_STEP).astype(int) - activity.first_frames[window] - begin
    inside = (frames >= 0) & (frames < end - begin)
    return (inside & wanted[np.clip(frames, 0, end - begin - 1)]).astype(np.float32)
