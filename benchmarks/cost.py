"""`python -m benchmarks.cost [AUDIO] [--runs 5]`: what the pipeline costs over the engines that it calls.

The pipeline goes from the stored recording to the report, decoding included; the bare engines get the
canonical sound and the finished conversation in the same process. Both take turns, and processor time counts
with that of children. Exits with 1 where the median ratio is above 1.10. Beside it stands the ratio of each
pipeline run to the engine calls within it, which other work on the machine disturbs less.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import data, pipeline

if TYPE_CHECKING:
    from integrations.contracts.audio import Audio
    from meetings.models import Meeting

MOST = 1.10
GOAL = 1.05
CALLS = {
    "speech": ("transcribe",),
    "diarization": ("diarize",),
    "language": ("identify", "summarize", "extract"),
}
"""What the pipeline asks of each kind of engine, one after the other."""


class Spent(NamedTuple):
    """Seconds."""

    cpu: float
    wall: float


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost")
    parser.add_argument("audio", nargs="?", type=Path, default=data.SAMPLE, help="default: the sample")
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args(arguments)
    with pipeline.opened() as product:
        return _compare(product, chosen.audio, chosen.runs)


def _compare(product: pipeline.Pipeline, recording: Path, runs: int) -> int:
    warm = product.take_in(recording)
    product.work(warm)
    seconds = warm.track.duration_ms / 1000
    print(f"{recording.name}, {seconds:.0f} s; CPU s")
    print("run  pipeline  engines in it  bare engines   ratio  ratio within   wall s")
    calls = _metered()
    rows = []
    for number in range(1, runs + 1):
        meeting = product.take_in(recording)
        calls.clear()
        whole = spent(lambda meeting=meeting: product.work(meeting))
        within = sum(calls)
        bare = spent(lambda meeting=meeting: _engines(meeting)).cpu
        rows.append((whole.cpu / bare, whole.cpu / within, whole.wall))
        print(
            f"{number:3d} {whole.cpu:9.2f} {within:14.2f} {bare:13.2f} {rows[-1][0]:7.3f} {rows[-1][1]:13.3f}"
            f" {whole.wall:8.1f}",
            flush=True,
        )
    return _verdict(rows, seconds)


def _verdict(rows: list[tuple[float, float, float]], seconds: float) -> int:
    ratios, inner, walls = (sorted(column) for column in zip(*rows, strict=True))
    factor = median(walls) / seconds
    print(
        f"pipeline over bare engines: median {median(ratios):.3f}, from {ratios[0]:.3f} to {ratios[-1]:.3f}; "
        f"at most {MOST}, goal {GOAL}"
    )
    print(f"over the calls within it: median {median(inner):.3f}, from {inner[0]:.3f} to {inner[-1]:.3f}")
    print(f"real-time factor {factor:.3f}, {1 / factor:.1f} times as fast as the talk")
    return 0 if median(ratios) <= MOST else 1


def _metered() -> list[float]:
    """Processor seconds of each engine call from now on, in order."""
    from integrations import registry

    calls: list[float] = []
    for kind, names in CALLS.items():
        engine = registry.engine(kind)
        for name in names:
            setattr(engine, name, _noting(getattr(engine, name), calls))
    return calls


def _noting(call: Callable, calls: list[float]) -> Callable:
    def noted(*args: object, **options: object) -> object:
        answers: list[object] = []
        calls.append(spent(lambda: answers.append(call(*args, **options))).cpu)
        return answers[0]

    return noted


def spent(work: Callable[[], object]) -> Spent:
    """Processor time of this process and the children it has waited for, and time on the clock."""
    before, began = os.times(), time.perf_counter()
    work()
    after, wall = os.times(), time.perf_counter() - began
    return Spent(sum(after[:4]) - sum(before[:4]), wall)


def _engines(meeting: "Meeting") -> None:
    """Each engine once on what the pipeline gave it; what they find is thrown away."""
    from audio.services import tracks
    from integrations import registry
    from meetings.pipeline import conversations

    with tracks.opened(meeting.track) as sound:
        _hear(sound)
        registry.engine("diarization").diarize(sound)
    language = registry.engine("language")
    conversation = conversations.of(meeting)
    language.identify(conversation)
    language.summarize(conversation)
    language.extract(conversation)


def _hear(sound: "Audio") -> None:
    from audio.media import chunks
    from integrations import registry
    from integrations.contracts.audio import Window
    from meetings.pipeline.steps.transcribe import LONGEST_CHUNK

    for start, end in chunks.plan(sound, longest=LONGEST_CHUNK):
        registry.engine("speech").transcribe(Window(sound, start, end))


if __name__ == "__main__":
    sys.exit(main())
