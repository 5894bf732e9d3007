"""Open questions: asked and not answered, or said to stay open; an answered one is none.

The default is that a question followed by a statement was answered: only words that say otherwise keep it open.
"""
# ruff: noqa: E501 (tables of patterns read better unbroken)

import re
from collections.abc import Sequence
from dataclasses import dataclass

from integrations.contracts.language import Finding
from integrations.providers.language.local import cleaning, dialogue
from integrations.providers.language.local import words as vocabulary
from integrations.providers.language.local.talk import Talk

THRESHOLD = 0.5
_I = re.IGNORECASE
_MINIMUM_WORDS = 4
_EXCHANGE = 8
"""So many sentences after a question may still say that it stays open."""
_SAME_EXCHANGE = 45.0
_SAME_QUESTION = 0.5
_IDLE = re.compile(
    r"\b(?:anything else|any (?:other )?(?:questions|comments|thoughts|business)|you know what|(?:can|could|do) you (?:hear|see|say|repeat|please|hear me)|is that (?:ok|okay|right|clear|fine)"
    r"|are you (?:there|okay|ok|ready|serious|sure|kidding)|right\?|okay\?|how are you|what do you (?:think|mean|say)|any (?:ideas|objections)|does (?:that|this|it) (?:make sense|work|sound)|shall we (?:start|begin|move|go|continue)"
    r"|who (?:wants to|would like to) (?:start|begin|go)|where were we|what's (?:next|that)|how was (?:your|the)|did you have a|is everyone|is everybody|sorry\b.*\bwhat|what was that|what did you say|who knows\?|why not\?|isn't it|aren't they|don't you think)",
    _I,
)
_ASK = re.compile(r"^(?:can|could|would|will) you\b|^(?:can|could|would) (?:somebody|someone|anyone|anybody)\b|^would you mind|^do you (?:want|mind)|^(?:shall|should) i\b|^want me\b", _I)  # fmt: skip
_DIRECT = re.compile(
    r"\W*(?:yes|yeah|yep|no\b(?! (?:idea|clue|one))|nope|sure|of course|absolutely|definitely|i (?:think|guess|hope) (?:so|not))\b",
    _I,
)
_STATED = re.compile(
    r"(?:\b(?:the|one|another|an|a|my|our|big|main|only|remaining)\s+(?:\w+\s+)?question\s+(?:is|remains|would be|was)\s*[,:]?\s*(?:still\s+)?"
    r"|\b(?:we|i)\s+(?:still\s+|also\s+)*(?:need|have)\s+to\s+(?:decide|clarify|figure out|find out|work out|determine|settle|check)\s+(?:on\s+)?"
    r"|\b(?:it['’]?s|it is|that['’]?s|it remains)\s+(?:still\s+)?(?:unclear|not\s+clear|open|undecided|an open question)\s+"
    r"|\bwe\s+(?:still\s+)?(?:don['’]t|do not)\s+(?:\w+\s+)?know\s+(?:yet\s+)?|\bnobody\s+(?:\w+\s+)?knows\s+(?:yet\s+)?)"
    r"(?P<rest>(?:whether|who|how|what|which|when|where|why|if)\b.+)$",
    _I | re.DOTALL,
)
_SETTLED = re.compile(r"\b(?:will find out|i'll find out|was\b|were\b|used to|back then|at first|last (?:time|year|week|month))\b", _I)  # fmt: skip


@dataclass(frozen=True)
class _Open:
    sentences: tuple[int, ...]
    text: str
    confidence: float


def find(talk: Talk, decisions: Sequence[Finding]) -> list[Finding]:
    """The questions that stay open, in order; those that a later decision settles are left out."""
    found = [one for i in range(len(talk.sentences)) if (one := _asked(talk, i) or _stated(talk, i))]
    found = [one for one in found if not _is_settled(talk, one, decisions)]
    return [Finding(one.text, talk.evidence(one.sentences, one.confidence)) for one in _grouped(talk, found)]


def _asked(talk: Talk, i: int) -> _Open | None:
    text = talk.sentences[i].text
    question = dialogue.bare(text)
    if not text.rstrip().endswith("?") or len(question.split()) < _MINIMUM_WORDS:
        return None
    if (
        _IDLE.search(text.replace("’", "'"))
        or _ASK.match(_unaddressed(talk, question))
        or len(set(vocabulary.gist(text))) < 2
    ):
        return None
    fate = _fate(talk, i)
    if fate is None:
        return None
    witness, confidence = fate
    return _Open((i, witness), _polished(_unaddressed(talk, question)), confidence)


