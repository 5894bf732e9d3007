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

SAMPLE = Path(__file__).parents[1] / "samples" / "weekly-sync.opus"
NOTHING = TurnErrors(0, 0, 0, 0)


class Case(NamedTuple):
    path: Path
    turns: list[Turn]


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
    for name, cases in _sets():
        _measure(diarizer, name, cases, each=chosen.each)
    return 0


def _sets() -> Iterable[tuple[str, list[Case]]]:
    ami = [Case(each.path, read_rttm(each.rttm)) for each in data.audio_set("ami")]
    yield "ami dev", [case for case in ami if case.path.stem.startswith("dev")]
    yield "ami held out", [case for case in ami if not case.path.stem.startswith("dev")]
    yield "mixed", [Case(each.path, read_rttm(each.rttm)) for each in data.audio_set("mixed")]
    sample = json.loads(SAMPLE.with_suffix(".turns.json").read_text(encoding="utf-8"))
    yield "sample", [Case(SAMPLE, [Turn(each["start"], each["end"], each["speaker"]) for each in sample])]


def _measure(diarizer: Diarizer, name: str, cases: list[Case], *, each: bool) -> None:
    strict, lenient, miscounted, cpu, seconds = NOTHING, NOTHING, 0, 0.0, 0.0
    for case in cases:
        clip = Clip(data.decode(case.path))
        started = time.process_time()
        found = diarizer.diarize(clip)
        cpu += time.process_time() - started
        seconds += clip.duration
        errors = turn_errors(case.turns, found.turns)
        strict = strict.plus(errors)
        lenient = lenient.plus(turn_errors(case.turns, found.turns, collar=0.25, overlap=False))
        count = len(found.voiceprints) - len({turn.speaker for turn in case.turns})
        miscounted += abs(count)
        if each:
            print(f"  {case.path.stem}: {errors.rate:.1%}, speakers {count:+d}")
    parts = [100 * part / strict.speech for part in strict[1:]]
    print(
        f"{name:14} {len(cases):5d} {strict.rate:6.1%} {parts[0]:7.1f} {parts[1]:6.1f} {parts[2]:9.1f}"
        f" {lenient.rate:10.1%} {miscounted / len(cases):9.2f} {cpu / seconds:8.3f}"
    )


if __name__ == "__main__":
    sys.exit(main())
