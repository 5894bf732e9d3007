"""Stretches of a conversation and the noun phrases that set each apart from the others; for the summary."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from integrations.providers.language.local import nouns, verbs
from integrations.providers.language.local.nouns import LONGEST, Nouns, Run, stem
from integrations.providers.language.local.talk import Talk

ARTICLE = "the "
_LENGTH_BONUS = 0.3
_SMOOTHING = 2.0
"""High enough that what the whole conversation is about may be named first."""
_CANDIDATES = 60
_DOMINANT = 0.62


@dataclass(frozen=True)
class Stretch:
    """A part of the conversation, about equally many words as each other."""

    indices: tuple[int, ...]
    phrases: tuple[str, ...]
    """What it is about, strongest first, with its article; none shares a word with another."""
    speaker: str | None
    """Who did most of the talking, if somebody did."""


@dataclass
class _Uses:
    """How a phrase is used in the whole conversation."""

    count: int = 0
    definite: int = 0
    """How often at the end of a run after a determiner."""
    written: Counter[str] = field(default_factory=Counter)


def stretches(talk: Talk, count: int, phrases: int) -> list[Stretch]:
    """The conversation in `count` stretches of equal length, each with up to `phrases` phrases of its own."""
    parts = _parts(talk, count)
    if not talk.english:
        return [Stretch(tuple(part), (), _presenter(talk, part)) for part in parts]
    spoken = {i: list(nouns.runs(talk.sentences[i].text)) for part in parts for i in part}
    known = Nouns(run for found in spoken.values() for run in found)
    runs = [[run for i in part for run, _ in spoken[i]] for part in parts]
    uses = _uses(run for part in runs for run in part)
    weights = _weights(runs)
    used = {stem(word) for name in _people(talk) for word in name.lower().split()}
    found = []
    for part, spoken_here in zip(parts, runs, strict=True):
        own = [p for p in _phrases(spoken_here, known, uses, weights) if not used & stems(p)][:phrases]
        used.update(root for phrase in own for root in stems(phrase))
        written = tuple(_as_written(phrase, uses[phrase]) for phrase in own)
        found.append(Stretch(tuple(part), written, _presenter(talk, part)))
    return found


def stems(phrase: str) -> set[str]:
    """What a phrase and a sentence about it have in common, whatever the number."""
    return {stem(word) for word in phrase.split()}


def _parts(talk: Talk, count: int) -> list[list[int]]:
    total = sum(sentence.words for sentence in talk.sentences) or 1
    parts: list[list[int]] = [[] for _ in range(count)]
    said = 0
    for i, sentence in enumerate(talk.sentences):
        said += sentence.words
        parts[min(count - 1, said * count // (total + 1))].append(i)
    return [part for part in parts if part]


def _weights(parts: Sequence[Sequence[Run]]) -> dict[str, float]:
    """Inverse frequency of each word over the stretches."""
    spread = Counter(word for part in parts for word in {w for run in part for w in run.lower})
    return {word: math.log((len(parts) + 1) / seen) + _SMOOTHING for word, seen in spread.items()}


def _grams(run: Run) -> Iterator[tuple[str, str, bool]]:
    """Each phrase of a run in lower case and as spoken, and whether the run ends with it."""
    for n in range(1, LONGEST + 1):
        for i in range(len(run.words) - n + 1):
            words = run.words[i : i + n]
            yield " ".join(words).lower(), " ".join(words), i + n == len(run.words)


def _uses(runs: Iterator[Run]) -> dict[str, _Uses]:
    uses: dict[str, _Uses] = {}
    for run in runs:
        for phrase, written, last in _grams(run):
            use = uses.setdefault(phrase, _Uses())
            use.count += 1
            use.definite += last and run.determined and not run.is_attribute
            use.written[written] += 1
    return uses


def _phrases(
    runs: Sequence[Run], known: Nouns, uses: dict[str, _Uses], weights: dict[str, float]
) -> list[str]:
    counts = Counter(phrase for run in runs for phrase, _, _ in _grams(run))
    scores = {
        phrase: _weight(phrase, count, weights)
        for phrase, count in counts.items()
        if _is_topic(phrase, known, uses[phrase])
    }
    chosen: list[str] = []
    for phrase in sorted(scores, key=lambda p: (-scores[p], p)):
        if len(chosen) == _CANDIDATES:
            break
        if not any(stems(phrase) & stems(other) for other in chosen):
            chosen.append(phrase)
    return chosen


def _is_topic(phrase: str, known: Nouns, use: _Uses) -> bool:
    """A noun that recurs, or a longer phrase that recurs or stood after a determiner."""
    *attributes, head = phrase.split()
    if not nouns.may_name(head) or not known.contains(head):
        return False
    return use.count > 1 or bool(attributes and use.definite and stem(head) not in verbs.WORK)


def _weight(phrase: str, count: int, weights: dict[str, float]) -> float:
    parts = phrase.split()
    mean = sum(weights.get(word, 1.0) for word in parts) / len(parts)
    return count * mean * (1 + _LENGTH_BONUS * (len(parts) - 1))


def _as_written(phrase: str, use: _Uses) -> str:
    """The phrase with the capitals it always has, and with an article where it stands after a determiner.

    Of a plural in half of its uses, of a singular, which can hardly stand alone, in a quarter.
    """
    spelt = phrase if phrase in use.written else use.written.most_common(1)[0][0]
    needed = 2 if stem(phrase) != phrase else 4
    return ARTICLE + spelt if needed * use.definite >= use.count else spelt


def _people(talk: Talk) -> set[str]:
    speakers = {sentence.speaker for sentence in talk.sentences}
    return speakers | {person.name for person in talk.conversation.participants}


def _presenter(talk: Talk, part: Sequence[int]) -> str | None:
    said: Counter[str] = Counter()
    for i in part:
        said[talk.sentences[i].speaker] += talk.sentences[i].words
    speaker, words = said.most_common(1)[0]
    return speaker if words > _DOMINANT * sum(said.values()) else None
