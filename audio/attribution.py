"""Which voice says each word; used by `live.attribution` and by the pipeline of meetings.

Pure functions without Django. Recognisers misplace words by about 0.2 s and diarizers misplace turns by as
much, so a word is not simply given to the turn it lies in: the cheapest sequence of voices is found
(Viterbi 1967), where changing voice is cheap between sentences or after a pause and dear within a sentence.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise

from integrations.contracts.diarization import Turn
from integrations.contracts.speech import Word

NEAR = 1.0
"""Seconds from a word to the nearest turn of a voice beyond which all voices are equally far."""
AWAY = 0.5
"""What the distance of NEAR costs, in the unit of a word that lies wholly outside a voice's turns."""
FAR = 1 + AWAY
"""The misfit of a word with no turn of the voice NEAR."""
CHANGE = 2.2
"""What a change of voice costs between two words of a sentence, in the same unit."""
CHANGE_AT_COMMA = 1.4
CHANGE_AT_PAUSE = 0.6
CHANGE_AT_SENTENCE = 0.2
PAUSE = 0.35
"""Seconds between two words from which there is a pause."""

_SENTENCE_END = re.compile(r"[.?!…。？！][\"'”’»)\]]*$")
_COMMA = re.compile(r"[,;:—–、，][\"'”’»)\]]*$")

Stretches = tuple[list[float], list[float]]
"""Starts and ends of the disjoint stretches in which a voice speaks, in order of time."""


def ends_sentence(word: Word) -> bool:
    """Whether the word is the last of a sentence, by its punctuation."""
    return bool(_SENTENCE_END.search(word.text))


def stretches(turns: Sequence[Turn]) -> dict[str, Stretches]:
    """When each voice speaks; voices in order of appearance."""
    found: dict[str, Stretches] = {}
    for turn in sorted(turns, key=lambda turn: turn.start):
        starts, ends = found.setdefault(turn.speaker, ([], []))
        if ends and turn.start <= ends[-1]:
            ends[-1] = max(ends[-1], turn.end)
        else:
            starts.append(turn.start)
            ends.append(turn.end)
    return found


def voices(words: Sequence[Word], speaking: Mapping[str, Stretches]) -> Sequence[str | None]:
    """The cheapest voice for each word, given those of its neighbours; None where nobody speaks at all."""
    if not speaking or not words:
        return [None] * len(words)
    names = list(speaking)
    costs = [misfit(words[0], speaking[name]) for name in names]
    arrivals: list[list[int]] = []
    for before, word in pairwise(words):
        cheapest = min(range(len(names)), key=costs.__getitem__)
        changed = costs[cheapest] + _change(before, word)
        arrivals.append([cheapest if changed < cost else index for index, cost in enumerate(costs)])
        costs = [
            min(cost, changed) + misfit(word, speaking[name]) for cost, name in zip(costs, names, strict=True)
        ]
    path = [min(range(len(names)), key=costs.__getitem__)]
    for arrival in reversed(arrivals):
        path.append(arrival[path[-1]])
    return [names[index] for index in reversed(path)]


def misfit(word: Word, stretches: Stretches) -> float:
    """0 when the word lies in turns of the voice, 1 when just outside, FAR when far away."""
    starts, ends = stretches
    length = max(word.end - word.start, 0.01)
    begin, finish = word.start, word.start + length
    following = bisect_right(starts, begin)
    covered, distance = 0.0, NEAR
    for index in range(max(0, following - 1), len(starts)):
        if starts[index] > finish + NEAR:
            break
        covered += max(0.0, min(finish, ends[index]) - max(begin, starts[index]))
        distance = min(distance, max(0.0, starts[index] - finish, begin - ends[index]))
    return 1 - min(1.0, covered / length) + AWAY * distance / NEAR


def _change(before: Word, after: Word) -> float:
    if ends_sentence(before):
        return CHANGE_AT_SENTENCE
    if after.start - before.end >= PAUSE:
        return CHANGE_AT_PAUSE
    return CHANGE_AT_COMMA if _COMMA.search(before.text) else CHANGE
