"""Action items: frames of commitment and request, followed through the answers they get.

A request that is taken on is one task, a refused one none; an offer counts once it is
taken up; who has promised twice owes once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from integrations.contracts.language import ActionItem
from integrations.providers.language.local import assignees, dialogue, due_dates, frames, statements, titles
from integrations.providers.language.local import words as vocabulary
from integrations.providers.language.local.frames import Frame, Kind
from integrations.providers.language.local.talk import Talk

THRESHOLD = 0.5
_BASE = {
    Kind.COMMITMENT: 0.75,
    Kind.OFFER: 0.2,
    Kind.NEED: 0.3,
    Kind.REQUEST: 0.4,
    Kind.ORDER: 0.75,
    Kind.ASSIGNMENT: 0.75,
    Kind.DUTY: 0.2,
}
_DATED, _TAKEN_ON, _NAMED, _TRAINED = 0.25, 0.35, 0.25, 0.08
_ASKS = (Kind.REQUEST, Kind.ORDER)
_ANSWERED = (*_ASKS, Kind.OFFER)
_PROFORM = re.compile(
    r"^(?:do|handle|take care of|take|manage|sort out|look into) (?:it|that|this|them|these|those|so)\b",
    re.IGNORECASE,
)
_VAGUE_TEXT = """
    it that this them him her these those so something anything everything there one
"""
_VAGUE = frozenset(_VAGUE_TEXT.split())
_SAME_TASK = 0.6
_RECALL = 400.0
"""Seconds within which a shorter or vaguer mention still means the same task."""


@dataclass(frozen=True)
class Candidate:
    """One frame, and what became of it."""

    sentences: tuple[int, ...]
    """The first one states the task."""
    frame: Frame
    title: str
    owner: str | None
    due: date | None
    due_text: str
    confidence: float


def find(talk: Talk) -> list[ActionItem]:
    """The tasks of a conversation, in order, each once."""
    candidates = [found for i in range(len(talk.sentences)) for found in _candidates(talk, i)]
    kept = _merged(talk, candidates)
    return [
        ActionItem(
            title=found.title,
            assignee=found.owner,
            due=found.due,
            due_text=found.due_text,
            evidence=talk.evidence(found.sentences, found.confidence),
        )
        for found in kept
        if found.confidence >= THRESHOLD
    ]


def _candidates(talk: Talk, i: int) -> list[Candidate]:
    sentence = talk.sentences[i]
    if _is_unreal(talk, i):
        return []
    found = []
    for statement in statements.split(sentence.text, talk.roster):
        statement = replace(statement, addressee=statement.addressee or _called_before(talk, i))
        due = due_dates.resolve(statement.text, talk.said_at(i))
        frame = frames.read(statement, sentence.speaker, talk.roster, dated=due is not None)
        if frame and not (sentence.text.rstrip().endswith("?") and frame.kind not in _ANSWERED):
            found += _followed(talk, i, statement.text, frame)
    return found


def _is_unreal(talk: Talk, i: int) -> bool:
    """Whether the sentence is a joke, as the next two show."""
    return any(dialogue.jokes(talk.sentences[j].text) for j in (i, *talk.following(i, 2)))


def _called_before(talk: Talk, i: int) -> str | None:
    """ "Thank you, Daniel. Can you also ...": recognisers end the sentence after the name."""
    if i == 0 or talk.sentences[i - 1].turn != talk.sentences[i].turn or talk.sentences[i - 1].words > 4:
        return None
    mentions = talk.roster.mentions(talk.sentences[i - 1].text)
    text = talk.sentences[i - 1].text.rstrip(" .!?,")
    return mentions[-1].name if mentions and mentions[-1].end == len(text) else None


def _followed(talk: Talk, i: int, text: str, frame: Frame) -> list[Candidate]:
    """The candidate that a frame becomes with the replies to it; none when it is refused."""
    taken_on, refused = _answer(talk, i, frame)
    if refused:
        return []
    promise = frame.promise if frame.kind is not Kind.REQUEST else text
    due = due_dates.resolve(promise, talk.said_at(i))
    title = titles.imperative(
        promise, drop=due.span if due else None, known=_known(talk), speaker=talk.sentences[i].speaker
    )
    title = title or titles.imperative(frame.promise, known=_known(talk), speaker=talk.sentences[i].speaker)
    if title is None:
        return []
    return [
        Candidate(
            sentences=(i, taken_on) if taken_on is not None and frame.kind in _ANSWERED else (i,),
            frame=frame,
            title=title,
            owner=_owner(talk, i, text, frame, taken_on),
            due=due.day if due else None,
            due_text=due.text if due else "",
            confidence=_confidence(talk, i, frame, dated=due is not None, taken_on=taken_on is not None),
        )
    ]


def _known(talk: Talk) -> list[str]:
    return [
        *(person.name for person in talk.conversation.participants),
        *dict.fromkeys(s.speaker for s in talk.sentences),
    ]


def _answer(talk: Talk, i: int, frame: Frame) -> tuple[int | None, bool]:
    """The sentence that takes the task on, and whether it is refused instead."""
    replies = talk.turn_after(i)
    if talk.rest_of_turn(i) and frame.kind is Kind.OFFER:
        return None, False
    for j in replies[:2]:
        text = talk.sentences[j].text
        if dialogue.refuses(text):
            return None, frame.kind in (*_ASKS, Kind.OFFER, Kind.ASSIGNMENT)
        if dialogue.accepts(dialogue.bare(text)) or dialogue.accepts(text):
            return j, False
    return None, False


def _owner(talk: Talk, i: int, text: str, frame: Frame, taken_on: int | None) -> str | None:
    if frame.owner:
        return talk.roster.resolve(frame.owner) or frame.owner
    if frame.kind in _ASKS and taken_on is not None:
        speaker = talk.sentences[taken_on].speaker
        return talk.roster.resolve(speaker) or speaker
    people = talk.conversation.participants
    return assignees.assign(
        talk.conversation.lines, talk.sentences[i].lines[-1], text, participants=people
    ).name


def _confidence(talk: Talk, i: int, frame: Frame, *, dated: bool, taken_on: bool) -> float:
    value = _BASE[frame.kind]
    value += _DATED * dated
    value += _TAKEN_ON * (taken_on and frame.kind in _ANSWERED)
    value += _NAMED * (frame.kind is Kind.REQUEST and frame.owner is not None)
    logit = float(talk.scores.logits["actions"][i])
    return value + _TRAINED * max(-1.0, min(1.0, logit / 2))


def _merged(talk: Talk, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Each task once: a promise that answers a request, a recap, an offer that a request overtakes."""
    kept: list[Candidate] = []
    for found in candidates:
        twin = next((k for k in reversed(range(len(kept))) if _is_same(talk, kept[k], found)), None)
        if twin is None:
            kept.append(found)
        else:
            kept[twin] = _united(talk, kept[twin], found)
    return [found for found in kept if _says_what(found.title)]


