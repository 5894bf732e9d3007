"""Stretches of a conversation and the noun phrases that set each apart from the others; for the summary."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from integrations.providers.language.local import verbs
from integrations.providers.language.local import words as vocabulary
from integrations.providers.language.local.talk import Talk

_NOT_TOPICS_TEXT = """
    far kind sort bit lot stuff whole sense case example part side rest half line course number obviously
    able easy different interesting little big small long short high low old main simple real own true
    guys guy folks sir gone gets getting coming came went doing having making being using looking
    thinking trying taking putting seems seemed feels turned happened happens happen found called calls
    named saw seen heard hear listen let's letting gave given shown said maybe whatever somehow
    somewhere anywhere everywhere twenty thirty forty fifty hundred thousand dozen seven eight nine ten
    eleven twelve once twice together almost nearly around already enough else ever such quite pretty
    totally completely exactly especially usually normally mostly wants wanted needs agree agreed
    disagree sounds sounded sound wait waiting stop stopped hold hope hoping spoke spoken word words
    person love loved liked hate bye goodbye cheers congratulations welcome excuse
"""
_NOT_TOPICS = frozenset(_NOT_TOPICS_TEXT.split())
_ENDINGS = ("ly", "n't")
_BREAKS = re.compile(r"[,.?!;:()\"“”–—]")
_LONGEST = 3
_LENGTH_BONUS = 0.6
_SMOOTHING = 0.35
_NO_NOUN = 0.6
_CANDIDATES = 60
_DETERMINERS = frozenset(
    ("the", "a", "an", "our", "my", "your", "their", "his", "her", "this", "these", "those", "of")
)


@dataclass(frozen=True)
class Stretch:
    """A part of the conversation, about equally many words as each other."""

    indices: tuple[int, ...]
    phrases: tuple[str, ...]
    """What it is about, strongest first; none shares a word with another."""
    speaker: str | None
    """Who did most of the talking, if somebody did."""


def stretches(talk: Talk, count: int, phrases: int) -> list[Stretch]:
    """The conversation in `count` stretches of equal length, each with up to `phrases` phrases of its own."""
    parts = _parts(talk, count)
    spread = Counter(word for part in parts for word in {w for i in part for w in _words(talk, i)})
    weights = {word: math.log((len(parts) + 1) / seen) + _SMOOTHING for word, seen in spread.items()}
    used: set[str] = set()
    found = []
    for part in parts:
        own = [phrase for phrase in _phrases(talk, part, weights) if not used & _stems(phrase)][:phrases]
        used.update(stem for phrase in own for stem in _stems(phrase))
        written = tuple(_as_written(talk, part, phrase) for phrase in own)
        found.append(Stretch(tuple(part), written, _presenter(talk, part)))
    return found


def _stems(phrase: str) -> set[str]:
    return {word.removesuffix("s") for word in phrase.split()}


def _parts(talk: Talk, count: int) -> list[list[int]]:
    total = sum(sentence.words for sentence in talk.sentences) or 1
    parts: list[list[int]] = [[] for _ in range(count)]
    said = 0
    for i, sentence in enumerate(talk.sentences):
        said += sentence.words
        parts[min(count - 1, said * count // (total + 1))].append(i)
    return [part for part in parts if part]


def _words(talk: Talk, i: int) -> list[str]:
    return [word for word in vocabulary.content(talk.sentences[i].text) if _names_a_thing(word)]


def _names_a_thing(word: str) -> bool:
    return word not in _NOT_TOPICS and not word.endswith(_ENDINGS) and "'" not in word


def _phrases(talk: Talk, part: Sequence[int], weights: dict[str, float]) -> list[str]:
    people = {word.lower() for name in _people(talk) for word in name.split()}
    counts: Counter[str] = Counter()
    nouns: set[str] = set()
    for i in part:
        for piece in _BREAKS.split(talk.sentences[i].text.lower()):
            for phrase, is_noun in _runs(piece):
                counts[phrase] += 1
                if is_noun:
                    nouns.add(phrase)
    scores = {
        phrase: _weight(phrase, count, weights) * (1 if phrase in nouns else _NO_NOUN)
        for phrase, count in counts.items()
        if (count > 1 or " " not in phrase)
        and not people & set(phrase.split())
        and not _is_verb(phrase, nouns)
    }
    chosen: list[str] = []
    for phrase in sorted(scores, key=lambda p: (-scores[p], p)):
        if len(chosen) == _CANDIDATES:
            break
        if not any(_alike(phrase, other) for other in chosen):
            chosen.append(phrase)
    return chosen


def _people(talk: Talk) -> set[str]:
    speakers = {sentence.speaker for sentence in talk.sentences}
    return speakers | {person.name for person in talk.conversation.participants}


def _weight(phrase: str, count: int, weights: dict[str, float]) -> float:
    parts = phrase.split()
    mean = sum(weights.get(word, 1.0) for word in parts) / len(parts)
    return count * mean * (1 + _LENGTH_BONUS * (len(parts) - 1))


def _is_verb(phrase: str, nouns: set[str]) -> bool:
    """Whether a single word is a form of a working verb and stands nowhere as a noun."""
    forms = {phrase, phrase.removesuffix("s"), phrase.removesuffix("es"), phrase.removesuffix("ing")}
    forms |= {phrase.removesuffix("d"), phrase.removesuffix("ed")}
    return phrase not in nouns and bool(forms & verbs.WORK)


def _runs(piece: str) -> list[tuple[str, bool]]:
    """Runs of up to three topical words, and whether a determiner shows each to be a noun phrase."""
    run: list[str] = []
    before = ""
    found: list[tuple[str, bool]] = []
    for word in [*re.findall(r"[^\W\d_][\w'’-]*", piece), ""]:
        if word and vocabulary.is_topical(word) and _names_a_thing(word):
            run.append(word)
            continue
        found += [
            (" ".join(run[i : i + n]), n == len(run) and before in _DETERMINERS)
            for n in range(1, _LONGEST + 1)
            for i in range(len(run) - n + 1)
        ]
        run, before = [], word
    return found


def _alike(phrase: str, other: str) -> bool:
    return bool(set(phrase.split()) & set(other.split())) or phrase[:-1] in other or other[:-1] in phrase


def _as_written(talk: Talk, part: Sequence[int], phrase: str) -> str:
    """The phrase with the capitals that it has inside a sentence, as names and German nouns do."""
    pattern = re.compile(rf"(?<=[\w,] ){re.escape(phrase)}\b", re.IGNORECASE)
    return next((m[0] for i in part if (m := pattern.search(talk.sentences[i].text))), phrase)


def _presenter(talk: Talk, part: Sequence[int]) -> str | None:
    said = Counter()
    for i in part:
        said[talk.sentences[i].speaker] += talk.sentences[i].words
    speaker, words = said.most_common(1)[0]
    return speaker if len(said) > 1 and words > 0.62 * sum(said.values()) else None
