"""How salient each sentence is as summary, decision, task or problem, within its own conversation.

Called by the summary and the findings; the benchmarks rank with the same numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from integrations.providers.language.local import cues, model
from integrations.providers.language.local.sentences import Sentence

CUE_WEIGHT = {"decisions": 0.25, "actions": 0.25}
"""What one point of a cue adds to a z-score; tuned on AMI dev, where cues for problems did not help."""

NEIGHBOURS = {"actions": (0.5, 4)}
"""Weight of what the sentences around say, and how many on each side: a task is talked over before and after
it is taken on. Chosen on AMI dev; 50 training meetings agree."""


@dataclass(frozen=True)
class Scores:
    logits: dict[str, np.ndarray]
    ranks: dict[str, np.ndarray]
    """z-scores within the conversation, with cues and neighbours: only for comparing its own sentences."""


def score(sentences: Sequence[Sentence]) -> Scores:
    logits = model.load().logits(sentences)
    ranks = {head: _standard(values) for head, values in logits.items()}
    for head, weight in CUE_WEIGHT.items():
        strengths = np.array([cues.strength(head, sentence.text) for sentence in sentences])
        ranks[head] = ranks[head] + weight * strengths
    for head, (weight, reach) in NEIGHBOURS.items():
        ranks[head] = ranks[head] + weight * _standard(_around(logits[head], reach))
    return Scores(logits, ranks)


def _standard(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / (values.std() + 1e-9) if len(values) else values


def _around(values: np.ndarray, reach: int) -> np.ndarray:
    """The mean of each value and the `reach` ones before and after it."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    first = np.maximum(np.arange(len(values)) - reach, 0)
    last = np.minimum(np.arange(len(values)) + reach + 1, len(values))
    return (sums[last] - sums[first]) / (last - first)
