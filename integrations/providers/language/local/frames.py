"""The ways in which one statement takes, gives or asks for a task; what happens to it next is `actions`' business.

A frame is anchored at the start of a statement, so that reported speech, questions and hypotheticals do not match.
"""
# ruff: noqa: E501 (tables of patterns read better unbroken)

import re
from dataclasses import dataclass
from enum import Enum

from integrations.providers.language.local import names, verbs
from integrations.providers.language.local.statements import Statement

_I = re.IGNORECASE


class Kind(Enum):
    COMMITMENT = "commitment"
    """I'll send it."""
    OFFER = "offer"
    """I could ask them."""
    NEED = "need"
    """I have to change it."""
    REQUEST = "request"
    """Can you check it?"""
    ORDER = "order"
    """Sara, ask them."""
    ASSIGNMENT = "assignment"
    """Daniel will fix it."""
    INSTRUCTION = "instruction"
    """You'll look at the costs. Often a generic you: "you have to press the button"."""
    DUTY = "duty"
    """We need to book it by Friday."""


@dataclass(frozen=True)
class Frame:
    kind: Kind
    phrase: str
    """From the verb on."""
    casual: bool
    """Said of something done on the spot ("I'll just ...")."""
    owner: str | None
    """A person of the roster, where the frame itself names one."""
    promise: str
    """The statement as a promise ("I will ..."), for the title."""


_ADVERB = (
    r"(?:(?:also|just|then|now|probably|definitely|certainly|quickly|actually|maybe|perhaps|simply|please|first|still|both|all"
    r"|personally|kindly|gladly|go ahead and|of course|\w+ly)\s+)*"
)
_WHEN = r"(?:(?:by|on|after|before|this|tomorrow|today|tonight|next|at|in|once|as soon as|when|until)\b[^,.?!]{0,60}?,?\s+)?"
_GOING = r"(?:going\s+to|gonna)"
_NOT = r"(?!(?:not|never|n't|n’t)\b)"
_VP = rf"\s+{_ADVERB}{_NOT}(?P<phrase>[a-z][\w'’-]*\b.*)$"
_WILL = rf"(?:['’]ll|\s+will|\s+shall|['’]m\s+{_GOING}|\s+am\s+{_GOING})"
_WILL_YOU = r"(?:can|could|would|will)\s+you(?:\s+(?:guys|all|two|both|maybe))?"
_ANYBODY = r"(?:somebody|someone|anybody|anyone|one of you|one of us)"