def _is_same(talk: Talk, old: Candidate, new: Candidate) -> bool:
    if old.owner and new.owner and old.owner != new.owner:
        return False
    near = talk.sentences[new.sentences[0]].start - talk.sentences[old.sentences[-1]].end < _RECALL
    if near and _answers(talk, old, new):
        return True
    one, other = _key(old.title), _key(new.title)
    return vocabulary.overlap(one, other) >= (_SAME_TASK if near else 0.8)


def _answers(talk: Talk, old: Candidate, new: Candidate) -> bool:
    """Whether a promise without content of its own is the reply to a request."""
    close = 0 <= talk.sentences[new.sentences[0]].turn - talk.sentences[old.sentences[0]].turn <= 2
    return close and old.frame.kind in (*_ASKS, Kind.DUTY) and bool(_PROFORM.match(new.frame.phrase))


def _key(title: str) -> set[str]:
    return set(vocabulary.gist(title))


def _united(talk: Talk, old: Candidate, new: Candidate) -> Candidate:
    clearer = max(
        old,
        new,
        key=lambda found: (
            _says_what(found.title),
            found.frame.kind is not Kind.OFFER,
            len(_key(found.title)),
        ),
    )
    dated = new if new.due else old
    main = clearer.sentences[0]
    others = sorted({*old.sentences, *new.sentences} - {main})
    return replace(
        clearer,
        sentences=(main, *others),
        owner=new.owner or old.owner,
        due=dated.due,
        due_text=dated.due_text,
        confidence=min(0.99, max(old.confidence, new.confidence) + 0.05),
    )


def _says_what(title: str) -> bool:
    """Whether a title means something to a reader who was not there."""
    words = [word for word in vocabulary.tokens(title) if word.isalpha()]
    return len(words) > 1 and not all(word in _VAGUE or word in vocabulary.FILLERS for word in words[1:])
