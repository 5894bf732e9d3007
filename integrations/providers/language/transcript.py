"""A conversation as a prompted model sees it: numbered lines, cut into windows that fit its context.

Called by the prompted language providers. Numbers stand for the lines' ids, which are long and easily
garbled; what a model cites is translated back and looked up here, word by word.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from integrations.contracts.language import Evidence, Line

BYTES_PER_TOKEN = 3
"""Cautious: English has about four, scripts beyond Latin about three in UTF-8."""
OVERLAP = 0.05
"""Share of a window that the next one repeats, so that no exchange is cut in two."""
SHORTEST_QUOTE = 3
"""Letters and digits; less than that stands anywhere."""
REFERENCE = re.compile(r"\[?L?(\d{1,7})\]?", re.IGNORECASE)


@dataclass(frozen=True)
class Numbered:
    number: int
    line: Line

    def __str__(self) -> str:
        """One line of the prompt; white space is folded, so no text can begin a line of its own."""
        speaker = " ".join(self.line.speaker.split())
        return f"[L{self.number}] {speaker}: {' '.join(self.line.text.split())}"


def numbered(lines: Iterable[Line]) -> tuple[Numbered, ...]:
    """The lines that say something, counted from 1."""
    spoken = (line for line in lines if line.text.strip())
    return tuple(Numbered(number, line) for number, line in enumerate(spoken, start=1))


def tokens(text: str) -> int:
    """An upper estimate of a text's tokens."""
    return math.ceil(len(text.encode()) / BYTES_PER_TOKEN)


def windows(lines: Sequence[Numbered], budget: int) -> list[tuple[Numbered, ...]]:
    """Stretches of at most `budget` tokens that overlap a little; a line is never cut."""
    sizes = [tokens(str(line)) + 1 for line in lines]
    found: list[tuple[Numbered, ...]] = []
    start = 0
    while start < len(lines):
        end = _reach(sizes, start, budget)
        found.append(tuple(lines[start:end]))
        if end == len(lines):
            break
        start = max(start + 1, _back(sizes, end, budget * OVERLAP))
    return found


def _reach(sizes: Sequence[int], start: int, budget: int) -> int:
    end, used = start, 0
    while end < len(sizes) and (end == start or used + sizes[end] <= budget):
        used += sizes[end]
        end += 1
    return end


def _back(sizes: Sequence[int], end: int, budget: float) -> int:
    start, used = end, 0
    while start > 0 and used + sizes[start - 1] <= budget:
        start -= 1
        used += sizes[start]
    return start


class Lines:
    """All numbered lines of a conversation, to check what a model cites."""

    def __init__(self, lines: Iterable[Numbered]):
        self._lines = {line.number: line.line for line in lines}

    def evidence(self, references: Iterable[str], quote: str, confidence: float) -> Evidence | None:
        """The evidence, with the quote as it really stands in the lines; None where it does not."""
        cited = self.cited(references)
        words = locate(quote, _joined(cited))
        if words is None:
            return None
        return Evidence(
            line_ids=tuple(line.id for line in cited),
            quote=words,
            start=min(line.start for line in cited),
            end=max(line.end for line in cited),
            confidence=min(max(confidence, 0.0), 1.0),
        )

    def stands(self, words: str, references: Iterable[str]) -> bool:
        return locate(words, _joined(self.cited(references))) is not None

    def cited(self, references: Iterable[str]) -> list[Line]:
        """The lines that exist among the references (`L12`), in their order in the conversation."""
        matches = (REFERENCE.fullmatch(reference.strip()) for reference in references)
        numbers = sorted({int(match[1]) for match in matches if match})
        return [self._lines[number] for number in numbers if number in self._lines]

    def number_of(self, line_id: str) -> int:
        return next(number for number, line in self._lines.items() if line.id == line_id)


def locate(quote: str, text: str) -> str | None:
    """The stretch of `text` that says `quote`, whatever the case, accents, punctuation and spaces."""
    wanted = "".join(letter for letter, _ in _letters(quote))
    letters = list(_letters(text))
    there = "".join(letter for letter, _ in letters)
    if not wanted or (len(wanted) < SHORTEST_QUOTE and wanted != there):
        return None
    at = there.find(wanted)
    if at < 0:
        return None
    return text[letters[at][1] : letters[at + len(wanted) - 1][1] + 1]


def _letters(text: str) -> Iterable[tuple[str, int]]:
    """Letters and digits as compared, each with its place in the text."""
    for place, char in enumerate(text):
        for part in unicodedata.normalize("NFKD", char).casefold():
            if part.isalnum():
                yield part, place


def _joined(lines: Sequence[Line]) -> str:
    return " ".join(line.text for line in lines)
