"""Recognises a task that an earlier run has found already, so that a re-run adds nothing twice.

Two things must agree: the time of the evidence, and the content; a title alone may be worded anew.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

NEAR = 10.0
"""Seconds by which the evidence of the same thing may lie apart."""
SIMILAR = 0.5
"""Share of common content words from which two titles at the same time mean one thing."""
SAME_WORDS = 0.8
"""The share that suffices where a re-cut recording has moved all times."""

_EMPTY_WORDS = set(
    re.findall(r"\w+", "a an the to of for and or in on at by with it its them they their is are be will")
)


@dataclass(frozen=True)
class Item:
    """What is compared: a title, and the evidence's time in seconds (None where there is none)."""

    title: str
    start: float | None
    end: float | None


def match(found: Sequence[Item], known: Sequence[Item]) -> dict[int, int]:
    """Indices of `found` to indices of `known`; each is used once, the most similar pairs first.

    Among pairs that are equally like, those with the same words and the nearest evidence come first: whatever
    is found unchanged is matched to itself, never to a longer title that merely contains it.
    """
    likely = [
        (-likeness, _strangeness(new, old), i, j)
        for i, new in enumerate(found)
        for j, old in enumerate(known)
        if (likeness := _likeness(new, old)) > 0
    ]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in sorted(likely):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _likeness(new: Item, old: Item) -> float:
    """Above 0 where both are one thing; those that agree in time come first."""
    shared = _overlap(new.title, old.title)
    if _together(new, old):
        return 1 + shared if shared >= SIMILAR else 0.0
    return shared if shared >= SAME_WORDS else 0.0


def _strangeness(new: Item, old: Item) -> tuple[int, float]:
    """Content words that only one has, and seconds between their starts: (0, 0) for the same thing."""
    apart = 0.0 if new.start is None or old.start is None else abs(new.start - old.start)
    return len(_words(new.title) ^ _words(old.title)), apart


def _together(new: Item, old: Item) -> bool:
    if new.start is None or new.end is None or old.start is None or old.end is None:
        return False
    return new.start - NEAR <= old.end and old.start - NEAR <= new.end


def _overlap(a: str, b: str) -> float:
    """Common content words over those of the shorter title (Szymkiewicz-Simpson coefficient)."""
    first, second = _words(a), _words(b)
    if not first or not second:
        return float(a.strip().lower() == b.strip().lower())
    return len(first & second) / min(len(first), len(second))


def _words(title: str) -> set[str]:
    return {word for word in re.findall(r"\w+", title.lower()) if word not in _EMPTY_WORDS}
