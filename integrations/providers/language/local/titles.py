"""Task titles: a spoken commitment or request as an imperative, without who and without when.

The extractor calls `imperative` on a sentence that it already takes for an action; None means that nothing
in it says what is to be done.
"""

import re
from collections.abc import Sequence

from .clauses import clauses
from .cleaning import clean
from .due_dates import phrases
from .names import Roster
from .tails import trimmed
from .verbs import WORK, base_of_ing

__all__ = ["clauses", "imperative"]

_ADVERB = (
    r"(?:(?:also|just|then|now|probably|definitely|certainly|quickly|actually|really|maybe|perhaps|simply|please|first|"
    r"personally|kindly|still|gladly|at least|go ahead and|make sure to|make sure that you|be sure to|try and)\s+)*"
)
_WILL = (
    r"(?:['’]ll|\s+will|\s+shall|\s+must|\s+should|\s+(?:['’]m|am|is|are|['’]re)\s+(?:going\s+to|gonna|supposed\s+to)|['’](?:m|re|s)\s+"
    r"(?:going\s+to|gonna|supposed\s+to)|\s+gonna|\s+(?:have|has|need|needs|want|wants|got|ought|plan|plans|promise|agreed|offered)\s+to|"
    r"['’](?:ve|s)\s+got\s+to|\s+gotta|['’]d\s+better|\s+had\s+better)"
)
_NOT = r"(?!\s*(?:not|n['’]t|never)\b)"
_VP = rf"\s+{_ADVERB}(?P<verb>[\w-]+)\b(?P<rest>.*)"
_START = r"^(?:.{0,60}?[,:]\s+|(?:so|and|but|then|tomorrow|today|next week)\s+)?"

_ING = (
    rf"\b(?:would|do|will)\s+you\s+mind\s+{_ADVERB}(?P<ing>\w+ing)\b(?P<rest>.*)",
    rf"\b(?:is|are|am|['’]s|['’]re|['’]m|be)\s+(?:responsible\s+for|in\s+charge\s+of|taking\s+care\s+of)\s+(?P<ing>\w+ing)\b(?P<rest>.*)",
    rf"\b(?:I|you|we|he|she|they|\w+)(?:['’]ll|\s+will|\s+shall)\s+{_ADVERB}be\s+(?P<ing>\w+ing)\b(?P<rest>.*)",
)  # fmt: skip
_ASKED = (
    rf"\b(?:don['’]t|do\s+not)\s+forget\s+to{_VP}|\b(?:please\s+)?remember\s+to{_VP.replace('verb', 'verb2').replace('rest', 'rest2')}",
    rf"\b(?:you|your|his|her|their|my|the\s+next|the|{{name}}['’]s)\s*(?:job|task|action(?:\s+item)?|step|homework)\s+(?:is|will\s+be|would\s+be)\s+to{_VP}",
    rf"\b(?:would|['’]d)\s+(?:like|ask|love)\s+(?:you|{{name}}|everyone|somebody|someone)\s+to{_VP}",
    rf"\b(?:want|need|ask)\s+(?:you|{{name}}|everyone|somebody|someone)\s+to{_VP}",
    rf"\b(?:so\s+)?(?:if|do\s+you\s+think)\s+you\s+(?:could|can){_NOT}{_VP}",
    rf"\b(?:can|could|would|will)\s+(?:you(?:\s+(?:guys|all|two))?|{{name}}|somebody|someone|anybody|anyone|everyone|everybody){_NOT}{_VP}",
    rf"\bare\s+you\s+able\s+to{_VP}|\b(?:possible|okay|ok|great|nice)\s+for\s+(?:you|{{name}})\s+to{_VP.replace('verb', 'verb2').replace('rest', 'rest2')}",
)  # fmt: skip
_COMMITS = (
    rf"\b(?:I|you|he|she|they|{{name}}|(?:the|our|your)\s+(?:[\w-]+\s+){{{{1,4}}}}?|somebody|someone|everyone|everybody|all\s+of\s+you|we){_WILL}{_NOT}{_VP}",
    rf"\blet\s+me{_NOT}{_VP}",
    rf"\b(?:I|{{name}}|you|he|she|they)\s+can{_NOT}(?!['’]t){_VP}",
    rf"\blet['’]s{_NOT}{_VP}",
)
_IMPERATIVE = (
    rf"\bplease{_NOT}{_VP}",
    rf"^(?:(?:{{name}}|okay|yes|so|and|then|thanks|great)[,:]?\s+)*{_ADVERB}(?P<verb>[\w-]+)\b(?P<rest>.*)",
    rf"^(?:[^,]{{{{1,40}}}}[,:]\s+)?{{name}}\s+to{_VP}",
)
_TALK = frozenset(
    "be know think say see hear imagine guess mean admit agree understand remember hope like love want need wonder believe "
    "feel seem appear stay have wish assume bet suggest expect forget mind become happen tend use look let go come".split()
)
"""Verbs that promise nothing by themselves; some do in a phrase (`look into it`, `have it ready`)."""
_PHRASAL = re.compile(
    r"^(?:look\s+(?:into|at|for|up|after|through|over)|go\s+(?:through|over|to|back)|come\s+(?:up|back)|use\s+\w|let\s+\w+\s+know|"
    r"think\s+(?:about|of|through)|see\s+(?:if|whether|what)|have\s+a\s+(?:look|word|chat|call|meeting))\b",
    re.IGNORECASE,
)
_CHAT = re.compile(
    r"^(?:tell|show|remind|explain|repeat|give)\s+(?:me|us)\s+(?:that|what|why|how|again|more|something|a\s+(?:sec|second|minute|moment))\b|"
    r"^(?:hear|start|begin|continue|wait|stop|go\s+(?:on|ahead|first)|move\s+on|say\s|hold\s+on|see\s+you|see\s+that|try|help|talk|come\s+in|be\s)(?:$|\W*$|.*\bhear\b)|"
    r"^(?:start|begin)\s+(?:with|by|now|off)\b|^(?:come|get|go)\s+back\s+to\s+(?:that|this|it)\b|^(?:find\s+out|talk|speak|see|think)\W*$|^let\s+(?:me|us)\b|^move\s+on\b",
    re.IGNORECASE,
)
_READY = re.compile(
    r"^(?:have|get)\s+(?P<thing>.+?)\s+(?:ready|done|finished|completed)\b(?P<rest>.*)$", re.IGNORECASE
)
_TO_YOU = re.compile(
    r"^(?P<verb>send|give|show|tell|bring|forward|e-?mail|pass|ping|mail|get|write)\s+(?:you|me|us)\s+"
    r"(?=(?:the|a|an|my|your|our|that|this|those|these|all|some|both|two|three)\b)",
    re.IGNORECASE,
)


