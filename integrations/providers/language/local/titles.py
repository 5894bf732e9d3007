"""Task titles: a spoken commitment or request as an imperative, without who and without when.

The extractor calls `imperative` on a sentence that it already takes for an action; None means that nothing
in it says what is to be done.
"""

import re
from collections.abc import Sequence

from .clauses import clauses
from .cleaning import clean
from .commitments import verb_phrase
from .due_dates import phrases
from .names import Roster
from .tails import trimmed

__all__ = ["clauses", "imperative"]

_TALK = frozenset(
    [
        *(
            "be",
            "know",
            "think",
            "say",
            "see",
            "hear",
            "imagine",
            "guess",
            "mean",
            "admit",
            "agree",
            "understand",
        ),
        *(
            "remember",
            "hope",
            "like",
            "love",
            "want",
            "need",
            "wonder",
            "believe",
            "feel",
            "seem",
            "appear",
            "stay",
        ),
        *(
            "have",
            "wish",
            "assume",
            "bet",
            "suggest",
            "expect",
            "forget",
            "mind",
            "become",
            "happen",
            "tend",
            "use",
        ),
        *("look", "let", "go", "come"),
    ]
)
"""Verbs that promise nothing by themselves; some do in a phrase (`look into it`, `have a word`)."""
_PHRASAL = re.compile(
    r"^(?:look\s+(?:into|at|for|up|after|through|over)|go\s+(?:through|over|to|back)|come\s+(?:up|back)|use\s+\w"
    r"|let\s+\w+\s+know|think\s+(?:about|of|through)|see\s+(?:if|whether|what)"
    r"|have\s+a\s+(?:look|word|chat|call|meeting))\b",
    re.IGNORECASE,
)
_CHAT = re.compile(
    r"^(?:tell|show|remind|explain|repeat|give)\s+(?:me|us)\s+"
    r"(?:that|what|why|how|again|more|something|a\s+(?:sec|second|minute|moment))\b"
    r"|^(?:hear|start|begin|continue|wait|stop|go\s+(?:on|ahead|first)|move\s+on|hold\s+on|see\s+(?:you|that)|try|help"
    r"|talk|come\s+in|be|say|find\s+out|speak|see|think)\W*$"
    r"|^(?:hear|say)\b|^(?:start|begin)\s+(?:with|by|now|off)\b|^(?:come|get|go)\s+back\s+to\s+(?:that|this|it)\b"
    r"|^let\s+(?:me|us|you)\b|^move\s+on\b",
    re.IGNORECASE,
)
"""What people say about the talk itself: "can you hear me", "I'll start with the export"."""
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
    """The action that `text` commits to or asks for: `I'll fix it by Friday` -> `Fix it`; None without one.

    `drop` is the span of the due date in `text`; the clause that holds it is preferred. `known` are the names
    by which people may be addressed. `speaker` is who says it: a request's "me" becomes that name.
    """
    roster = Roster(known)
    candidates = []
    for clause, start, end in clauses(text):
        dated = drop is not None and start < drop[1] and drop[0] < end
        bare = _without_dates(clause, (drop[0] - start, drop[1] - start) if drop and dated else None)
        title = _titled(bare, roster, speaker)
        if title:
            candidates.append((not dated, _weakness(clause), title))
    return min(candidates, key=lambda found: found[:2])[2] if candidates else None


def _without_dates(clause: str, drop: tuple[int, int] | None) -> str:
    """The clause without its due date: the given span, and phrases for days that end it or a part of it."""
    if drop:
        clause = clause[: max(0, drop[0])] + " " + clause[max(0, drop[1]) :]
    for start, end in reversed(phrases(clause)):
        if start == 0 or re.match(r"\W*(?:$|(?:and|so|because|then|but|please)\b)", clause[end:]):
            clause = clause[:start] + " " + clause[end:]
    return clause


def _weakness(clause: str) -> int:
    """Orders the clauses of one sentence: a promise or request first, then a need, an offer last."""
    if re.search(r"\b(?:will|please|can you|could you|shall)\b|['’]ll\b", clause, re.IGNORECASE):
        return 0
    return 2 if re.search(r"\b(?:I can|let['’]s|let me)\b", clause, re.IGNORECASE) else 1


def _titled(clause: str, roster: Roster, speaker: str) -> str | None:
    phrase = verb_phrase(clean(clause), roster)
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


def _promises(phrase: str) -> bool:
    words = phrase.split()
    if len(words) < 2 or _CHAT.match(phrase):
        return False
    return words[0].lower() not in _TALK or bool(_PHRASAL.match(phrase))


def _third_parties(phrase: str, speaker: str) -> str:
    """The people of the conversation as the reader of a task list sees them."""
    phrase = _TO_YOU.sub(lambda match: match["verb"] + " ", phrase)
    phrase = re.sub(r"\bmy\b", f"{speaker}'s" if speaker else "the", phrase, flags=re.IGNORECASE)
    return re.sub(r"\bme\b", speaker, phrase) if speaker else phrase
