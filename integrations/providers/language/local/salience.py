"""The sentences most worth reading, as `quotes` tells them; for the summary and the key points."""

import math
import re
from collections.abc import Iterable, Sequence

from integrations.contracts.language import Evidence
from integrations.providers.language.local import quotes
from integrations.providers.language.local import words as vocabulary
from integrations.providers.language.local.nouns import stem
from integrations.providers.language.local.quotes import Telling
from integrations.providers.language.local.talk import Talk

_REDUNDANT = 0.5
_ADDRESS = re.compile(r"^(?:\w+,\s+)?[A-Z][\w'’-]+,\s")
_DEIXIS = re.compile(r"^(?:if|this|that|it|there|here|yes|no|he|she|they|which|who|what)\b", re.IGNORECASE)
_PENALTY, _BONUS, _MOST_BONUSES = 0.7, 0.5, 2
"""In standard deviations of the model's score; the bonus is AMI dev's, training meetings want up to 1."""
_SENTENCE = 6
_TRIES = 25
"""So many sentences are looked at for each that is wanted, so that a monotonous talk costs no more."""


def best(
    talk: Talk,
    among: Iterable[int],
    count: int,
    *,
    told: Iterable[str] = (),
    about: frozenset[str] = frozenset(),
) -> list[Telling]:
    """Up to `count` sentences, best first; none repeats another or `told`.

    Better are those that stand by themselves and have some of the words whose stems are `about`.
    """
    seen = [set(vocabulary.gist(text)) for text in told]
    chosen: list[Telling] = []
    order = sorted(among, key=lambda i: _worth(talk, i, about), reverse=True)
    for i in order[: _TRIES * count]:
        if len(chosen) == count:
            break
        telling = quotes.tell(talk, i)
        own = set(vocabulary.gist(telling.text)) if telling else set()
        if telling and not any(vocabulary.overlap(own, other) > _REDUNDANT for other in seen):
            seen.append(own)
            chosen.append(telling)
    return chosen


def best_or_any(talk: Talk, count: int) -> list[Telling]:
    """Up to `count` sentences of the whole talk, in order; where none reads well, one all the same."""
    chosen = best(talk, range(len(talk.sentences)), count)
    if chosen:
        return sorted(chosen, key=lambda telling: telling.index)
    ranks = talk.scores.ranks["extractive"]
    order = sorted(
        range(len(talk.sentences)),
        key=lambda i: (-min(_SENTENCE, quotes.length(talk.sentences[i].text)), -ranks[i]),
    )
    return [telling for i in order[:1] if (telling := quotes.tell_anyway(talk, i))]


def _worth(talk: Talk, i: int, about: frozenset[str]) -> float:
    text = talk.sentences[i].text
    shared = len(about & {stem(word) for word in vocabulary.tokens(text)}) if about else 0
    bonus = _BONUS * min(_MOST_BONUSES, shared)
    return talk.scores.ranks["extractive"][i] - _PENALTY * _points_elsewhere(text) + bonus


def _points_elsewhere(text: str) -> int:
    """How many signs there are that a sentence needs what was said before it, or its listener."""
    return bool(_DEIXIS.match(text)) + bool(_ADDRESS.match(text))


def evidence(talk: Talk, indices: Sequence[int]) -> Evidence:
    """Of sentences told, the first one quoted; as sure as the model is that it belongs into a summary."""
    logit = float(talk.scores.logits["extractive"][indices[0]])
    return talk.evidence(indices, 1 / (1 + math.exp(-logit)))
