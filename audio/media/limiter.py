"""Keeps the sum of several recordings, and decoders that overshoot, inside full scale without clipping."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

HOP = 800
"""Samples that share one gain target: 50 ms at 16 kHz."""

RELEASE = 0.05
"""How much the gain may rise per hop: from half to full scale takes half a second."""


def limited(blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """float32 blocks of any length to blocks within [-1, 1], the same samples where nothing exceeds it.

    The gain at a hop's edge never exceeds what either neighbour needs and runs straight in between, so no
    sample can be above 1; that costs one hop of look-ahead.
    """
    gain, held = 1.0, np.zeros(0, np.float32)
    for block in blocks:
        held = np.concatenate([held, block])
        ready = len(held) // HOP - 1
        if ready > 0:
            targets = _targets(held[: (ready + 1) * HOP])
            done, gain = _apply(held[: ready * HOP], targets, gain)
            held = held[ready * HOP :]
            yield done
    if len(held):
        padded = np.pad(held, (0, -len(held) % HOP + HOP))
        yield _apply(padded[:-HOP], _targets(padded), gain)[0][: len(held)]


def _targets(samples: np.ndarray) -> np.ndarray:
    peaks = np.abs(samples.reshape(-1, HOP)).max(axis=1)
    return 1.0 / np.maximum(peaks.astype(np.float64), 1.0)


def _apply(samples: np.ndarray, targets: np.ndarray, gain: float) -> tuple[np.ndarray, float]:
    if gain == 1.0 and targets.min() == 1.0:
        return samples, gain
    edges = [min(gain, targets[0])]
    for this, following in pairwise(targets):
        edges.append(min(this, following, edges[-1] + RELEASE))
    gains = np.interp(np.arange(len(samples)), np.arange(len(edges)) * HOP, edges)
    return np.clip(samples * gains, -1.0, 1.0).astype(np.float32), edges[-1]
