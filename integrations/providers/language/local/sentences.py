"""Lines cut and joined to sentences: recognisers break lines in mid-sentence and put several into one.

Every rule of this provider works on these; each sentence remembers the lines that its words stand in.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from integrations.contracts.language import Line

_BREAK = re.compile(r"(?<=[.?!…])[\"'”’)]*\s+(?=[\"'“‘(]*[^\W_])|(?<=[。！？])")
_ABBREVIATION = re.compile(
    r"(?<![\w'’])(?:mr|mrs|ms|dr|prof|st|vs|e\.g|i\.e|etc|approx|(?-i:[A-HJ-Z]))\.$", re.IGNORECASE
)
_TERMINATED = re.compile(r"[.?!…。！？][\"'”’)]*$")
_JOIN_GAP = 1.5
_JOIN_WORDS = 40
_SPLIT_WORDS = 60
_CUT_WORDS = 2
_CUT_GAP = 0.3


@dataclass(frozen=True)
class Sentence:
    text: str
    """As spoken: the words of `lines`, joined by a space where it runs over several."""
    speaker: str
    start: float
    end: float
    """Seconds, interpolated by characters inside a line."""
    lines: tuple[int, ...]
    """Indices into the conversation's lines."""
    turn: int
    """Counts the changes of speaker."""

    @property
    def words(self) -> int:
        return len(self.text.split())


def split(lines: Sequence[Line]) -> list[Sentence]:
    """All sentences in the order of the lines; lines without a word give none."""
    found: list[Sentence] = []
    turn, speaker = -1, None
    for index, line in enumerate(lines):
        if not re.search(r"\w", line.text):
            continue
        if line.speaker != speaker:
            turn, speaker = turn + 1, line.speaker
        for piece in _pieces(index, line, turn):
            if found and (_continues(found[-1], piece) or _was_cut_off(found[-1], piece)):
                found[-1] = _joined(found[-1], piece)
            else:
                found.append(piece)
    return found


def _pieces(index: int, line: Line, turn: int) -> list[Sentence]:
    text = line.text.strip()
    bounds = [0, *_breaks(text), len(text)]
    scale = (line.end - line.start) / max(1, len(text))
    return [
        Sentence(
            text=part,
            speaker=line.speaker,
            start=line.start + a * scale,
            end=line.start + b * scale,
            lines=(index,),
            turn=turn,
        )
        for a, b in pairwise(bounds)
        if re.search(r"\w", part := text[a:b].strip())
    ]


def _breaks(text: str) -> list[int]:
    found = [m.end() for m in _BREAK.finditer(text) if not _ABBREVIATION.search(text[: m.start()])]
    if not found and len(text.split()) > _SPLIT_WORDS:
        return [m.end() for m in re.finditer(r"[,;:]\s+(?=(?:and|but|so|then)\b)", text)]
    return found


def _continues(before: Sentence, piece: Sentence) -> bool:
    return (
        before.turn == piece.turn
        and before.lines[-1] != piece.lines[0]
        and piece.start - before.end <= _JOIN_GAP
        and not _TERMINATED.search(before.text)
        and before.words + piece.words <= _JOIN_WORDS
    )


def _was_cut_off(before: Sentence, piece: Sentence) -> bool:
    """Whether `before` is the first word or two of the next speaker's sentence: diarization cuts late."""
    return (
        before.turn == piece.turn - 1
        and before.words <= _CUT_WORDS
        and piece.start - before.end <= _CUT_GAP
        and not _TERMINATED.search(before.text)
        and before.text[0].isupper()
        and piece.text[0].islower()
    )


def _joined(before: Sentence, piece: Sentence) -> Sentence:
    return Sentence(
        text=f"{before.text} {piece.text}",
        speaker=piece.speaker,
        start=before.start,
        end=piece.end,
        lines=(*before.lines, *piece.lines),
        turn=piece.turn,
    )
