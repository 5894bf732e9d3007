"""Several tracks in one: each is laid at its place in time, and what overlaps is added up."""

from collections.abc import Iterator, Sequence

import numpy as np

from integrations.contracts.audio import RATE

BLOCK = 2 * RATE
"""Samples that are summed at a time; memory is a few of these per track."""


class Lane:
    """A stream of blocks that begins at sample `start`; it is not touched before that is reached."""

    def __init__(self, blocks: Iterator[np.ndarray], start: int):
        self._blocks = blocks
        self._held = np.zeros(0, np.float32)
        self._lead = start
        self.ended = False

    def take(self, count: int) -> np.ndarray:
        """The next `count` samples, fewer at the end."""
        lead = min(self._lead, count)
        self._lead -= lead
        parts, have = [np.zeros(lead, np.float32)], lead
        while have < count and not self.ended:
            if not len(self._held):
                self._held = next(self._blocks, None)
                if self._held is None:
                    self._held, self.ended = np.zeros(0, np.float32), True
            parts.append(self._held[: count - have])
            self._held = self._held[count - have :]
            have += len(parts[-1])
        return np.concatenate(parts)


def mixed(lanes: Sequence[Lane]) -> Iterator[np.ndarray]:
    """The sum of all lanes until the last one ends: float32 blocks at 16 kHz that may exceed [-1, 1]."""
    while not all(lane.ended for lane in lanes):
        parts = [lane.take(BLOCK) for lane in lanes]
        total = np.zeros(max(map(len, parts)), np.float32)
        for part in parts:
            total[: len(part)] += part
        if len(total):
            yield total
