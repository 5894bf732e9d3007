"""The trained extractor: logistic regression with four heads, read from `weights.json`, run with numpy alone.

`benchmarks/train_extractor.py` writes the weights, from the AMI Meeting Corpus (CC BY 4.0, see their header).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from integrations.errors import Misconfigured
from integrations.providers.language.local import features
from integrations.providers.language.local import words as vocabulary
from integrations.providers.language.local.sentences import Sentence

HEADS = ("extractive", "decisions", "actions", "problems")
WEIGHTS = Path(__file__).with_name("weights.json")


@dataclass(frozen=True)
class Model:
    mean: np.ndarray
    scale: np.ndarray
    dense: np.ndarray
    """One row per head, one column per dense feature."""
    bias: np.ndarray
    index: dict[str, int]
    grams: np.ndarray
    """One row per gram of `index`, one column per head."""

    def logits(self, sentences: Sequence[Sentence]) -> dict[str, np.ndarray]:
        """One raw score per sentence and head; classes were balanced in training, so 0 is not even odds."""
        scaled = (features.matrix(sentences) - self.mean) / self.scale
        scores = scaled @ self.dense.T + self.bias
        for i, sentence in enumerate(sentences):
            known = [
                row
                for gram in vocabulary.grams(vocabulary.tokens(sentence.text))
                if (row := self.index.get(gram)) is not None
            ]
            scores[i] += self.grams[known].sum(axis=0)
        return {head: scores[:, k] for k, head in enumerate(HEADS)}


@cache
def load(path: Path = WEIGHTS) -> Model:
    """The model of a weights file, once per process; Misconfigured when missing or not for this code."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["features"] != list(features.NAMES) or raw["heads"] != list(HEADS):
            raise Misconfigured("The extractor's weights were trained for other features: train them again.")
        return Model(
            mean=np.array(raw["mean"]),
            scale=np.array(raw["scale"]),
            dense=np.array(raw["dense"]),
            bias=np.array(raw["bias"]),
            index={gram: row for row, gram in enumerate(raw["grams"])},
            grams=np.array(list(raw["grams"].values())),
        )
    except (OSError, ValueError, KeyError) as error:
        raise Misconfigured("The extractor's weights cannot be read.") from error
