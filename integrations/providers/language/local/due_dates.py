"""Due dates in what was said, resolved against the meeting's own day; the extractor calls it on one action.

Conventions (the meeting is on a Monday): "Wednesday" is the one that follows, "Monday" is in a week, "next
Tuesday" is the Tuesday of next week; a week is due on its Friday, a month on its last day; "12/05" is month
first. General date parsers read dates into "I may do that" and "the second option"; these rules do not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from .date_phrases import RULES

_LIMIT = re.compile(
    r"(?P<strong>\b(?:by|before|until|till|due(?:\s+(?:on|by))?|no\s+later\s+than|not\s+later\s+than|"
    r"deadline(?:\s+(?:is|of))?|at\s+the\s+latest\s+by))\s+(?:the\s+)?$"
    r"|\b(?:on|for|in|at|over|some\s*time|during|latest)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_STARTS_STRONG = re.compile(r"(?:by|before|until|till|due|no\s+later|not\s+later)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Due:
    """A day, and the words of the text that name it, with the preposition that makes it a limit."""

    day: date
    text: str
    span: tuple[int, int]
    """Offsets of `text` in what was given to `resolve`."""


@dataclass(frozen=True)
class _Reading:
    start: int
    end: int
    day: date | None
    limit: bool

    @property
    def length(self) -> int:
        return self.end - self.start


def resolve(text: str, anchor: datetime) -> Due | None:
    """The day by which `text` wants something, or None; never before `anchor`'s day.

    `anchor` is when it was said, in the meeting's zone. Where several days are named, one after by, before,
    until or due wins over the others, and the first of equals.
    """
    today = anchor.date()
    readings = [r for r in _readings(text, today) if r.day is not None and r.day >= today]
    if not readings:
        return None
    best = min(readings, key=lambda reading: (not reading.limit, reading.start))
    return Due(best.day, text[best.start : best.end], (best.start, best.end))


def phrases(text: str) -> list[tuple[int, int]]:
    """Spans of all words of `text` that name a day, in order, whatever day it is."""
    return [(r.start, r.end) for r in _readings(text, date(2024, 1, 1)) if r.day is not None]


def _readings(text: str, today: date) -> Iterator[_Reading]:
    """Readings that do not overlap, the longest first, each with its preposition; in order of the text."""
    found: list[_Reading] = []
    for reading in sorted(_matches(text, today), key=lambda r: (-r.length, r.start)):
        if all(reading.end <= other.start or other.end <= reading.start for other in found):
            found.append(reading)
    for reading in sorted(found, key=lambda r: r.start):
        yield _with_preposition(text, reading)


def _matches(text: str, today: date) -> Iterator[_Reading]:
    for pattern, meaning in RULES:
        for match in pattern.finditer(text):
            possessive = re.match(r"['’]s\b", text[match.end() :])
            day = None if possessive else meaning(match, today)
            end = match.start() + len(match[0].rstrip(" ,"))
            yield _Reading(match.start(), end, day, limit=False)


def _with_preposition(text: str, reading: _Reading) -> _Reading:
    before = _LIMIT.search(text[: reading.start])
    if before:
        return _Reading(before.start(), reading.end, reading.day, limit=bool(before["strong"]))
    limit = bool(_STARTS_STRONG.match(text, reading.start))
    return _Reading(reading.start, reading.end, reading.day, limit=limit)
