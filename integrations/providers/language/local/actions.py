"""Action items: frames of commitment and request, followed through the answers they get.

A request that is taken on is one task, a refused one none; an offer counts once it is
taken up; who has promised twice owes once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from integrations.contracts.language import ActionItem
from integrations.providers.language.local import (
    assignees,
    cleaning,
    coreference,
    dialogue,
    due_dates,
    frames,
    titles,
)
from integrations.providers.language.local import words as vocabulary
from integrations.providers.language.local.frames import Frame, Kind
from integrations.providers.language.local.talk import Talk

THRESHOLD = 0.5
_BASE = {
    Kind.COMMITMENT: 0.75,
    Kind.OFFER: 0.25,
    Kind.NEED: 0.3,
    Kind.REQUEST: 0.4,
    Kind.ORDER: 0.75,
    Kind.ASSIGNMENT: 0.75,
    Kind.INSTRUCTION: 0.05,
    Kind.DUTY: 0.2,
}
_DATED, _TAKEN_ON, _NAMED, _TRAINED = 0.25, 0.35, 0.25, 0.08
_CASUAL, _EMPTY, _READ_OUT = 0.3, 0.3, 0.5
_SURE = 2.5
"""A logit of the trained model from which on even a generic "you" or "we" is meant as a task."""
_MAXIMUM_WORDS = 25
_ASKS = (Kind.REQUEST, Kind.ORDER, Kind.INSTRUCTION)
_ANSWERED = (*_ASKS, Kind.OFFER)
_MODAL = re.compile(
    r"['’](?:ll|m|re|ve|d)\b|\b(?:will|shall|can|could|would|should|must|needs?|have|has|going|gonna|please|let|wants?"
    r"|remember|forget|mind|action|to-?do|task|happy|supposed|promise|plan|intend|every(?:one|body))\b",
    re.IGNORECASE,
)
"""No frame without one of these or a name: most sentences need not be looked at closely."""
_NO_DUE = re.compile(r"n['’]t\b|\bnot\b|\bsee you\b", re.IGNORECASE)
"""A day in such an answer is no day for the task."""
_INQUIRY = re.compile(
    r"(?:find out|check|clarify|ask(?: around)?|look into (?:it|that))(?: and report back)?", re.IGNORECASE
)
_INQUIRY_REACH = 4
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
    if not (_MODAL.search(sentence.text) or talk.names_somebody(sentence.text)) or _is_unreal(talk, i):
        return []
    found = []
    for statement in talk.statements(i):
        statement = replace(statement, addressee=statement.addressee or _called_before(talk, i))
        due = due_dates.resolve(statement.text, talk.said_at(i))
        frame = frames.read(statement, sentence.speaker, talk.roster, dated=due is not None)
        if frame and not (sentence.text.rstrip().endswith("?") and frame.kind not in _ANSWERED):
            found += _followed(talk, i, statement.text, frame)
    return found


def _is_unreal(talk: Talk, i: int) -> bool:
    """Whether the sentence is a joke, as it or the next one shows."""
    return any(dialogue.jokes(talk.sentences[j].text) for j in (i, *talk.rest_of_turn(i)[:1]))


def _called_before(talk: Talk, i: int) -> str | None:
    """ "Thank you, Daniel. Can you also ...": recognisers end the sentence after the name."""
    if i == 0 or talk.sentences[i - 1].turn != talk.sentences[i].turn or talk.sentences[i - 1].words > 4:
        return None
    mentions = talk.roster.mentions(talk.sentences[i - 1].text)
    text = talk.sentences[i - 1].text.rstrip(" .!?,")
    return mentions[-1].name if mentions and mentions[-1].end == len(text) else None


def _followed(talk: Talk, i: int, text: str, frame: Frame) -> list[Candidate]:
    """The candidate that a frame becomes with the replies to it; none when it is refused."""
    answer, refused = _answer(talk, i, frame)
    taken_on = answer if frame.kind in _ANSWERED else None
    promise = frame.promise if frame.kind not in (Kind.REQUEST, Kind.INSTRUCTION) else text
    due = due_dates.resolve(promise, talk.said_at(i))
    title = _title(talk, i, frame, promise, due.span if due else None)
    if refused or title is None or len(title.split()) > _MAXIMUM_WORDS:
        return []
    if due is None and taken_on is not None and not _NO_DUE.search(talk.sentences[taken_on].text):
        due = due_dates.resolve(talk.sentences[taken_on].text, talk.said_at(taken_on))
    return [
        Candidate(
            sentences=(i,) if taken_on is None else (i, taken_on),
            frame=frame,
            title=_to_find_out(talk, i, coreference.resolved(talk, i, title)),
            owner=_owner(talk, i, text, frame, taken_on),
            due=due.day if due else None,
            due_text=due.text if due else "",
            confidence=_confidence(
                talk, i, frame, title, dated=due is not None, answered=taken_on is not None
            ),
        )
    ]


def _title(talk: Talk, i: int, frame: Frame, promise: str, drop: tuple[int, int] | None) -> str | None:
    known, speaker = _known(talk), talk.sentences[i].speaker
    title = titles.imperative(promise, drop=drop, known=known, speaker=speaker)
    title = title or titles.imperative(frame.promise, known=known, speaker=speaker)
    return title or (frame.phrase if frames.PROFORM.match(frame.phrase) else None)


def _to_find_out(talk: Talk, i: int, title: str) -> str:
    """ "Find out" with the question that nobody could answer."""
    if not _INQUIRY.fullmatch(title):
        return title
    asked = [j for j in range(max(0, i - _INQUIRY_REACH), i) if talk.sentences[j].text.rstrip().endswith("?")]
    return f"{title}: {cleaning.clean(talk.sentences[asked[-1]].text)}" if asked else title


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


def _confidence(talk: Talk, i: int, frame: Frame, title: str, *, dated: bool, answered: bool) -> float:
    value = _BASE[frame.kind]
    value += _DATED * dated
    value += _TAKEN_ON * answered
    value += _NAMED * (frame.kind in (Kind.REQUEST, Kind.INSTRUCTION) and frame.owner is not None)
    value -= _CASUAL * (frame.casual and not dated and not answered)
    value -= _EMPTY * (
        not dated and not answered and not (_names_a_thing(title) or frames.PROFORM.match(title))
    )
    logit = float(talk.scores.logits["actions"][i])
    value += _READ_OUT * (logit > _SURE and frame.kind in (Kind.INSTRUCTION, Kind.DUTY, Kind.NEED))
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
    return [found for found in kept if _says_what(found)]


def _is_same(talk: Talk, old: Candidate, new: Candidate) -> bool:
    owners = {old.owner, new.owner} - {None, assignees.EVERYONE}
    if len(owners) > 1:
        return False
    near = talk.sentences[new.sentences[0]].start - talk.sentences[old.sentences[-1]].end < _RECALL
    if near and _answers(talk, old, new):
        return True
    one, other = _key(old.title), _key(new.title)
    return vocabulary.overlap(one, other) >= (_SAME_TASK if near else 0.8)


def _answers(talk: Talk, old: Candidate, new: Candidate) -> bool:
    """Whether a promise without content of its own is the reply to a request."""
    empty = bool(frames.PROFORM.match(new.frame.phrase)) or not _names_a_thing(new.title)
    close = 0 <= talk.sentences[new.sentences[0]].turn - talk.sentences[old.sentences[0]].turn <= 3
    return close and empty and old.frame.kind in (*_ASKS, Kind.DUTY)


def _key(title: str) -> set[str]:
    return set(vocabulary.gist(title))


def _united(talk: Talk, old: Candidate, new: Candidate) -> Candidate:
    clearer = max(
        old,
        new,
        key=lambda found: (
            _says_what(found),
            _names_a_thing(found.title),
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
        owner=next(iter({new.owner, old.owner} - {None, assignees.EVERYONE}), new.owner or old.owner),
        due=dated.due,
        due_text=dated.due_text,
        confidence=min(0.99, max(old.confidence, new.confidence) + 0.05),
    )


def _names_a_thing(title: str) -> bool:
    """Whether the title has an object of its own, not only "it" and the like."""
    return any(vocabulary.is_topical(word) for word in vocabulary.tokens(title)[1:])


def _says_what(found: Candidate) -> bool:
    """Whether the title names the task itself, and does not only point at another sentence."""
    return not frames.PROFORM.match(found.frame.phrase)
