"""Keeps the labels of voices from one answer of a live stream to the next; used by `live`.

Each answer groups all of the stream anew and numbers its clusters as it likes. A cluster takes over the
label with which it shares most time, one to one (Hungarian method, Kuhn 1955), as long as that is most of
the time of either; so a voice that is new never gets a label that was somebody's.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from integrations.contracts.diarization import Turn

from .stitching import Run

REMEMBERED = 32
"""Labels of voices that are gone from the answers, and can come back."""

Times = NDArray[np.float64]
"""Disjoint stretches in order of time, shape (stretches, 2), in seconds."""
_Same = Callable[[float, float, float], bool]
"""Whether a label and a cluster are one voice, given their common time and the time of each in seconds."""


class Labels:
    """The labels of one stream: `Speaker 1`... in order of first appearance."""

    def __init__(self) -> None:
        self._given = 0
        self._present: dict[str, Times] = {}
        self._gone: dict[str, Times] = {}

    def name(self, runs: Sequence[Run]) -> tuple[Turn, ...]:
        """Turns in order of time, given what each cluster says; how clusters are numbered has no influence.

        A voice that was gone, merged into another by mistake, gets its own label back when most of what it
        had said is one cluster again.
        """
        clusters = _by_cluster(runs)
        labels = _matched(self._present, clusters, lambda common, old, new: 2 * common > min(old, new))
        others = {cluster: times for cluster, times in clusters.items() if cluster not in labels}
        labels |= _matched(self._gone, others, lambda common, old, new: 2 * common > old)
        for cluster in clusters:
            if cluster not in labels:
                self._given += 1
                labels[cluster] = f"Speaker {self._given}"
        self._remember({labels[cluster]: times for cluster, times in clusters.items()})
        return tuple(sorted((Turn(start, end, labels[cluster]) for start, end, cluster in runs), key=_place))

    def _remember(self, present: dict[str, Times]) -> None:
        known = {**self._gone, **self._present}
        gone = [label for label in known if label not in present]
        self._gone = {label: known[label] for label in gone[-REMEMBERED:]}
        self._present = present


def _by_cluster(runs: Sequence[Run]) -> dict[int, Times]:
    """What each cluster says, clusters in order of first appearance."""
    grouped = [
        (cluster, sorted((start, end) for start, end, _ in said))
        for cluster, said in groupby(sorted(runs, key=lambda run: run[2]), key=lambda run: run[2])
    ]
    return {cluster: np.array(said) for cluster, said in sorted(grouped, key=lambda each: each[1])}


def _matched(known: Mapping[str, Times], clusters: Mapping[int, Times], same: _Same) -> dict[int, str]:
    """The label of each cluster that is the same voice as one known, so that most time is shared in all."""
    shared = np.array([[_common(old, new) for new in clusters.values()] for old in known.values()])
    shared = shared.reshape(len(known), len(clusters))
    for row, old in enumerate(known.values()):
        for column, new in enumerate(clusters.values()):
            if not same(shared[row, column], _length(old), _length(new)):
                shared[row, column] = 0.0
    labels, columns = list(known), list(clusters)
    pairs = zip(*linear_sum_assignment(shared, maximize=True), strict=True)
    return {columns[column]: labels[row] for row, column in pairs if shared[row, column] > 0}


def _common(first: Times, second: Times) -> float:
    """Seconds that lie in both."""
    lengths = np.cumsum(first[:, 1] - first[:, 0])
    before = np.concatenate([[0.0], np.repeat(lengths, 2)[:-1]])
    covered = np.interp(second, first.ravel(), before)
    return float((covered[:, 1] - covered[:, 0]).sum())


def _length(times: Times) -> float:
    return float((times[:, 1] - times[:, 0]).sum())


def _place(turn: Turn) -> tuple[float, float, int]:
    return turn.start, turn.end, int(turn.speaker.rpartition(" ")[2])
