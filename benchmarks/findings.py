"""How well tasks, decisions and problems are found on AMI dev: `python -m benchmarks.findings`.

A found item counts within 15 s of a line that the annotators linked to a gold item. `top K` are the
best-ranked sentences (6 decisions, 4 actions, 5 problems), `shipped` what the product would print.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from benchmarks.ami_text import KINDS, Meeting, meetings
from integrations.providers.language.local import scoring, sentences
from integrations.providers.language.local.provider import LocalLanguage

WINDOW = 15.0
TOP = {"decisions": 6, "actions": 4, "problems": 5}
FIELDS = {"decisions": "decisions", "actions": "action_items", "problems": "open_questions"}
Picker = Callable[[Meeting, str], Sequence[float]]


class Found(NamedTuple):
    precision: float
    recall: float
    f: float
    items: float
    """A meeting."""


def main() -> None:
    print("AMI dev, window 15 s       precision recall    F  items/meeting")
    for (kind, name), row in scores(list(meetings("dev"))).items():
        print(f"{kind:10s} {name:10s} {row.precision:13.2f} {row.recall:6.2f} {row.f:6.3f} {row.items:6.1f}")


def scores(corpus: Sequence[Meeting]) -> dict[tuple[str, str], Found]:
    """By kind and picker: `random`, `top K` and `shipped`."""
    shipped = {m.name: LocalLanguage().extract(m.conversation) for m in corpus}

    def printed(meeting: Meeting, kind: str) -> Sequence[float]:
        return [item.evidence.start for item in getattr(shipped[meeting.name], FIELDS[kind])]

    pickers = (("random", _random), ("top", _top), ("shipped", printed))
    return {
        (kind, f"top {TOP[kind]}" if name == "top" else name): _judge(corpus, kind, picker)
        for kind in KINDS
        for name, picker in pickers
    }


def _judge(corpus: Sequence[Meeting], kind: str, picker: Picker) -> Found:
    hits: list[bool] = []
    covered: list[bool] = []
    for meeting in corpus:
        starts = {line.id: line.start for line in meeting.conversation.lines}
        gold = [[starts[i] for i in item.lines if i in starts] for item in meeting.items[kind]]
        gold = [times for times in gold if times]
        found = picker(meeting, kind)
        hits += [any(abs(at - time) <= WINDOW for times in gold for time in times) for at in found]
        covered += [any(abs(at - time) <= WINDOW for at in found for time in times) for times in gold]
    precision, recall = sum(hits) / max(1, len(hits)), sum(covered) / max(1, len(covered))
    f = 2 * precision * recall / (precision + recall + 1e-9)
    return Found(precision, recall, f, len(hits) / len(corpus))


def _top(meeting: Meeting, kind: str) -> Sequence[float]:
    found = sentences.split(meeting.conversation.lines)
    return _spaced(found, scoring.score(found).ranks[kind], TOP[kind])


def _random(meeting: Meeting, kind: str) -> Sequence[float]:
    found = sentences.split(meeting.conversation.lines)
    ranks = np.random.default_rng(sum(meeting.name.encode())).random(len(found))
    return _spaced(found, ranks, TOP[kind])


def _spaced(found: Sequence[sentences.Sentence], ranks: np.ndarray, count: int) -> list[float]:
    chosen: list[float] = []
    for i in np.argsort(-ranks):
        if found[i].words >= 5 and all(abs(found[i].start - at) > WINDOW for at in chosen):
            chosen.append(found[i].start)
        if len(chosen) == count:
            break
    return chosen


if __name__ == "__main__":
    main()
