"""Who is to do what a sentence commits to or asks for; the extractor calls `assign` on one action's sentence.

After what worked on the AMI corpus: the first person promises for itself, a name in the place of a subject or
of an address is the doer, a request to "you" belongs to whoever takes it on next. Anything else is nobody's.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from integrations.contracts.language import Line, Person

from .names import Mention, Roster

EVERYONE = "everyone"
_REPLIES = 3
"""Within so many following lines a request is taken on or refused."""

_FIRST = re.compile(
    r"\b(?:I['’]ll|I\s+(?:will|shall|can|must|have\s+to|need\s+to|should|promise\s+to|am\s+(?:going|supposed)\s+to|plan\s+to)|"
    r"I['’]m\s+(?:going\s+to|gonna|supposed\s+to|responsible)|I['’]ve\s+(?:got\s+to|to)|I\s+gotta|I['’]d\s+better|let\s+me|"
    r"my\s+(?:job|task|action)\s+(?:is|will))\b(?!\s*(?:not|n['’]t)\b)(?!['’]t)",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"\b(?:we(?:['’]ll|['’]re\s+(?:all\s+)?(?:going\s+to|gonna))|we\s+(?:all|will|shall|have\s+to|need\s+to|should|must|are\s+(?:all\s+)?going\s+to)|"
    r"everyone|everybody|all\s+of\s+(?:you|us)|you\s+(?:all|guys|will\s+all)|each\s+of\s+(?:you|us)|the\s+(?:whole\s+)?(?:group|team)\s+(?:will|has|needs|should)|let['’]s)\b",
    re.IGNORECASE,
)
_SOMEONE_ELSE = re.compile(
    r"\b(?:we\s+need|need|needs|want)\s+(?:someone|somebody|anyone)\b|\bwho\s+(?:will|can|wants)\b", re.I
)
_YOU = re.compile(
    r"\b(?:can|could|would|will|do|should|are)\s+you\b|\byou(?:['’]ll|['’]re\s+(?:going\s+to|gonna|supposed\s+to)|"
    r"\s+(?:will|have\s+to|need\s+to|should|must|can|could|are\s+going\s+to|might\s+want\s+to))\b|\bplease\b|"
    r"\b(?:don['’]t\s+forget|remember|make\s+sure)\b|\b(?:I['’]d\s+like|want|need|ask)\s+you\s+to\b|\byour\s+(?:job|task|action)\b",
    re.IGNORECASE,
)
_DOES = re.compile(
    r"\s*,?\s*(?:will|shall|should|must|has\s+to|have\s+to|needs?\s+to|is\s+(?:going|supposed)\s+to|are\s+(?:going|supposed)\s+to|"
    r"is\s+responsible|is\s+gonna|gonna|['’](?:ll|s\s+(?:going\s+to|gonna|job))|can|could|would|to\s+(?!be\b)[a-z]+|does|takes|[’']s\s+task|,?\s+(?:please|you))\b",
    re.IGNORECASE,
)
_BEFORE_NAME = re.compile(
    r"(?:\b(?:can|could|will|would|should|let|have|ask|want|need|like|get)|['’]d\s+like|\bfor|\bassigned\s+to|\bthat['’]s|\bthis\s+is|"
    r"\baction\s+(?:for|on)|\bup\s+to|\bover\s+to)\s+(?:the\s+|our\s+|you\s+)?$",
    re.IGNORECASE,
)
_ACCEPTS = re.compile(
    r"^\W*(?:(?:oh|um|uh|well|and|so|great|no\s+problem|perfect|fine)\W+)*(?:sure|yes|yeah|yep|yup|okay|ok|alright|all\s+right|of\s+course|certainly|"
    r"absolutely|will\s+do|no\s+problem|no\s+worries|fine|got\s+it|consider\s+it\s+done|happy\s+to|gladly|right|mm-?hmm|definitely|sounds\s+good|that\s+works|"
    r"I\s+(?:will|can|could)|I['’]ll|I['’]m\s+on\s+it|on\s+it|works\s+for\s+me|great|good)\b(?!['’]t)",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    r"\bno,|^\W*(?:no|nope|sorry|unfortunately|not\s+(?:me|really|today))\b|\bI\s+(?:can['’]?t|cannot|can\s+not|won['’]t|will\s+not|don['’]t\s+(?:have\s+(?:the\s+)?time|think\s+I))|"
    r"\bI['’]m\s+(?:not\s+able|afraid|away|on\s+(?:vacation|holiday|leave)|too\s+busy)|\bI(?:['’]d|\s+would)\s+rather\s+not|\bsomebody\s+else|\bsomeone\s+else\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Assignment:
    """The doer of one action."""

    name: str | None
    """A participant's name, a speaker as the lines name it, `everyone`, or nobody."""
    kind: str | None
    """Why: `promised` (first person), `named`, `asked` (a "you" who took it on), `group`, or nothing."""
    accepted_by: int | None = None
    """Index of the line in which the doer took a request on."""


