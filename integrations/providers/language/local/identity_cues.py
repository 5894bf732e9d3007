"""What the talk says about who is speaking: cues that a label is, or is not, a person. For `identity`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from integrations.contracts.language import Line

from .cleaning import sentences
from .names import Mention, Roster

INTRODUCES = 4.5
QUESTIONED = 1.5
"""Asked by name, and the next voice answers."""
ACCEPTED = 2.7
"""Asked by name, and the next voice says "Sure, I will"."""
REQUESTED = 0.7
"""Asked for something by name; the next voice speaks, without taking it on."""
GREETED = 0.5
THANKED = 0.8
"""Thanked by name right after speaking."""
REACTED = 0.5
"""Spoken of, and the next voice reacts."""
PRESENT = 1.0
"""Addressed by another voice: whoever is spoken to is there, as one of the others."""
NAMED = -3.0
"""Says the name: people seldom name themselves."""

_SOUNDS_ALIKE = 0.85
"""What a name weighs that is spelled differently."""
_ADDRESSES = ("accepted", "questioned", "requested")
_ANSWER_WITHIN = 4.0
"""Seconds of silence after which the next voice answers nobody."""

_I_AM = re.compile(
    r"(?:\bI['’]m|\bI\s+am|\bmy\s+name(?:['’]s|\s+is)|\bcall\s+me"
    r"|(?:^|\b(?:hi|hello|hey|morning),?\s+)this\s+is)\s+$",
    re.IGNORECASE,
)
_HERE = re.compile(r"^\s*(?:here|speaking)\b(?=\s*[,.!?]|\s*$|\s+from)", re.IGNORECASE)
_NOT_ONESELF = re.compile(
    r"^(?:['’]s?\b|\s*,?\s*(?:and\s+[A-Z]|who|will|would|is|has|had|said|was|our|the)\b)"
)
_THANKS = re.compile(
    r"\b(?:(?:thanks|cheers)(?:\s+(?:a\s+lot|very\s+much|so\s+much))?|thank\s+you(?:\s+(?:very|so)\s+much)?"
    r"|well\s+done|(?:good|great|nice)\s+(?:point|work|job|idea))[,\s]*$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"\b(?:hi|hello|hey|morning|good\s+(?:morning|afternoon|evening)|welcome|bye|goodbye)[,\s]*$", re.I
)
_OPENING = re.compile(
    r"^(?:(?:okay|ok|so|and|but|yes|yeah|great|good|well|then|right|alright|now|sorry|hey|please|perfect|thanks"
    r"|thank you)[,\s]+)*$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\s+(?:(?:can|could|would|will|do|did|are|have|should)\s+you\b|(?:what|how|when|where|why|which)\b.*\?)",
    re.I,
)
_CALL = re.compile(r"^(?:[\w'’]+,?\s+){0,3}[A-Z][\w'’-]+\.$")
_YOURS = re.compile(r"\byou(?:r|rs)?\b", re.IGNORECASE)
_ACCEPTS = re.compile(
    r"^\W*(?:sure|will do|of course|absolutely|no problem|happy to|I['’]ll|I\s+will"
    r"|(?:yes|yeah|okay|ok),?\s+I(?:['’]ll|\s+(?:will|can)))\b",
    re.IGNORECASE,
)
_REACTS = re.compile(r"^\W*(?:thank|thanks|sure|yes|yeah|okay|ok|I|no|great|will do)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Cue:
    """Evidence for (positive, in nats) or against a label being a person."""

    label: str
    name: str
    weight: float
    kind: str
    lines: tuple[Line, ...]
    quote: str


def cues(lines: Sequence[Line], roster: Roster) -> Iterator[Cue]:
    """All cues of a conversation, in the order in which the names are said."""
    labels = list(dict.fromkeys(line.speaker for line in lines))
    for index, line in enumerate(lines):
        for sentence in _sentences(line.text, roster):
            mentions = roster.mentions(sentence)
            for mention in mentions:
                alone = len({other.name for other in mentions}) == 1
                for cue in _cues_of(lines, index, sentence, mention, alone=alone):
                    yield cue
                    if cue.kind in _ADDRESSES:
                        yield from _presence(cue, line.speaker, labels)


def _sentences(text: str, roster: Roster) -> Iterator[str]:
    """The sentences of a line; a call that a recogniser closed ("Great, Sara.") goes with what follows it."""
    start = 0
    for sentence, _, end in sentences(text):
        called = _CALL.match(text[start:end].strip()) and roster.mentions(sentence)
        if called and end < len(text.rstrip()):
            continue
        yield text[start:end].strip()
        start = end


def _presence(address: Cue, speaker: str, labels: Sequence[str]) -> Iterator[Cue]:
    weight = PRESENT * address.weight / QUESTIONED if address.kind == "requested" else PRESENT
    for label in labels:
        if label != speaker:
            yield Cue(label, address.name, weight, "present", address.lines, address.quote)


def _cues_of(
    lines: Sequence[Line], index: int, sentence: str, mention: Mention, *, alone: bool
) -> Iterator[Cue]:
    line, before, after = lines[index], sentence[: mention.start], sentence[mention.end :]
    sure = 1.0 if mention.exact else _SOUNDS_ALIKE
    if _introduces(before, after):
        yield Cue(line.speaker, mention.name, INTRODUCES * sure, "introduces", (line,), sentence)
        return
    yield Cue(line.speaker, mention.name, NAMED * sure, "named", (line,), sentence)
    if not alone:
        return
    thanks = _THANKS.search(before)
    if thanks and (previous := _previous(lines, index)):
        yield Cue(previous.speaker, mention.name, THANKED * sure, "thanked", (previous, line), sentence)
    if thanks and not _YOURS.search(after):
        return
    if answer := _answer(lines, index):
        weight, kind = _towards(before, after, sentence, answer)
        if weight:
            yield Cue(answer.speaker, mention.name, weight * sure, kind, (line, answer), sentence)


def _introduces(before: str, after: str) -> bool:
    if _I_AM.search(before) and not _NOT_ONESELF.match(after):
        return True
    return bool(_HERE.match(after)) and not before.strip()


def _towards(before: str, after: str, sentence: str, answer: Line) -> tuple[float, str]:
    """How the name is used towards the next voice, and what that weighs."""
    if _GREETING.search(before):
        return GREETED, "greeted"
    ends = bool(re.match(r"\s*[.?!]*\s*$", after))
    opens = _OPENING.match(before) and (ends or re.match(r"\s*[,:.]", after) or _ASKS.match(after))
    if not opens and not (ends and re.search(r",\s*$", before)):
        reacts = _REACTS.search(answer.text) and not re.match(r"['’]s?\b", after)
        return (REACTED, "reacted") if reacts else (0.0, "")
    if _ACCEPTS.search(answer.text):
        return ACCEPTED, "accepted"
    if sentence.rstrip().endswith("?") or _YOURS.search(sentence) or (not before.strip() and ends):
        return QUESTIONED, "questioned"
    return REQUESTED, "requested"


def _answer(lines: Sequence[Line], index: int) -> Line | None:
    """The first line of another voice that follows without a long silence."""
    for earlier, line in zip(lines[index:], lines[index + 1 :], strict=False):
        if line.start - earlier.end > _ANSWER_WITHIN:
            return None
        if line.speaker != lines[index].speaker:
            return line
    return None


def _previous(lines: Sequence[Line], index: int) -> Line | None:
    """The last line of another voice before this one, without a long silence between."""
    for number in range(index - 1, -1, -1):
        if lines[number + 1].start - lines[number].end > _ANSWER_WITHIN:
            return None
        if lines[number].speaker != lines[index].speaker:
            return lines[number]
    return None
