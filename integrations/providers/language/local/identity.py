"""Who is who: voice labels matched to the participants by what is said; `provider.identify` calls it.

Cues (who is addressed and answers, introductions, thanks, who speaks of whom) are log-odds per label and
name. Labels and names are assigned one to one; a name is given only when all other assignments together are
unlikely.
"""

from collections.abc import Sequence
from itertools import chain
from math import exp, log

import numpy as np
from scipy.optimize import linear_sum_assignment

from integrations.contracts.language import Conversation, Evidence, Identity, Person

from .identity_cues import Cue, cues
from .names import LABEL, Roster

THRESHOLD = 0.9
"""Below this posterior a label stays a label: a wrong name is worse than none."""

_LISTED = 0.9
"""Prior probability that a voice in the meeting is on the participants' list."""
_LISTED_ALL = 0.95
"""The same when there are as many voices as participants."""
_FORBIDDEN = -1e6
_STRONGEST = 3


def identify(conversation: Conversation) -> list[Identity]:
    """Labels that the talk shows to be participants, most certain first; one name per label, and back."""
    people = _distinct(conversation.participants)
    named = {line.speaker for line in conversation.lines} & {person.name for person in people}
    people = [person for person in people if person.name not in named]
    speakers = dict.fromkeys(line.speaker for line in conversation.lines)
    labels = [speaker for speaker in speakers if LABEL.fullmatch(speaker)]
    if not people or not labels:
        return []
    roster = Roster(person.name for person in conversation.participants)
    found = [cue for cue in cues(conversation.lines, roster) if cue.label in labels]
    scores = _scores(found, labels, [person.name for person in people])
    identities = [
        Identity(label, person, round(confidence, 3), evidence)
        for label, person, confidence in _confident(scores, labels, people)
        if (evidence := _evidence(found, label, person.name, confidence))
    ]
    return sorted(identities, key=lambda identity: -identity.confidence)


def _distinct(participants: Sequence[Person]) -> list[Person]:
    """Participants without those whose whole name another one bears as well."""
    names = [person.name.strip().casefold() for person in participants]
    return [p for p in participants if p.name.strip() and names.count(p.name.strip().casefold()) == 1]


def _scores(found: Sequence[Cue], labels: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """(labels, names) log-odds; repeats of one kind of cue add less and less: they are not independent."""
    scores = np.zeros((len(labels), len(names)))
    seen: dict[tuple[str, str, str], int] = {}
    for cue in sorted(found, key=lambda cue: -abs(cue.weight)):
        if cue.name not in names:
            continue
        key = (cue.label, cue.name, cue.kind)
        seen[key] = seen.get(key, 0) + 1
        scores[labels.index(cue.label), names.index(cue.name)] += cue.weight / seen[key] ** 0.5
    return scores


def _confident(
    scores: np.ndarray, labels: Sequence[str], people: Sequence[Person]
) -> list[tuple[str, Person, float]]:
    """Pairs of the best assignment whose posterior reaches the threshold from both sides."""
    listed = _LISTED_ALL if len(labels) == len(people) else _LISTED
    unlisted = log(len(people) * (1 - listed) / listed)
    posterior = _posterior(scores, unlisted)
    chosen = []
    for row, column in enumerate(posterior.argmax(axis=1)):
        confidence = float(posterior[row, column])
        if column < len(people) and confidence >= THRESHOLD:
            chosen.append((labels[row], people[column], confidence))
    return chosen


def _posterior(scores: np.ndarray, unlisted: float) -> np.ndarray:
    """(labels, names + 1) probabilities by max-marginals: a pair weighs as the best assignment with it.

    The last column is "nobody on the list". A pair's probability is the lower one of its label's (over names)
    and its name's (over labels), so that two voices for one name, or two names for one voice, are both doubt.
    """
    rows, columns = scores.shape
    table = np.hstack([scores, np.full((rows, rows), unlisted)])
    best = np.full((rows, columns + 1), _FORBIDDEN)
    for row in range(rows):
        for column in range(columns + 1):
            forced = table.copy()
            keep = table[row, column]
            forced[row, :] = _FORBIDDEN
            forced[row, column] = keep
            picked = linear_sum_assignment(forced, maximize=True)
            best[row, column] = forced[picked].sum()
    by_label = np.exp(best - best.max(axis=1, keepdims=True))
    by_label /= by_label.sum(axis=1, keepdims=True)
    by_name = np.exp(best - best.max(axis=0, keepdims=True))
    by_name /= by_name.sum(axis=0, keepdims=True)
    by_name[:, -1] = 1.0
    return np.minimum(by_label, by_name)


def _evidence(found: Sequence[Cue], label: str, name: str, confidence: float) -> tuple[Evidence, ...]:
    """The strongest cues in favour; a name without any is left out."""
    for_it = [
        cue
        for cue in found
        if cue.weight > 0 and cue.kind != "present" and cue.label == label and cue.name == name
    ]
    strongest = sorted(for_it, key=lambda cue: -cue.weight)[:_STRONGEST]
    return tuple(
        Evidence(
            line_ids=tuple(line.id for line in cue.lines),
            quote=cue.quote,
            start=cue.lines[0].start,
            end=max(chain(line.end for line in cue.lines)),
            confidence=round(min(confidence, 1 / (1 + exp(-cue.weight))), 3),
        )
        for cue in strongest
    )