_PATTERNS = tuple(
    (kind, re.compile(pattern, _I | re.DOTALL))
    for kind, pattern in (
        (Kind.COMMITMENT, rf"^{_WHEN}i{_WILL}{_VP}"),
        (Kind.COMMITMENT, rf"^{_WHEN}i\s+promise\s+to{_VP}"),
        (Kind.COMMITMENT, rf"^let\s+me{_VP}"),
        (Kind.OFFER, rf"^{_WHEN}i\s+(?:can|could|might|may)(?!['’]t){_VP}"),
        (Kind.OFFER, rf"^(?:i['’]m|i['’]d be|i am)\s+happy\s+to{_VP}"),
        (Kind.OFFER, rf"^(?:shall|should)\s+i{_VP}"),
        (Kind.OFFER, rf"^(?:do you )?want me to{_VP}"),
        (Kind.OFFER, rf"^would\s+(?:you like me to|it help if i){_VP}"),
        (Kind.NEED, rf"^{_WHEN}i(?:['’]ve got to|\s+(?:need|have|plan|intend|want)\s+to|\s+must|\s+should|['’]d better){_VP}"),
        (Kind.REQUEST, rf"^{_WHEN}{_WILL_YOU}(?:\s+please)?{_VP}"),
        (Kind.REQUEST, r"^(?:(?:would|do) you mind)\s+(?P<ing>\w+ing)\b(?P<rest>.*)$"),
        (Kind.REQUEST, rf"^(?:i(?:['’]d like|\s+(?:need|want|would like))\s+(?:you|{_ANYBODY})\s+to){_VP}"),
        (Kind.REQUEST, rf"^(?:can|could|would|will)\s+{_ANYBODY}(?:\s+please)?{_VP}"),
        (Kind.REQUEST, rf"^(?:are you able to|is it possible for you to|maybe you (?:can|could)|if you could)(?:\s+please)?{_VP}"),
        (
            Kind.INSTRUCTION,
            rf"^{_WHEN}you(?:['’]ll|(?:['’]re|\s+are)?\s+(?:{_GOING}|supposed\s+to)|\s+(?:will|should|need to|have to|must)){_VP}",
        ),
        (Kind.ORDER, rf"^(?:please|kindly|don['’]t forget to|(?:please )?remember to|make sure (?:you|to|that you)){_VP}"),
        (Kind.DUTY, rf"^{_WHEN}we(?:['’]ll|\s+(?:need|have)\s+to|\s+(?:must|should|will|shall)|['’]ve got to|['’]re\s+{_GOING}){_VP}"),
        (
            Kind.DUTY,
            rf"^(?:everyone|everybody|all of (?:you|us))(?:,|['’]s\s+{_GOING}|\s+(?:please|should|needs to|has to|must|will|is\s+{_GOING}))+(?:\s+please)?{_VP}",
        ),
        (Kind.DUTY, rf"^(?:{_ANYBODY})\s+(?:should|needs to|has to|must|will have to){_VP}"),
    )
)  # fmt: skip
_MODAL = rf"(?P<modal>['’]ll|(?:['’]s|\s+is)?\s+(?:{_GOING}|supposed\s+to)|\s+(?:will|shall|has\s+to|needs\s+to|should|must|to))"
_ASSIGNED = re.compile(
    rf"^{_WHEN}(?P<name>[A-Z][\w'’-]*(?:\s[A-Z][\w'’-]*)?|Speaker \d+|he|she|you){_MODAL}{_VP}", re.DOTALL
)
_LET = re.compile(rf"^let\s+(?P<name>[A-Z]\w*){_VP}", re.DOTALL | _I)
_LISTED = re.compile(r"^(?:(?:an?|the|next|one|another)\s+)*(?:action(?: item| point)?|to-?do|task)s?\s*(?:for|on)\s+(?P<name>[A-Z]\w*)\b[\s,:–—-]*(?:is\s+)?(?:to\s+)?(?P<phrase>\w.*)$", _I)  # fmt: skip
_SCHEDULED = re.compile(
    r"^(?P<name>[A-Z][\w'’-]*(?:\s[A-Z][\w'’-]*)?)\s+(?P<verb>[a-z-]+?)(?P<ending>e?s)\s+(?P<rest>\w.*)$",
    re.DOTALL,
)
_MISHEARD = re.compile(r"^(?P<name>[A-Z]\w+)\s+(?P<verb>\w+ed)\s+(?P<rest>.*\bby\b.*)$", re.DOTALL)