def imperative(
    text: str, *, drop: tuple[int, int] | None = None, known: Sequence[str] = (), speaker: str = ""
) -> str | None:
    """The action that `text` commits to or asks for: `I'll fix it by Friday` -> `Fix it`; None where there is none.

    `drop` is the span of the due date in `text`; the clause that holds it is preferred. `known` are the names
    by which people may be addressed. `speaker` is who says it: a request's "me" becomes that name.
    """
    roster = Roster(known)
    candidates = []
    for clause, start, end in clauses(text):
        dated = drop is not None and start < drop[1] and drop[0] < end
        bare = _without_dates(clause, (drop[0] - start, drop[1] - start) if dated else None)
        title = _titled(bare, roster, speaker)
        if title:
            candidates.append((not dated, _weakness(clause), title))
    return min(candidates, key=lambda found: found[:2])[2] if candidates else None


def _without_dates(clause: str, drop: tuple[int, int] | None) -> str:
    """The clause without its due date: the given span, and a trailing phrase that names a day."""
    if drop:
        clause = clause[: max(0, drop[0])] + " " + clause[max(0, drop[1]) :]
    for start, end in reversed(phrases(clause)):
        if not re.search(r"\w{3}", clause[end:]) or start == 0:
            clause = clause[:start] + " " + clause[end:]
    return clause


def _weakness(clause: str) -> int:
    """Orders clauses of one sentence: a promise or request first, then a need, an offer last."""
    if re.search(r"\b(?:will|please|can you|could you|shall)\b|['’]ll\b", clause, re.IGNORECASE):
        return 0
    return 2 if re.search(r"\b(?:I can|let['’]s|let me)\b", clause, re.IGNORECASE) else 1


def _titled(clause: str, roster: Roster, speaker: str) -> str | None:
    phrase = _verb_phrase(clean(clause), roster)
    if phrase is None:
        return None
    phrase = trimmed(phrase)
    ready = _READY.match(phrase)
    if ready:
        phrase = trimmed(f"finish {ready['thing']}{ready['rest']}")
    if not _promises(phrase):
        return None
    phrase = _third_parties(phrase, speaker)
    return phrase[0].upper() + phrase[1:]


def _verb_phrase(sentence: str, roster: Roster) -> str | None:
    """What follows the words that commit or ask, from its verb on."""
    name = _name_pattern(sentence, roster)
    for pattern in _ING:
        if match := re.search(pattern, sentence, re.IGNORECASE):
            return base_of_ing(match["ing"]) + match["rest"]
    for patterns, needs_work in ((_ASKED, False), (_COMMITS, False), (_IMPERATIVE, True)):
        for pattern in patterns:
            match = re.search(pattern.format(name=name), sentence, re.IGNORECASE)
            found = _verb_and_rest(match) if match else None
            if found and (not needs_work or found.split()[0].lower() in WORK):
                return found
    return None


def _verb_and_rest(match: re.Match[str]) -> str:
    groups = match.groupdict()
    verb, rest = groups.get("verb") or groups.get("verb2"), groups.get("rest") or groups.get("rest2") or ""
    return f"{verb}{rest}"


def _name_pattern(sentence: str, roster: Roster) -> str:
    spoken = {re.escape(sentence[m.start : m.end]) for m in roster.mentions(sentence)}
    return f"(?:{'|'.join(sorted(spoken, key=len, reverse=True)) or r'(?-i:[A-Z][a-z]+)'})"


def _promises(phrase: str) -> bool:
    words = phrase.split()
    if len(words) < 2 or _CHAT.match(phrase):
        return False
    return words[0].lower() not in _TALK or bool(_PHRASAL.match(phrase))


def _third_parties(phrase: str, speaker: str) -> str:
    """The people of the conversation as the reader of a task list sees them."""
    phrase = re.sub(r"\bmy\b", f"{speaker}'s" if speaker else "the", phrase)
    if speaker:
        phrase = re.sub(r"\bme\b", speaker, phrase)
    return _TO_YOU.sub(lambda match: match["verb"] + " ", phrase)