NOBODY = Assignment(None, None)


def assign(
    lines: Sequence[Line], index: int, sentence: str, *, participants: Sequence[Person] = ()
) -> Assignment:
    """Who does what `sentence`, said in `lines[index]`, is about."""
    roster = Roster([*(person.name for person in participants), *_speakers(lines)])
    speaker = roster.resolve(lines[index].speaker) or lines[index].speaker
    promise = _FIRST.search(sentence)
    named = _doer(sentence, roster)
    if promise and not (named and named.start < promise.start()):
        return Assignment(speaker, "promised")
    if named and named.name != speaker:
        return _unless_refused(lines, index, Assignment(named.name, "named"), roster)
    if _SOMEONE_ELSE.search(sentence):
        return NOBODY
    if _GROUP.search(sentence):
        return Assignment(EVERYONE, "group")
    return _asked(lines, index, roster) if _is_request(sentence) else NOBODY


def _speakers(lines: Sequence[Line]) -> list[str]:
    return list(dict.fromkeys(line.speaker for line in lines))


def _doer(sentence: str, roster: Roster) -> Mention | None:
    """The first name that stands where a doer stands: subject of what will be done, or addressed."""
    for mention in roster.mentions(sentence):
        before, after = sentence[: mention.start], sentence[mention.end :]
        addressed = _opens(before) and re.match(r"\s*[,:—–-]", after)
        called = re.search(r",\s*$", before) and re.match(r"\s*[.?!]*\s*$", after)
        if addressed or called or _DOES.match(after) or _BEFORE_NAME.search(before):
            return mention
    return None


def _opens(before: str) -> bool:
    return bool(
        re.search(
            r"(?:^|[.?!;,:]\s*|\b(?:and|so|but|okay|then|hey|hi|well|also|now|please)\s+)$", before, re.I
        )
    )


def _is_request(sentence: str) -> bool:
    return bool(_YOU.search(sentence))


def _unless_refused(lines: Sequence[Line], index: int, assignment: Assignment, roster: Roster) -> Assignment:
    for number, line in _replies(lines, index):
        if (roster.resolve(line.speaker) or line.speaker) != assignment.name:
            continue
        if _REFUSES.search(line.text) and not _promises(line.text):
            return NOBODY
        if _takes_on(line.text):
            return Assignment(assignment.name, assignment.kind, number)
        break
    return assignment


def _asked(lines: Sequence[Line], index: int, roster: Roster) -> Assignment:
    """The next other speaker, if their first reply takes the request on."""
    for number, line in _replies(lines, index):
        if _REFUSES.search(line.text) and not _promises(line.text):
            return NOBODY
        if _takes_on(line.text):
            return Assignment(roster.resolve(line.speaker) or line.speaker, "asked", number)
    return NOBODY


def _takes_on(text: str) -> bool:
    return bool(_ACCEPTS.search(text)) or _promises(text)


def _promises(text: str) -> bool:
    return bool(re.search(r"\bI(?:['’]ll|\s+will|\s+can)\b(?!['’]t|\s+not|not)", text, re.IGNORECASE))


def _replies(lines: Sequence[Line], index: int) -> Iterator[tuple[int, Line]]:
    """The lines of others that follow soon."""
    for number in range(index + 1, min(index + 1 + _REPLIES, len(lines))):
        if lines[number].speaker != lines[index].speaker:
            yield number, lines[number]
