"""`python -m benchmarks.cost [AUDIO] [--runs 5]`: what the pipeline costs over the engines that it calls.

The pipeline goes from the stored recording to the report, decoding included; the bare engines get the
canonical sound and the finished conversation in the same process. Both take turns, and processor time counts
with that of children. Exits with 1 where the median ratio is above 1.10.
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
    print(f"{recording.name}, {seconds:.0f} s; run   pipeline CPU s   bare CPU s   ratio   pipeline wall s")
    rows = []
    for number in range(1, runs + 1):
        meeting = product.take_in(recording)
        whole = spent(lambda meeting=meeting: product.work(meeting))
        bare = spent(lambda meeting=meeting: _engines(meeting))
        rows.append((whole, bare))
        print(
            f"{number:28d} {whole.cpu:16.2f} {bare.cpu:12.2f} {whole.cpu / bare.cpu:7.3f} {whole.wall:17.1f}"
        )
    ratios = sorted(whole.cpu / bare.cpu for whole, bare in rows)
    ratio, factor = median(ratios), median(whole.wall for whole, _ in rows) / seconds
    print(
        f"pipeline over bare engines: {ratio:.3f} (from {ratios[0]:.3f} to {ratios[-1]:.3f}; at most {MOST}, "
        f"goal {GOAL}); real-time factor {factor:.3f}, that is {1 / factor:.1f} times as fast as the talk"
    )
    return 0 if ratio <= MOST else 1


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
