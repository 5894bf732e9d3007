"""What the talk says about who is speaking: cues that a label is, or is not, a certain person. For `identity`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from integrations.contracts.language import Line

from .cleaning import sentences
from .names import Mention, Roster

INTRODUCES = 4.5
QUESTIONED = 1.5
"""Asked by name, and the next voice answers."""
TAKES_ON = 1.2
"""Asked by name, and the next voice says "Sure, I will"."""
REQUESTED = 0.7
"""Asked for something by name; the next voice answers, without taking it on."""
GREETED = 0.5
THANKED = 0.8
"""Thanked by name right after speaking."""
REPLIES = 0.5
"""Spoken of, and the next voice reacts."""
NAMES_ANOTHER = -3.0
"""Says the name: people seldom name themselves."""
SPELLING = 0.8
"""What a name weighs that only sounds alike."""

_TITLE = r"(?:(?:your|the)\s+(?:\w+\s+)?(?:host|chair|moderator),?\s+)?"
_I_AM = re.compile(
    rf"(?:\bI['’]m|\bI\s+am|\bmy\s+name(?:['’]s|\s+is)|\bthis\s+is|\bit['’]s|\bcall\s+me)\s+{_TITLE}$", re.I
)
_WEAK_I_AM = re.compile(r"\b(?:this\s+is|it['’]s)\s+$", re.I)
_HERE = re.compile(r"^\s*(?:here|speaking)\b(?=\s*[,.!?]|\s*$|\s+from)", re.I)
_OF = re.compile(r"^(?:['’]s?\b|\s*,?\s*(?:and\s+[A-Z]|who\b|will\b|would\b|is\b|has\b|had\b|said\b|was\b))")
_THANKS = re.compile(
    r"\b(?:thanks(?:\s+(?:a\s+lot|very\s+much|so\s+much))?|thank\s+you(?:\s+(?:very|so)\s+much)?|cheers|well\s+done|good\s+point|great\s+work|good\s+job)[,\s]*$",
    re.I,
)
_GREETING = re.compile(
    r"\b(?:hi|hello|hey|morning|good\s+(?:morning|afternoon|evening)|welcome|bye|goodbye)[,\s]*(?:\w+\s+and\s+)?$",
    re.I,
)
_OPENING = re.compile(
    r"^(?:(?:okay|ok|so|and|but|yes|yeah|great|good|well|then|right|alright|now|sorry|hey|please|perfect|thanks|thank you)[,\s]+)*$",
    re.I,
)
_ASKS_AFTER = re.compile(
    r"^\s*(?:can|could|would|will|do|did|are|have|what|how|when|where|why|which|who|is|should|any)\b", re.I
)
_YOURS = re.compile(r"\b(?:you|your|yours)\b", re.I)
_ACCEPTS = re.compile(
    r"^\W*(?:sure|will do|of course|absolutely|no problem|yes,?\s+I\s+(?:will|can)|okay,?\s+I|I['’]ll|I\s+will|happy\s+to)\b",
    re.I,
)
_REACTS = re.compile(r"^\W*(?:thank|thanks|sure|yes|yeah|okay|ok|I\b|no\b|great|will do)", re.I)
_LATE = 8.0
"""Seconds of silence after which the next voice answers nobody."""


@dataclass(frozen=True)
class Cue:
    """Evidence for (positive, in nats) or against one label being one person."""

    label: str
    name: str
    weight: float
    kind: str
    lines: tuple[Line, ...]
    quote: str


def cues(lines: Sequence[Line], roster: Roster) -> Iterator[Cue]:
    """All cues of a conversation, in the order of the lines that say the names."""
    for index, line in enumerate(lines):
        for sentence, start, _ in sentences(line.text):
            mentions = roster.mentions(sentence)
            for mention in mentions:
                alone = len({m.name for m in mentions}) == 1
                yield from _of_mention(
                    lines, index, sentence, mention, alone=alone, last=_is_last(line, start, sentence)
                )


def _is_last(line: Line, start: int, sentence: str) -> bool:
    return start + len(sentence) >= len(line.text.rstrip())


def _of_mention(
    lines: Sequence[Line], index: int, sentence: str, mention: Mention, *, alone: bool, last: bool
) -> Iterator[Cue]:
    line, before, after = lines[index], sentence[: mention.start], sentence[mention.end :]
    sure = 1.0 if mention.exact else SPELLING
    if _introduces(before, after):
        weight = INTRODUCES * (
            0.5
            if _WEAK_I_AM.search(before) and before.strip().lower() not in ("this is", "hi, this is")
            else 1.0
        )
        yield Cue(line.speaker, mention.name, weight * sure, "introduces", (line,), sentence)
        return
    yield Cue(line.speaker, mention.name, NAMES_ANOTHER * sure, "names", (line,), sentence)
    if not alone:
        return
    if _THANKS.search(before):
        previous = _previous(lines, index)
        if previous:
            yield Cue(previous.speaker, mention.name, THANKED * sure, "thanked", (previous, line), sentence)
        return
    answer = _next(lines, index)
    if answer is None:
        return
    weight, kind = _address(before, after, sentence, answer)
    if kind:
        weight *= sure if last or kind != "mentioned" else 0.5 * sure
        yield Cue(answer.speaker, mention.name, weight, kind, (line, answer), sentence)


def _introduces(before: str, after: str) -> bool:
    if _I_AM.search(before) and not _OF.match(after):
        return True
    return bool(_HERE.match(after)) and not before.strip()


def _address(before: str, after: str, sentence: str, answer: Line) -> tuple[float, str]:
    """How the name is used towards the next voice, and what that weighs."""
    if _GREETING.search(before):
        return GREETED, "greeted"
    opens = _OPENING.match(before) and (re.match(r"\s*[,:]", after) or _ASKS_AFTER.match(after))
    closes = re.search(r",\s*$", before) and re.match(r"\s*[.?!]*\s*$", after)
    alone = not before.strip() and re.match(r"\s*[.?!]*\s*$", after)
    if not (opens or closes or alone):
        reacts = _REACTS.search(answer.text) and not after.startswith(("'s", "’s"))
        return (REPLIES, "mentioned") if reacts else (0.0, "")
    if _ACCEPTS.search(answer.text):
        return QUESTIONED + TAKES_ON, "accepted"
    if sentence.rstrip().endswith("?") or alone or _YOURS.search(sentence):
        return QUESTIONED, "questioned"
    return REQUESTED, "requested"


def _next(lines: Sequence[Line], index: int) -> Line | None:
    """The first line of another voice that follows without a long silence."""
    for earlier, line in zip(lines[index:], lines[index + 1 :], strict=False):
        if line.start - earlier.end > _LATE:
            return None
        if line.speaker != lines[index].speaker:
            return line
    return None


def _previous(lines: Sequence[Line], index: int) -> Line | None:
    for line in reversed(lines[:index]):
        if line.speaker != lines[index].speaker:
            return line
    return None
