"""Where a long recording is cut for transcription: in pauses, so that no word is torn."""

import math
from itertools import pairwise

import numpy as np

from integrations.contracts.audio import RATE, Audio

HOP = 320
"""Samples whose energy is taken together: 20 ms."""

PAUSE = 15
"""Hops of the shortest pause that is looked for: 0.3 s."""

REACH = 60.0
"""Seconds before and after the ideal place in which the pause is searched."""

_QUIET = 2.0  # in power: what is within 3 dB of the quietest belongs to the same pause
_FLOOR = 100.0  # mean square of int16 samples (-70 dB): below that, differences mean nothing


def plan(
    audio: Audio, *, longest: float = 1200.0, parts: int = 1, shortest: float = 60.0
) -> list[tuple[float, float]]:
    """Chunks (start, end) in seconds that cover [0, duration) without gap or overlap.

    No chunk is longer than `longest`. Of recordings that would need fewer than `parts` chunks as many are
    made, unless they came out shorter than `shortest` on average. The same audio always gives the same plan;
    only the surroundings of the cuts are read. Raises ValueError for limits that are not positive.
    """
    if longest <= 0 or shortest <= 0 or parts < 1:
        raise ValueError("Chunks need a positive length, and there is at least one.")
    duration = audio.duration
    if duration <= 0:
        return []
    count = 1
    if duration > longest:
        count = math.ceil(duration / (longest - 2 * min(REACH, longest / 10)))
    count = max(count, min(parts, int(duration // shortest)))
    # Neighbouring cuts may move towards each other or apart: the slack is theirs to share.
    even = duration / count
    reach = min(REACH, even / 4, max(0.0, (longest - even) / 2))
    cuts = [_pause(audio, k * even - reach, k * even + reach) for k in range(1, count)]
    edges = [0.0, *cuts, duration]
    return list(pairwise(edges))


def _pause(audio: Audio, start: float, end: float) -> float:
    """The middle of the longest pause in [start, end), the last one where several are equally long."""
    first = math.ceil(start * RATE)
    samples = np.frombuffer(audio.read(first / RATE, end), "<i2")
    hops = len(samples) // HOP
    if hops < PAUSE:
        return (start + end) / 2
    power = (samples[: hops * HOP].reshape(-1, HOP).astype(np.float32) ** 2).mean(axis=1)
    smooth = np.convolve(power, np.full(PAUSE, 1 / PAUSE), mode="valid")
    quiet = smooth <= max(smooth.min() * _QUIET, _FLOOR)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet.view(np.int8), [0]])))
    begins, ends = edges[::2], edges[1::2]
    longest = len(begins) - 1 - int(np.argmax((ends - begins)[::-1]))
    # Window k covers hops k to k + PAUSE, so the middle of a run of windows is half a pause further on.
    middle = (begins[longest] + ends[longest] - 1 + PAUSE) * HOP // 2
    return (first + int(middle)) / RATE