def _fate(talk: Talk, i: int) -> tuple[int, float] | None:
    """The sentence that shows a question to stay open, and how surely; None when it was answered."""
    if len(talk.rest_of_turn(i)) > 1 and not _still_asking(talk, i):
        return None
    answered = False
    for j in talk.following(i, _EXCHANGE):
        text = talk.sentences[j].text
        if talk.sentences[j].turn == talk.sentences[i].turn:
            continue
        if dialogue.leaves_open(text) and not answered:
            return j, 0.8
        if dialogue.changes_topic(text):
            return None
        first = talk.sentences[j].turn == talk.sentences[i].turn + 1
        unsure = not _is_direct(talk, j) and [
            k for k in talk.turns[talk.sentences[j].turn] if dialogue.is_unsure(talk.sentences[k].text)
        ]
        if first and unsure:
            return unsure[0], 0.7
        answered = answered or (first and _answers(talk, j))
        if answered:
            return None
    return None


def _still_asking(talk: Talk, i: int) -> bool:
    return all(talk.sentences[j].text.rstrip().endswith("?") for j in talk.rest_of_turn(i))


def _answers(talk: Talk, j: int) -> bool:
    """Whether a sentence of the next turn is a full reply: not when the turn goes on to ask back."""
    turn = talk.turns[talk.sentences[j].turn]
    asks_back = any(talk.sentences[k].text.rstrip().endswith("?") for k in turn)
    return _is_direct(talk, j) or not asks_back


def _is_direct(talk: Talk, j: int) -> bool:
    return bool(_DIRECT.match(talk.sentences[j].text))


def _stated(talk: Talk, i: int) -> _Open | None:
    text = talk.sentences[i].text
    match = _STATED.search(text)
    if (
        not match
        or text.rstrip().endswith("?")
        or _SETTLED.search(text)
        or not vocabulary.content(match["rest"])
    ):
        return None
    replies = [*talk.rest_of_turn(i)[:1], *talk.turn_after(i)[:1]]
    if any(
        re.match(r"\W*(?:i can answer|actually|it's|it is|the answer|that's)\b", talk.sentences[j].text, _I)
        for j in replies
    ):
        return None
    if text[: match.start()].strip().lower().endswith(("once", "if", "when", "until", "after")):
        return None
    return _Open((i,), _polished(match["rest"]), 0.6)


def _is_settled(talk: Talk, one: _Open, decisions: Sequence[Finding]) -> bool:
    asked = talk.sentences[one.sentences[0]]
    words = set(vocabulary.gist(asked.text))
    later = [decision for decision in decisions if decision.evidence.start > asked.start]
    return any(
        len(words & set(vocabulary.gist(d.text))) > 1
        and vocabulary.overlap(words, vocabulary.gist(d.text)) > _SAME_QUESTION
        for d in later
    )


def _grouped(talk: Talk, found: Sequence[_Open]) -> list[_Open]:
    """Questions on one subject in one exchange, together."""
    kept: list[_Open] = []
    for one in found:
        last = kept[-1] if kept else None
        if last and _belong_together(talk, last, one):
            text = (
                last.text
                if vocabulary.overlap(last.text.lower().split(), one.text.lower().split()) > 0.9
                else f"{last.text} {one.text}"
            )
            kept[-1] = _Open((*last.sentences, *one.sentences), text, max(last.confidence, one.confidence))
        else:
            kept.append(one)
    return kept


def _belong_together(talk: Talk, one: _Open, other: _Open) -> bool:
    near = talk.sentences[other.sentences[0]].start - talk.sentences[one.sentences[0]].end < _SAME_EXCHANGE
    left = vocabulary.content(talk.sentences[one.sentences[0]].text)
    right = vocabulary.content(talk.sentences[other.sentences[0]].text)
    return near and vocabulary.overlap(left, right) >= _SAME_QUESTION


def _unaddressed(talk: Talk, question: str) -> str:
    named = re.match(r"(?P<name>[^\W\d_][\w'’-]*),\s+", question)
    return question[named.end() :] if named and talk.roster.resolve(named["name"]) else question


def _polished(question: str) -> str:
    cleaned = cleaning.clean(question).rstrip(" .?!,")
    cleaned = re.sub(r",?\s+(?:actually|then|anyway|though|by the way)$", "", cleaned, flags=_I)
    return cleaned[0].upper() + cleaned[1:] + "?"
