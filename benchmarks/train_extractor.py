"""Train the local extractor on AMI and write its weights: `python -m benchmarks.train_extractor`.

Needs scikit-learn (a requirement of the benchmarks only) and BENCH_DATA; about a minute on one core.
"""

import json
from collections import Counter

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from benchmarks.ami_text import Meeting, meetings
from integrations.providers.language.local import features, model, sentences
from integrations.providers.language.local import words as vocabulary

MINIMUM_COUNT = 20
REGULARISATION = 0.005
NEGLIGIBLE = 0.004
HEADER = {
    "about": "Weights of a logistic regression over speech-act words; no transcript text.",
    "trained_on": "AMI Meeting Corpus, manual annotations 1.6.2, scenario training split (97 meetings)",
    "attribution": "J. Carletta et al., The AMI Meeting Corpus: A Pre-announcement, MLMI 2005",
    "licence": "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/); changed: only weights remain",
    "trained_by": "benchmarks/train_extractor.py",
}


def main() -> None:
    corpus = [meeting for meeting in meetings("train") if meeting.has_links]
    split = [sentences.split(meeting.conversation.lines) for meeting in corpus]
    found = [[vocabulary.grams(vocabulary.tokens(s.text)) for s in part] for part in split]
    counts = Counter(gram for part in found for grams in part for gram in grams)
    names = sorted(gram for gram, count in counts.items() if count >= MINIMUM_COUNT)
    dense = np.vstack([features.matrix(part) for part in split])
    mean, scale = dense.mean(axis=0), dense.std(axis=0) + 1e-6
    columns = _columns([grams for part in found for grams in part], names)
    inputs = _with_and_without_place((dense - mean) / scale, columns)
    truth = np.vstack([_labels(meeting, part) for meeting, part in zip(corpus, split, strict=True)])
    fitted = [_fit(inputs, np.tile(truth[:, k], 2)) for k in range(len(model.HEADS))]
    _write(names, mean, scale, fitted)


def _columns(found: list[set[str]], names: list[str]) -> sparse.csr_matrix:
    index = {gram: column for column, gram in enumerate(names)}
    pairs = [(row, index[gram]) for row, grams in enumerate(found) for gram in grams if gram in index]
    rows, columns = zip(*pairs, strict=True)
    return sparse.csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=(len(found), len(names)))


def _with_and_without_place(dense: np.ndarray, columns: sparse.csr_matrix) -> sparse.csr_matrix:
    """Every sentence twice, once without its place: AMI reads tasks out at the end, other meetings do not."""
    hidden = dense.copy()
    hidden[:, features.PLACE] = 0
    return sparse.vstack([sparse.hstack([part, columns]) for part in (dense, hidden)]).tocsr()


def _labels(meeting: Meeting, part: list[sentences.Sentence]) -> np.ndarray:
    ids = [line.id for line in meeting.conversation.lines]
    gold = {"extractive": meeting.extractive} | {
        kind: {line for item in items for line in item.lines} for kind, items in meeting.items.items()
    }
    return np.array([[any(ids[i] in gold[h] for i in s.lines) for h in model.HEADS] for s in part], int)


def _fit(inputs: sparse.csr_matrix, truth: np.ndarray) -> LogisticRegression:
    learner = LogisticRegression(
        C=REGULARISATION, class_weight="balanced", solver="liblinear", max_iter=100, random_state=0
    )
    return learner.fit(inputs, truth)


def _write(names: list[str], mean: np.ndarray, scale: np.ndarray, fitted: list[LogisticRegression]) -> None:
    weights = np.vstack([learner.coef_[0] for learner in fitted]).round(3)
    size = len(features.NAMES)
    grams = {
        name: column.tolist()
        for name, column in zip(names, weights[:, size:].T, strict=True)
        if np.abs(column).max() > NEGLIGIBLE
    }
    content = HEADER | {
        "heads": list(model.HEADS),
        "features": list(features.NAMES),
        "mean": mean.round(4).tolist(),
        "scale": scale.round(4).tolist(),
        "dense": weights[:, :size].tolist(),
        "bias": [round(float(learner.intercept_[0]), 4) for learner in fitted],
        "grams": grams,
    }
    model.WEIGHTS.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(grams)} grams, {model.WEIGHTS.stat().st_size / 1000:.0f} kB: {model.WEIGHTS}")


if __name__ == "__main__":
    main()
