"""Times that a vendor gives, made usable: within the sound, in order, never running backwards."""

import re
from collections.abc import Iterable
from dataclasses import replace

from integrations.contracts.speech import Segment, Word

CLOCK = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{1,2}(?:\.\d+)?)")
SHORTEST = 0.05
"""Seconds; a segment or word that would have no length gets this much."""


def seconds(value: object) -> float | None:
    """Seconds of a number, of `83.5`, or of a clock as `01:23.5` and `1:01:23`; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if 0.0 <= value < float("inf") else None
    text = value.strip().removesuffix("s") if isinstance(value, str) else ""
    if clock := CLOCK.fullmatch(text):
        hours, minutes, rest = clock.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + float(rest)
    return float(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else None


def in_order(segments: Iterable[Segment], duration: float) -> tuple[Segment, ...]:
    """The segments sorted by start and clipped to [0, duration], each and its words with some length."""
    found = []
    for segment in sorted(segments, key=lambda segment: segment.start):
        start, end = _clipped(segment.start, segment.end, duration)
        found.append(replace(segment, start=start, end=end, words=_ordered(segment.words, duration)))
    return tuple(found)


def _ordered(words: Iterable[Word], duration: float) -> tuple[Word, ...]:
    found = []
    for word in sorted(words, key=lambda word: word.start):
        start, end = _clipped(word.start, word.end, duration)
        confidence = min(max(word.confidence, 0.0), 1.0)
        found.append(replace(word, start=start, end=end, confidence=confidence))
    return tuple(found)


def _clipped(start: float, end: float, duration: float) -> tuple[float, float]:
    start = min(max(start, 0.0), max(duration - SHORTEST, 0.0))
    return start, min(max(end, start + SHORTEST), duration)
