"""Compares who spoke when with who was heard when: diarization error, counted exactly and not on a grid.

Follows NIST's md-eval (Fiscus et al. 2006): speakers are mapped one to one so that most time agrees; the
error is missed speech, false alarms and confusions over the time of speech in the reference. Used by
`diarization_error_rate`.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from integrations.contracts.diarization import Turn


class TurnErrors(NamedTuple):
    """Seconds; speech counts once per speaker."""

    speech: float
    missed: float
    false_alarm: float
    confusion: float

    @property
    def rate(self) -> float:
        wrong = self.missed + self.false_alarm + self.confusion
        return wrong / self.speech if self.speech else float(wrong > 0)

    def plus(self, other: "TurnErrors") -> "TurnErrors":
        return TurnErrors(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class _Moment(NamedTuple):
    """A stretch in which nobody begins or ends."""

    length: float
    spoken: frozenset[str]
    heard: frozenset[str]


def turn_errors(
    reference: Sequence[Turn], heard: Sequence[Turn], *, collar: float = 0.0, overlap: bool = True
) -> TurnErrors:
    """Errors of `heard`; `collar` seconds around each reference boundary are not scored.

    `overlap` False leaves out, too, where the reference has more than one speaker.
    """
    moments = [moment for moment in _moments(reference, heard, collar) if overlap or len(moment.spoken) < 2]
    agreed = _agreement(moments)
    speech = missed = false_alarm = matched = 0.0
    for length, spoken, found in moments:
        speech += length * len(spoken)
        missed += length * max(0, len(spoken) - len(found))
        false_alarm += length * max(0, len(found) - len(spoken))
        matched += length * min(len(spoken), len(found))
    return TurnErrors(speech, missed, false_alarm, max(0.0, matched - agreed))


def read_rttm(path: Path) -> list[Turn]:
    """Speaker turns of a file in NIST's Rich Transcription Time Marked format."""
    fields = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    return [Turn(float(f[3]), float(f[3]) + float(f[4]), f[7]) for f in fields if f and f[0] == "SPEAKER"]


def _agreement(moments: Iterable[_Moment]) -> float:
    """Seconds on which the best one-to-one mapping of speakers agrees."""
    moments = list(moments)
    spoken = sorted({name for moment in moments for name in moment.spoken})
    heard = sorted({name for moment in moments for name in moment.heard})
    together = np.zeros((len(spoken), len(heard)))
    for moment in moments:
        for name in moment.spoken:
            for other in moment.heard:
                together[spoken.index(name), heard.index(other)] += moment.length
    return float(together[linear_sum_assignment(together, maximize=True)].sum())


def _moments(reference: Sequence[Turn], heard: Sequence[Turn], collar: float) -> Iterable[_Moment]:
    bounds = sorted({bound for turn in reference for bound in (turn.start, turn.end)})
    unscored = [(bound - collar, bound + collar) for bound in bounds] if collar else []
    edges = {edge for turn in (*reference, *heard) for edge in (turn.start, turn.end)}
    edges |= {edge for stretch in unscored for edge in stretch}
    for start, end in pairwise(sorted(edges)):
        middle = (start + end) / 2
        if not any(begin < middle < finish for begin, finish in unscored):
            yield _Moment(end - start, _at(reference, middle), _at(heard, middle))


def _at(turns: Sequence[Turn], moment: float) -> frozenset[str]:
    return frozenset(turn.speaker for turn in turns if turn.start < moment < turn.end)
