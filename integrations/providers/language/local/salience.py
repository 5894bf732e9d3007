"""The sentences most worth reading, cleaned and in the third person; for the summary and the key points."""

import math
import re
from collections.abc import Iterable

from integrations.providers.language.local import cleaning
from integrations.providers.language.local import words as vocabulary
from integrations.providers.language.local.talk import Talk

_MINIMUM_WORDS, _MAXIMUM_WORDS = 6, 22
_REDUNDANT = 0.5
_ADDRESS = re.compile(r"^(?:\w+,\s+)?[A-Z][\w'’-]+,\s")
_DEIXIS = re.compile(r"^(?:if|this|that|it|there|here|yes|no|he|she|they|which|who|what)\b", re.IGNORECASE)
_PENALTY = 0.35
_TRIES = 25
"""So many sentences are looked at for each that is wanted, so that a monotonous talk costs no more."""


def best(talk: Talk, among: Iterable[int], count: int, *, told: Iterable[str] = ()) -> list[tuple[int, str]]:
    """Up to `count` sentences, best first, as (index, readable text); none repeats another or `told`."""
    ranks = talk.scores.ranks["extractive"]
    seen = [set(vocabulary.gist(text)) for text in told]
    chosen: list[tuple[int, str]] = []
    order = sorted(among, key=lambda i: _PENALTY * _points_elsewhere(talk.sentences[i].text) - ranks[i])
    for i in order[: _TRIES * count]:
        if len(chosen) == count:
            break
        text = readable(talk, i)
        own = set(vocabulary.gist(text))
        if text and not any(vocabulary.overlap(own, other) > _REDUNDANT for other in seen):
            seen.append(own)
            chosen.append((i, text))
    return chosen


def _points_elsewhere(text: str) -> int:
    """How many signs there are that a sentence needs what was said before it, or its listener."""
    return bool(_DEIXIS.match(text)) + bool(_ADDRESS.match(text))


def readable(talk: Talk, i: int) -> str:
    """Sentence i for somebody who was not there; empty when too short, too long or a question."""
    sentence = talk.sentences[i]
    if sentence.text.rstrip().endswith("?"):
        return ""
    text = cleaning.clean(sentence.text)
    if not _MINIMUM_WORDS <= len(text.split()) <= _MAXIMUM_WORDS or not vocabulary.content(text):
        return ""
    told = cleaning.third_person(sentence.speaker, text)
    return told if told and not re.search(r"\b(?:means|knows|thinks)\b", told) else text


def confidence(talk: Talk, i: int) -> float:
    """How surely sentence i belongs into a summary, between 0 and 1, as the trained model sees it."""
    return 1 / (1 + math.exp(-float(talk.scores.logits["extractive"][i])))
