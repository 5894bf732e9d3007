"""Who is to do what a sentence commits to or asks for; the extractor calls `assign` on one action's sentence.

After what worked on the AMI corpus: the first person promises for itself, a name in the place of a subject or
of an address is the doer, a request to "you" belongs to whoever takes it on next. Anything else is nobody's.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from integrations.contracts.language import Line, Person

from .cleaning import clean
from .names import Mention, Roster
from .verbs import WORK

EVERYONE = "everyone"
_REPLIES = 3
"""Within so many following lines a request is taken on or refused."""

_WILL_I = r"I\s+(?:will|shall|can|must|should|(?:have|need|promise|plan)\s+to|am\s+(?:going|supposed)\s+to)"
_FIRST = re.compile(
    rf"\b(?:I['’]ll|{_WILL_I}|I['’]m\s+(?:going\s+to|gonna|supposed\s+to|responsible)|I['’]ve\s+(?:got\s+)?to"
    r"|leave\s+(?:it|that)\s+(?:to|with)\s+me|that['’]s\s+(?:mine|my\s+(?:job|task))|in\s+my\s+department"
    r"|I\s+gotta|I['’]d\s+better|let\s+me|my\s+(?:job|task|action)\s(?:[\w\s]{0,30}\s)?(?:is|was|will))\b(?!\s*(?:not|n['’]t)\b)(?!['’]t)",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:everyone|everybody|all\s+of\s+(?:you|us)|you\s+(?:all|guys|will\s+all)|each\s+of\s+(?:you|us)|we\s+all"
    r"|the\s+(?:whole\s+)?(?:group|team)\s+(?:will|has|needs|should))\b",
    re.IGNORECASE,
)
_WE = re.compile(
    r"\b(?:we(?:['’]ll|['’]re\s+(?:going\s+to|gonna))|we\s+(?:will|shall|have\s+to|need\s+to|should|must|are\s+going\s+to)"
    r"|let['’]s)\s+(?:\w+ly\s+|also\s+|just\s+|then\s+|all\s+)*(?P<verb>[\w-]+)",
    re.IGNORECASE,
)
_SOME = re.compile(
    r"\b(?:need|needs|want)\s+(?:someone|somebody|anyone)\b|\bwho\s+(?:will|can|wants)\b|\b(?:you|the)\s+(?:two|both)\b"
    r"|\b(?:two|both)\s+of\s+(?:you|us)\b",
    re.IGNORECASE,
)
_YOU = re.compile(
    r"\b(?:can|could|would|will|do|should|are)\s+you\b|\bplease\b|\b(?:don['’]t\s+forget|remember|make\s+sure)\b"
    r"|\byou(?:['’]ll|['’]re\s+(?:going\s+to|gonna|supposed\s+to|\w+ing)|\s+(?:will|have\s+to|need\s+to|should|must|can"
    r"|could|are\s+going\s+to|might\s+want\s+to))\b|\b(?:I['’]d\s+like|want|need|ask)\s+you\s+to\b"
    r"|\byour\s+(?:job|task|action)\b",
    re.IGNORECASE,
)
_YOU_GET = re.compile(
    r"\byou\b[\s\w'’]*?\s(?:get|getting|receive|hear|hearing|see|find|know|notice|be\s+(?:sent|given|told))\b"
    r"|(?-i:\b(?!(?:Can|Could|Would|Will|Do|Did|Are|If|So|And|But|Then|When|What|How|Okay|Yes|Well|I)\b)[A-Z][a-z]+)"
    r",?\s+(?:(?:if|can|could)\s+)?you\b",
    re.IGNORECASE,
)
_DOES = re.compile(
    r"\s*,?\s*(?:will|shall|should|must|can|could|would|gonna|does|takes|gets|(?:has|have|needs?)\s+to|to\s+(?!be\b)[a-z]+"
    r"|(?:is|are)\s+(?:going\s+to|supposed\s+to|gonna|responsible|\w+ing\b)|['’](?:ll|s\s+(?:going\s+to|gonna|job|task))"
    r"|,?\s*(?:please|you))\b",
    re.IGNORECASE,
)
_BEFORE_NAME = re.compile(
    r"(?:\b(?:can|could|will|would|should|let|have|ask|want|need|like|get|for|assigned\s+to|leave\s+it\s+to|action\s+on"
    r"|up\s+to|over\s+to)|['’]d\s+like)\s+(?:the\s+|our\s+|you,?\s+)?$",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:to|with|from|about|by|of|than|and|at|on|after|before|like|told|tell|ask|asked|call|calls|called|email|said|says"
    r"|thanks?|thank\s+you|show|give|send|meet|see|help|remind|inform)\s+(?:the\s+|our\s+)?$",
    re.IGNORECASE,
)
_YES = (
    r"sure|yes|yeah|yep|yup|okay|ok|alright|all\s+right|of\s+course|certainly|absolutely|will\s+do|no\s+(?:problem|worries)|fine"
    r"|got\s+it|consider\s+it\s+done|happy\s+to|gladly|right|mm-?hmm|definitely|sounds\s+good|that\s+works|works\s+for\s+me"
    r"|(?:I['’]m\s+)?on\s+it|great|good|cool|thanks|thank\s+you"
)
_ACCEPTS = re.compile(
    rf"^\W*(?:(?:oh|um|uh|well|and|so|great|perfect|fine)\W+)*(?:{_YES}|I\s+(?:will|can|could)|I['’]ll)\b(?!['’]t)",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    r"^\W*(?:no|nope|sorry|unfortunately|not\s+(?:me|really|today))\b|\bno,|\bI(?:['’]d|\s+would)\s+rather\s+not\b"
    r"|\bI\s+(?:can['’]?t|cannot|can\s+not|won['’]t|will\s+not|don['’]t\s+(?:have\s+(?:the\s+)?time|think\s+I))\b"
    r"|\bI['’]m\s+(?:not\s+able|afraid|away|on\s+(?:vacation|holiday|leave)|too\s+busy)\b|\bsome(?:body|one)\s+else\b",
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
_KINDS = ("named", "promised", "asked", "group", None)
"""Most reliable first, as measured on the AMI corpus."""


def assign(
    lines: Sequence[Line], index: int, sentence: str, *, participants: Sequence[Person] = ()
) -> Assignment:
    """Who does what `sentence`, said in `lines[index]`, is about."""
    roster = Roster([*(person.name for person in participants), *_speakers(lines)])
    speaker = roster.resolve(lines[index].speaker) or lines[index].speaker
    sentence = clean(sentence)
    promise = _FIRST.search(sentence)
    named = _doer(sentence, roster)
    if promise and not (named and named.start < promise.start()):
        return Assignment(speaker, "promised")
    if named and named.name != speaker:
        return _unless_refused(lines, index, Assignment(named.name, "named"), roster)
    if _SOME.search(sentence):
        return NOBODY
    if _ALL.search(sentence) or _we_work(sentence):
        return Assignment(EVERYONE, "group")
    return _asked(lines, index, roster) if _is_request(sentence) else NOBODY


def strongest(assignments: Sequence[Assignment]) -> Assignment:
    """The most reliable of several sentences' assignments of one action; the first of equals."""
    return min(assignments, key=lambda found: _KINDS.index(found.kind), default=NOBODY)


