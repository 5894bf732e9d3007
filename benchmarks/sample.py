"""What the product makes of the shipped sample, from its sound, beside what a good report finds in it.

Called by `quality` with a meeting that the pipeline has worked off.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks import attribution_accuracy, data
from benchmarks.words import normalise

if TYPE_CHECKING:
    from meetings.models import Meeting
    from tasks.models import Task

ALIKE = 0.5
"""Share of the shorter sentence's words that two wordings of one thing have in common at least."""
STEM = 5
"""Letters by which words are compared."""
EMPTY = frozenset({"the", "and", "for", "with", "that", "this", "will", "are", "was", "its", "not", "would"})
"""Words that any two sentences share."""


class Matched(NamedTuple):
    expected: int
    right: int
    """Expected ones that were found, action items with assignee and date."""
    invented: int
    """Found ones that nothing expected is like."""


class Judged(NamedTuple):
    actions: Matched
    decisions: Matched
    questions: Matched
    names: int
    """Voices that have a name."""
    by_name: float
    """Share of the recognised words that carry the name of whoever said them."""


def judge(meeting: "Meeting") -> Judged:
    """Compare rows with `weekly-sync.expected.json`."""
    from meetings.models import Finding
    from meetings.selectors import findings_of

    expected = json.loads(data.SAMPLE.with_suffix(".expected.json").read_text(encoding="utf-8"))

    def texts(kind: Finding.Kind) -> list[str]:
        return [finding.text for finding in findings_of(meeting, kind)]

    tasks = list(meeting.tasks.all())
    return Judged(
        matched(
            [item["title"] for item in expected["action_items"]],
            [task.title for task in tasks],
            lambda wanted, found: _is_same_task(expected["action_items"][wanted], tasks[found]),
        ),
        matched(expected["decisions"], texts(Finding.Kind.DECISION)),
        matched(expected["open_questions"], texts(Finding.Kind.OPEN_QUESTION)),
        meeting.speakers.exclude(name="").count(),
        _named(meeting),
    )


def matched(
    expected: Sequence[str],
    found: Sequence[str],
    is_right: Callable[[int, int], bool] = lambda wanted, got: True,
) -> Matched:
    """Pairs wordings one to one, most alike first; `is_right` judges a pair by its two indices."""
    alike = np.array([[likeness(one, other) for other in found] for one in expected])
    alike = alike.reshape(len(expected), len(found))
    pairs = [
        (wanted, got)
        for wanted, got in zip(*linear_sum_assignment(alike, maximize=True), strict=True)
        if alike[wanted, got] >= ALIKE
    ]
    return Matched(len(expected), sum(is_right(*pair) for pair in pairs), len(found) - len(pairs))


def likeness(one: str, other: str) -> float:
    """Content words in common over those of the shorter sentence, 0 to 1."""
    first, second = _stems(normalise(one)), _stems(normalise(other))
    return len(first & second) / max(1, min(len(first), len(second)))


def _stems(words: Iterable[str]) -> set[str]:
    return {word[:STEM] for word in words if len(word) > 2 and word not in EMPTY}


def _is_same_task(wanted: dict, task: "Task") -> bool:
    return (wanted["assignee"], wanted["due"]) == (task.assignee_name, str(task.due_date))


def _named(meeting: "Meeting") -> float:
    heard = attribution_accuracy.bare(
        (word[0], segment.speaker.display_name)
        for segment in meeting.segments.all()
        for word in segment.words
    )
    pairs = attribution_accuracy.places(attribution_accuracy.said(), heard)
    return sum(count for (name, label), count in pairs.items() if name == label) / max(1, pairs.total())