_IDLE_TEXT = """
    be see say admit assume guess bet believe hope know need want like love miss die wait stay stop skip
    repeat quote begin continue pass remember understand suppose eat drink feel agree happen live sit
    sleep notice start imagine mean wonder doubt regret survive win lose kill cry retire laugh shut hear
    mind wish prefer rather blame hate forget expect recommend propose suggest argue vote warn promise
    mention quickly end
"""
_IDLE = frozenset(_IDLE_TEXT.split())
"""What people say they will do without meaning a task."""
_SPOT_TEXT = """
    show tell give explain go read take leave keep come move turn speak let have get hand share talk
    introduce describe present open summarise summarize run look think try do add answer put ask make
    play pull walk jump call use help put stick step bring hold pick finish
"""
_SPOT = frozenset(_SPOT_TEXT.split())
"""Done on the spot as often as later: a task only with a date, or with more to it."""
_SUBSTANTIAL = re.compile(
    r"^(?:look (?:into|at|after|for|through|over)|get (?:back to|in touch|hold of|hold|quotes?|the|a|an|some|us|you|it|them|that)|take care of"
    r"|have .+\b(?:ready|done|finished|checked|fixed|sent)|have a (?:word|chat|look|talk|call)|talk (?:to|with)|speak (?:to|with)"
    r"|let (?!(?:it|that|this|me|us|go)\b)\w+.* know|(?:tell|give|show|ask|help) (?!(?:you|me|us|it)\b)\w+|keep .+ (?:posted|updated|informed)"
    r"|take (?:that|it|this|the .+) (?:on|over|up|with)|take (?:over|on)|do (?:the|a|an|some|my|our|all) \w+|share (?!(?:my|the) screen)(?:the|my|our|a)\b"
    r"|go (?:to|and|over to|back to|through) (?:the|our|see|get|check|ask|talk|find|look|buy|pick)|try (?:to|and) \w+|put (?:the|a|an|it|that|them|this|together|up)\b.+"
    r"|(?:think about|bring|call|add|make|finish|use|run|present|open|answer|ask|hand|leave|read|summari[sz]e|pick up|pull|help) .+"
    r"|give (?:the|a|an|our|their|his|her) .+|(?:move|hold|turn|keep|put) (?:the|all|our|an?) \w+ \w+.*|come (?:up with|by|over)|(?:send|show|tell|give) you (?:the|a|my|our|an) (?!(?:example|idea|story|bit|quick|second)\b).+)",
    _I,
)
_BANTER = re.compile(
    r"\b(?:eat my hat|buy you a (?:beer|drink|coffee)|drink to that|believe it when|be damned|my (?:turn|fault|bad)|(?:a|my|your) minute"
    r"|right back|go first|my screen|the mic(?:rophone)?\b|on mute|hear me|hear you|speak up|louder|say that again|repeat that|tell you what"
    r"|get (?:started|going)|be (?:honest|brief|quick)|keep (?:it|this) (?:short|brief)|give you (?:an example|an idea)|take that back"
    r"|leave it (?:at that|there)|wrap (?:up|this up)|hand over to|hand it over to|pass (?:it )?(?:on|over) to|come back to (?:that|this|it)"
    r"|get (?:back )?to (?:that|this|it)|go (?:through|over) (?:the )?(?:agenda|points|list|slides|minutes)|ask you (?:something|a question)"
    r"|see (?:you|if|it|that|what happens)|you know what i mean|have to (?:say|admit|go|leave|run|jump|drop)|excuse me|give (?:me|us) a (?:second|minute|moment)"
    r"|let (?:me|you) (?:finish|go|speak|in)|start(?:ing)? with|move on|tell (?:me|us)\b|explain (?:that|this|it|to me|to us|why|what|how)|remind me|show (?:me|us))\b",
    _I,
)
_SOME_DAY = re.compile(
    r"\b(?:some ?day|some ?time|one day|one of these days|eventually|at some point|never)\b"
    r"|\b(?:get|grab|fetch|have|make|buy) (?:me |us |myself |you )?(?:a |an |some |another )?(?:\w+ )?(?:sandwich|coffee|tea|lunch|breakfast|drink|beer|snack|water|break)\b",
    _I,
)
PROFORM = re.compile(
    r"^(?:do|handle|take care of|take|manage|sort out|look into|see to) (?:it|that|this|them|these|those|so)\b",
    _I,
)
"""A task that another sentence names."""
_OPERATIONAL = frozenset({Kind.DUTY, Kind.NEED})