def _we_work(sentence: str) -> bool:
    match = _WE.search(sentence)
    return bool(match) and match["verb"].lower() in WORK


def _speakers(lines: Sequence[Line]) -> list[str]:
    return list(dict.fromkeys(line.speaker for line in lines))


def _doer(sentence: str, roster: Roster) -> Mention | None:
    """The first name that stands where a doer stands: subject of what will be done, or addressed."""
    mentions = roster.mentions(sentence)
    for mention in mentions:
        before, after = sentence[: mention.start], sentence[mention.end :]
        addressed = _opens(before) and re.match(r"\s*[,:—–-]", after)
        called = re.search(r",\s*$", before) and re.match(r"\s*[.?!]*\s*$", after)
        if addressed or called or _DOES.match(after) or _BEFORE_NAME.search(before):
            return mention
    return _only_person(sentence, mentions)


def _only_person(sentence: str, mentions: Sequence[Mention]) -> Mention | None:
    """The one person spoken of, where the name is nobody's object ("The wiki, that's Sara.")."""
    if len(mentions) != 1 or _YOU.search(sentence) or _WE.search(sentence):
        return None
    mention = mentions[0]
    owned = re.match(r"['’]s?\b", sentence[mention.end :])
    return None if owned or _OBJECT.search(sentence[: mention.start]) else mention


def _opens(before: str) -> bool:
    return bool(
        re.search(
            r"(?:^|[.?!;,:]\s*|\b(?:and|so|but|okay|then|hey|hi|well|also|now|please)\s+)$", before, re.I
        )
    )


def _is_request(sentence: str) -> bool:
    return bool(_YOU.search(sentence)) and not _YOU_GET.search(sentence)


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
    """The next other speaker, if what they reply takes the request on."""
    replies = list(_replies(lines, index))
    for number, line in replies:
        if line.speaker != replies[0][1].speaker:
            break
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
