"""`python -m benchmarks.diarization_error_rate`: diarization error, speaker count and cost as shipped.

Reads `audio/ami` and `audio/mixed` below BENCH_DATA and the sample meeting. Thresholds were tuned on AMI dev,
the mixtures and the sample; the AMI training meetings are held out.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from benchmarks import data
from benchmarks.turns import TurnErrors, read_rttm, turn_errors
from integrations.contracts.audio import Clip
from integrations.contracts.diarization import Diarizer, Turn
from integrations.providers.diarization.local import Community1Diarizer
from integrations.weights.__main__ import default_folder

NOTHING = TurnErrors(0, 0, 0, 0)


class Case(NamedTuple):
    path: Path
    turns: list[Turn]


class Diarized(NamedTuple):
    clips: int = 0
    strict: TurnErrors = NOTHING
    """Without a collar, overlap included."""
    lenient: TurnErrors = NOTHING
    """Without 0.25 s around each boundary and without overlap."""
    miscounted: int = 0
    """Speakers too many or too few, summed over the clips."""
    cpu: float = 0.0
    seconds: float = 0.0

    @property
    def miscount(self) -> float:
        """Mean absolute error of the number of speakers."""
        return self.miscounted / max(1, self.clips)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.diarization_error_rate")
    parser.add_argument("--step", type=float, default=Community1Diarizer.Options.step, help="seconds")
    parser.add_argument("--threads", type=int, default=0, help="0 takes all cores")
    parser.add_argument("--each", action="store_true", help="a line for each recording")
    chosen = parser.parse_args(arguments)
    weights = str(default_folder() / "community-1")
    diarizer = Community1Diarizer(
        Community1Diarizer.Options(weights, threads=chosen.threads, step=chosen.step)
    )
    print(f"{diarizer.engine}; DER % with collar 0, then ±0.25 s without overlap; speakers: mean |error|")
    print("set            clips    DER  missed  false  confused   DER ±.25  speakers  CPU s/s")
    for name, cases in sets().items():
        _show(name, diarize(diarizer, cases, each=chosen.each))
    return 0


def sets() -> dict[str, list[Case]]:
    """`ami dev`, `ami held out`, `mixed` and `sample`. Raises DataMissing."""
    ami = [Case(each.path, read_rttm(each.rttm)) for each in data.audio_set("ami")]
    sample = json.loads(data.SAMPLE.with_suffix(".turns.json").read_text(encoding="utf-8"))
    return {
        "ami dev": [case for case in ami if case.path.stem.startswith("dev")],
        "ami held out": [case for case in ami if not case.path.stem.startswith("dev")],
        "mixed": [Case(each.path, read_rttm(each.rttm)) for each in data.audio_set("mixed")],
        "sample": [Case(data.SAMPLE, [Turn(each["start"], each["end"], each["speaker"]) for each in sample])],
    }


def diarize(diarizer: Diarizer, cases: Iterable[Case], *, each: bool = False) -> Diarized:
    """Errors and cost over all cases; `each` prints a line for each."""
    total = Diarized()
    for case in cases:
        clip = Clip(data.decode(case.path))
        started = time.process_time()
        found = diarizer.diarize(clip)
        cpu = time.process_time() - started
        errors = turn_errors(case.turns, found.turns)
        count = len(found.voiceprints) - len({turn.speaker for turn in case.turns})
        total = Diarized(
            total.clips + 1,
            total.strict.plus(errors),
            total.lenient.plus(turn_errors(case.turns, found.turns, collar=0.25, overlap=False)),
            total.miscounted + abs(count),
            total.cpu + cpu,
            total.seconds + clip.duration,
        )
        if each:
            print(f"  {case.path.stem}: {errors.rate:.1%}, speakers {count:+d}")
    return total


def _show(name: str, found: Diarized) -> None:
    parts = [100 * part / found.strict.speech for part in found.strict[1:]]
    print(
        f"{name:14} {found.clips:5d} {found.strict.rate:6.1%} {parts[0]:7.1f} {parts[1]:6.1f} {parts[2]:9.1f}"
        f" {found.lenient.rate:10.1%} {found.miscount:9.2f} {found.cpu / found.seconds:8.3f}"
    )


if __name__ == "__main__":
    sys.exit(main())
