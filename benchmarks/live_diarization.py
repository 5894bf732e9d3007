"""`python -m benchmarks.live_diarization`: live diarization beside that of whole recordings, as shipped.

Feeds the recordings of `diarization_error_rate` to a stream, a second at a time, and compares its last answer
with the reference; `changed` is how much of the speech got another label after its first.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.diarization_error_rate import Diarized, diarize, sets
from integrations.contracts.audio import Audio
from integrations.contracts.diarization import Diarization, StreamingDiarizer, Turn
from integrations.providers.diarization.local import Community1Diarizer
from integrations.weights.__main__ import default_folder

GRID = 0.01
"""Seconds between the moments at which labels are compared."""


class Streamed:
    """A diarizer of whole recordings that hears them live; sums up what changed on the way."""

    def __init__(self, diarizer: StreamingDiarizer):
        self._diarizer = diarizer
        self.engine = diarizer.engine
        self.changed = 0
        self.announced = 0

    def diarize(
        self,
        audio: Audio,
        *,
        speakers: int | None = None,
        progress: Callable[[float], None] = lambda share: None,
    ) -> Diarization:
        """The last answer. The number of speakers is always found; voiceprints are empty."""
        stream = self._diarizer.open()
        answers = []
        for second in range(int(np.ceil(audio.duration))):
            answer = stream.feed(audio.read(second, second + 1))
            if answer is not None:
                answers.append(answer)
            progress(second / audio.duration)
        answers.append(stream.flush())
        changed, announced = churn(answers)
        self.changed += changed
        self.announced += announced
        return Diarization(answers[-1], {turn.speaker: () for turn in answers[-1]}, self.engine)

    def probe(self) -> None:
        self._diarizer.probe()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live_diarization")
    parser.add_argument("--step", type=float, default=Community1Diarizer.Options.live_step, help="seconds")
    parser.add_argument("--threads", type=int, default=0, help="0 takes all cores")
    chosen = parser.parse_args(arguments)
    options = Community1Diarizer.Options(
        str(default_folder() / "community-1"), threads=chosen.threads, live_step=chosen.step
    )
    diarizer = Community1Diarizer(options)
    print(f"{diarizer.engine}; live step {chosen.step:g} s; DER % with collar 0; speakers: mean |error|")
    print("                     whole recording                 live")
    print("set            clips    DER  speakers  CPU s/s    DER  speakers  CPU s/s  changed")
    for name, cases in sets().items():
        live = Streamed(diarizer)
        whole, streamed = diarize(diarizer, cases), diarize(live, cases)
        changed = live.changed / max(1, live.announced)
        print(f"{name:14} {whole.clips:5d} {_figures(whole)} {_figures(streamed)} {changed:8.1%}")
    return 0


def churn(answers: Sequence[Sequence[Turn]]) -> tuple[int, int]:
    """Moments of the GRID that lost a label while somebody still spoke, and moments with any label at all."""
    labels = sorted({turn.speaker for turns in answers for turn in turns})
    end = max((turn.end for turns in answers for turn in turns), default=0.0)
    shape = (int(np.ceil(end / GRID)) + 1, len(labels))
    before, changed, announced = np.zeros(shape, bool), np.zeros(shape[0], bool), np.zeros(shape[0], bool)
    for turns in answers:
        now = _grid(turns, labels, shape)
        changed |= (before & ~now).any(axis=1) & now.any(axis=1)
        announced |= now.any(axis=1)
        before = now
    return int(changed.sum()), int(announced.sum())


def _grid(turns: Sequence[Turn], labels: list[str], shape: tuple[int, int]) -> NDArray[np.bool_]:
    grid = np.zeros(shape, bool)
    for turn in turns:
        grid[round(turn.start / GRID) : round(turn.end / GRID), labels.index(turn.speaker)] = True
    return grid


def _figures(found: Diarized) -> str:
    return f"{found.strict.rate:6.1%} {found.miscount:9.2f} {found.cpu / found.seconds:8.3f}"


if __name__ == "__main__":
    sys.exit(main())
