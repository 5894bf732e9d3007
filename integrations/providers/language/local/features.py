"""What the trained extractor measures on a sentence beside its words: length, place, neighbours, cohesion.

Called by the training script and, through `scoring`, for every conversation; near-linear in its length.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from integrations.providers.language.local import words as vocabulary
from integrations.providers.language.local.sentences import Sentence

NAMES = (
    "length", "topical", "centrality", "information", "cohesion", "agreement",
    "position", "position_squared", "closing", "opening",
    "question", "over_12_words", "over_20_words", "length_before", "length_after",
    "same_speaker_before", "same_speaker_after", "density", "speaker_share", "amount",
)  # fmt: skip
PLACE = slice(6, 10)
"""The columns that say when something was said; training shows every sentence without them, too."""
_AGREEMENT = re.compile(
    r"(?:yeah|yes|yep|okay|ok|sure|right|fine|good|great|agreed?|alright|mm-hmm|exactly|definitely|cool|perfect)\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"\d|\b(?:twenty|thirty|fifty|hundred|thousand|percent|euros?|dollars?|pounds?)\b", re.IGNORECASE
)
_COHESION_REACH = 15
_COHESION_CAP = 5
_REPLY_REACH = 3


def matrix(sentences: Sequence[Sentence]) -> np.ndarray:
    """One row per sentence, one column per name in NAMES."""
    if not sentences:
        return np.zeros((0, len(NAMES)))
    topical = [vocabulary.content(sentence.text) for sentence in sentences]
    weights = _weights(topical)
    centre = Counter(word for found in topical for word in found)
    cohesion = _cohesion(topical)
    lengths = np.array([sentence.words for sentence in sentences], float)
    shares = Counter(sentence.speaker for sentence in sentences)
    vector = {word: count * weights[word] for word, count in centre.items()}
    norm = math.sqrt(sum(value * value for value in vector.values())) or 1.0
    rows = [
        [
            math.log1p(lengths[i]),
            math.log1p(len(topical[i])),
            *_central(topical[i], weights, vector, norm),
            cohesion[i],
            _agreement(sentences, i),
            *_place(sentence.start / max(sentences[-1].end, 1e-6)),
            *_form(sentence, lengths[i]),
            *_neighbours(sentences, lengths, i),
            shares[sentence.speaker] * len(shares) / len(sentences),
            float(bool(_AMOUNT.search(sentence.text))),
        ]
        for i, sentence in enumerate(sentences)
    ]
    return np.array(rows, float)


def _weights(topical: Sequence[Sequence[str]]) -> dict[str, float]:
    spread = Counter(word for found in topical for word in set(found))
    return {word: math.log(len(topical) / count) for word, count in spread.items()}


def _central(
    found: Sequence[str], weights: dict[str, float], vector: dict[str, float], norm: float
) -> tuple[float, float]:
    """Cosine of a sentence with the whole conversation, and the weight that its words carry."""
    own = {word: count * weights[word] for word, count in Counter(found).items()}
    length = math.sqrt(sum(value * value for value in own.values())) or 1.0
    cosine = sum(value * vector[word] for word, value in own.items()) / (length * norm)
    return cosine, math.log1p(sum(own.values()))


def _cohesion(topical: Sequence[Sequence[str]]) -> list[float]:
    """How much of a sentence's vocabulary the sentences around it use too, from a sliding window."""
    window: Counter[str] = Counter()
    sets = [set(found) for found in topical]
    for ahead in sets[:_COHESION_REACH]:
        window.update(ahead)
    found = []
    for i, own in enumerate(sets):
        if i + _COHESION_REACH < len(sets):
            window.update(sets[i + _COHESION_REACH])
        if i > _COHESION_REACH:
            window.subtract(sets[i - _COHESION_REACH - 1])
        near = sum(min(window[word] - 1, _COHESION_CAP) / _COHESION_CAP for word in own)
        found.append(near / (len(own) or 1))
    return found


def _agreement(sentences: Sequence[Sentence], i: int) -> float:
    own = sentences[i].speaker
    replies = [s for s in sentences[i + 1 : i + 1 + _REPLY_REACH] if s.speaker != own]
    return sum(bool(_AGREEMENT.match(reply.text)) for reply in replies) / _REPLY_REACH


def _place(position: float) -> tuple[float, float, float, float]:
    return position, position**2, float(position > 0.9), float(position < 0.08)


def _form(sentence: Sentence, length: float) -> tuple[float, float, float]:
    return float("?" in sentence.text), float(length > 12), float(length > 20)


def _neighbours(
    sentences: Sequence[Sentence], lengths: np.ndarray, i: int
) -> tuple[float, float, float, float, float]:
    last = len(sentences) - 1
    return (
        math.log1p(lengths[i - 1]) if i else 0.0,
        math.log1p(lengths[i + 1]) if i < last else 0.0,
        float(i > 0 and sentences[i - 1].speaker == sentences[i].speaker),
        float(i < last and sentences[i + 1].speaker == sentences[i].speaker),
        float(lengths[max(0, i - 5) : i + 6].sum()) / 100,
    )
