"""ROUGE of the local summary on AMI dev: `python -m benchmarks.summaries`; needs the package rouge-score.

Beside it: the first and random sentences of the same length, and the control, which fills the same templates
with random phrases and sentences of the same meeting: what the summary gains over it is content, not style.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from rouge_score import rouge_scorer

from benchmarks.ami_text import Meeting, meetings
from integrations.contracts.language import Summary
from integrations.providers.language.local import summary, words
from integrations.providers.language.local.provider import LocalLanguage
from integrations.providers.language.local.talk import Talk

KINDS = ("rouge1", "rouge2", "rougeLsum")
Writer = Callable[[Meeting, int], str]


def main() -> None:
    print("AMI dev        ROUGE-1   ROUGE-2   ROUGE-Lsum   words")
    for name, row in scores(list(meetings("dev"))).items():
        print("{:10s} {:11.1f} {:9.1f} {:12.1f} {:7.0f}".format(name, *row))


def scores(corpus: Sequence[Meeting]) -> dict[str, tuple[float, ...]]:
    """By writer ROUGE-1, ROUGE-2 and ROUGE-Lsum in points, and words; means over the meetings."""
    scorer = rouge_scorer.RougeScorer(KINDS, use_stemmer=True)
    length = {m.name: len(_shipped(m, 0).split()) for m in corpus}
    found = {}
    for name, writer in (("random", _random), ("lead", _lead), ("control", _control), ("shipped", _shipped)):
        rows = []
        for meeting in corpus:
            text = writer(meeting, length[meeting.name])
            rouge = scorer.score("\n".join(meeting.abstract), text)
            rows.append([*(100 * rouge[kind].fmeasure for kind in KINDS), len(text.split())])
        found[name] = tuple(float(mean) for mean in np.mean(rows, axis=0))
    return found


def _shipped(meeting: Meeting, _length: int) -> str:
    return _lines(LocalLanguage().summarize(meeting.conversation))


def _lines(found: Summary) -> str:
    """One sentence a line, as ROUGE-Lsum wants it."""
    return "\n".join(bullet.text.replace(". ", ".\n") for bullet in found.bullets)


def _control(meeting: Meeting, _length: int) -> str:
    """The same templates and cleaning around phrases and sentences drawn at random from the whole meeting."""
    talk = Talk(meeting.conversation)
    chance = random.Random(meeting.name)
    stretches = summary.stretches(talk)
    shuffled = replace(talk.scores, ranks=talk.scores.ranks | {"extractive": _noise(talk, chance)})
    talk.__dict__["scores"] = shuffled
    vocabulary = sorted({word for s in talk.sentences for word in words.content(s.text)})
    drawn = [
        replace(stretch, phrases=tuple(chance.sample(vocabulary, len(stretch.phrases))))
        for stretch in stretches
    ]
    return _lines(summary.written(talk, summary.parts(talk, drawn)))


def _noise(talk: Talk, chance: random.Random) -> np.ndarray:
    """As wide as the scores that it stands in for."""
    return np.array([chance.gauss(0, 1) for _ in talk.sentences])


def _lead(meeting: Meeting, length: int) -> str:
    return _up_to(length, [sentence.text for sentence in Talk(meeting.conversation).sentences])


def _random(meeting: Meeting, length: int) -> str:
    texts = [sentence.text for sentence in Talk(meeting.conversation).sentences if sentence.words > 3]
    random.Random(meeting.name).shuffle(texts)
    return _up_to(length, texts)


def _up_to(length: int, texts: list[str]) -> str:
    taken: list[str] = []
    for text in texts:
        if sum(len(one.split()) for one in taken) >= length:
            break
        taken.append(text)
    return "\n".join(taken)


if __name__ == "__main__":
    main()