def read(statement: Statement, speaker: str, roster: names.Roster, *, dated: bool) -> Frame | None:
    """The frame of a statement; `dated` says that a due date stands in it. None for talk, hypotheses, negations."""
    if statement.conditional:
        return None
    text = statement.text.strip()
    for kind, pattern in _PATTERNS:
        match = pattern.match(text)
        if match:
            return _own(kind, match, statement, speaker, dated=dated)
    return _assigned(statement, roster, dated=dated) or _ordered(statement, roster, dated=dated)


def _own(
    kind: Kind, match: re.Match[str], statement: Statement, speaker: str, *, dated: bool
) -> Frame | None:
    groups = match.groupdict()
    phrase = groups["phrase"] if groups.get("phrase") else verbs.base_of_ing(groups["ing"]) + groups["rest"]
    phrase = re.sub(
        r"\blet (?:you|everyone|everybody|us)(?: all| guys| both)? know\b", "report back", phrase, flags=_I
    )
    phrase = re.sub(r"^be\s+(\w+ing)\b", lambda m: verbs.base_of_ing(m[1]), phrase)
    if not _is_work(phrase, dated=dated, strict=kind in _OPERATIONAL):
        return None
    mine = kind in (Kind.COMMITMENT, Kind.OFFER, Kind.NEED)
    casual = bool(re.search(r"\b(?:just|quick|quickly|now)\b", statement.text, _I))
    return Frame(kind, phrase, casual, speaker if mine else statement.addressee, f"I will {phrase}")


def _assigned(statement: Statement, roster: names.Roster, *, dated: bool) -> Frame | None:
    for pattern in (_ASSIGNED, _LET, _LISTED):
        match = pattern.match(statement.text)
        owner = roster.resolve(match["name"]) if match else None
        if match and owner and _is_work(match["phrase"], dated=dated, strict=False):
            return Frame(Kind.ASSIGNMENT, match["phrase"], False, owner, f"I will {match['phrase']}")
    return _told_as_fact(statement, roster) if dated else None


def _told_as_fact(statement: Statement, roster: names.Roster) -> Frame | None:
    """ "Dieter raises it on Thursday", and "Sara asked them by Friday", which is "Sara, ask them" misheard."""
    for pattern, kind in ((_SCHEDULED, Kind.ASSIGNMENT), (_MISHEARD, Kind.ORDER)):
        match = pattern.match(statement.text)
        owner = roster.resolve(match["name"]) if match else None
        verb = _base(match["verb"], match.groupdict().get("ending")) if match else ""
        if match and owner and verb in verbs.WORK:
            return Frame(kind, f"{verb} {match['rest']}", False, owner, f"I will {verb} {match['rest']}")
    return None


def _ordered(statement: Statement, roster: names.Roster, *, dated: bool) -> Frame | None:
    """An imperative to somebody called by name."""
    text = statement.text
    verb = re.match(r"[a-z-]+", text, _I)
    if not (statement.addressee and verb and verb[0].lower() in verbs.WORK) or re.match(r"let\b", text, _I):
        return None
    if text.rstrip().endswith("?") or not _is_work(text, dated=dated, strict=False):
        return None
    return Frame(Kind.ORDER, text, False, statement.addressee, f"I will {text[0].lower()}{text[1:]}")


def _is_work(phrase: str, *, dated: bool, strict: bool) -> bool:
    verb = phrase.split()[0].lower().strip(",.?!")
    if _BANTER.search(phrase) or _SOME_DAY.search(phrase) or len(phrase.split()) < 2:
        return False
    if PROFORM.match(phrase):
        return True
    if verb in _IDLE:
        return False
    if verb in _SPOT:
        return dated or bool(_SUBSTANTIAL.match(phrase))
    return verb in verbs.WORK or (not strict and len(phrase.split()) > 2)


def _base(form: str, ending: str | None) -> str:
    """The infinitive of `raise` + `s` or of `asked`; the form itself when it is of no known verb."""
    found = (form, form + "e") if ending else (form[:-2], form[:-1], form[:-3])
    return next((candidate.lower() for candidate in found if candidate.lower() in verbs.WORK), form)
