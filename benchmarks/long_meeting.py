"""`python -m benchmarks.long_meeting [--hours 1]`: does memory follow the chunk, or the recording?

The recordings of `audio/ami`, `audio/mixed` and the sample are repeated to 20 minutes and to the length asked
for, and both go as MP3 through the real product (`manage.py serve`, upload, complete). Exits with 1 if one
does not complete, ends before its sound does, or the long one needs more than a quarter more memory.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import cycle
from pathlib import Path

import av
import numpy as np

from benchmarks import data
from benchmarks.processes import Watch
from integrations.contracts.audio import RATE
from scripts.demo.client import Client
from scripts.demo.server import Server

SHORT = 20 * 60.0
"""Seconds that are still transcribed in one chunk."""
GROWTH = 1.25
TAIL = 10.0
"""Seconds before the end in which the last words must have been heard."""
BIT_RATE = 48_000
LOOK_EVERY = 1.0
ACCOUNT = {"username": "bench", "email": "bench@example.com", "password": "a long enough sentence"}


@dataclass
class Course:
    """What one recording took."""

    seconds: float
    status: str = ""
    wall: float = 0.0
    cpu: float = 0.0
    chunks: int = 0
    heard_until: float = 0.0
    segments: int = 0
    steps: dict[str, float] = field(default_factory=dict)
    """Seconds by name."""
    highest: dict[str, float] = field(default_factory=dict)
    during: dict[str, float] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return self.status == "completed" and self.heard_until >= self.seconds - TAIL


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.long_meeting")
    parser.add_argument("--hours", type=float, default=1.0)
    chosen = parser.parse_args(arguments)
    courses = []
    for seconds in (SHORT, chosen.hours * 3600):
        courses.append(run(seconds))
        show(courses[-1])
    growth = courses[1].highest["worker"] / courses[0].highest["worker"]
    print(f"worker's memory: {growth:.2f} of the short recording's, at most {GROWTH}")
    return 0 if all(course.is_whole for course in courses) and growth <= GROWTH else 1


def run(seconds: float) -> Course:
    """One recording of that length through a server of its own, with nothing kept afterwards."""
    with tempfile.TemporaryDirectory(prefix="long-meeting-") as folder:
        recording = Path(folder, "meeting.mp3")
        encode(recording, seconds)
        with Server(Path(folder, "data")) as server:
            try:
                return _journey(server, recording, Course(seconds))
            except OSError:
                print(f"The server wrote last:\n{server.last_words()}", file=sys.stderr)
                raise


def encode(path: Path, seconds: float) -> None:
    """The benchmark recordings one after the other, again and again, as mono MP3."""
    with av.open(str(path), "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=RATE, layout="mono", bit_rate=BIT_RATE)
        resampler = av.AudioResampler(stream.format, "mono", RATE)
        written = 0
        for pcm in _sound(round(seconds * RATE)):
            frame = av.AudioFrame.from_ndarray(pcm[np.newaxis], format="s16", layout="mono")
            frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), written
            written += len(pcm)
            for ready in resampler.resample(frame):
                container.mux(stream.encode(ready))
        container.mux(stream.encode(None))


def _sound(samples: int) -> Iterator[np.ndarray]:
    """So many samples, a clip at a time; the sample comes last and whole, so that the end is known talk."""
    paths = [each.path for name in ("ami", "mixed") for each in data.audio_set(name)]
    clips = {path: np.frombuffer(data.decode(path), "<i2") for path in (data.SAMPLE, *reversed(paths))}
    backwards, left = [], samples
    for clip in cycle(clips.values()):
        backwards.append(clip[-left:])
        left -= len(backwards[-1])
        if left <= 0:
            break
    yield from reversed(backwards)


def _journey(server: Server, recording: Path, course: Course) -> Course:
    client, watch = Client(server.host, server.port), Watch(server.pid)
    client.token = client.post("/api/v1/auth/register", ACCOUNT)["access_token"]
    cpu, began = watch.cpu(), time.monotonic()
    meeting_id = client.upload("/api/v1/mobile/meetings/", {"title": "A long one"}, "audio_file", recording)[
        "id"
    ]
    steps = _follow(server, client, meeting_id, watch)
    course.wall, course.cpu = time.monotonic() - began, watch.cpu() - cpu
    course.steps = {each["name"]: _took(each) for each in steps if each["finished_at"]}
    course.chunks = next(each["output"] for each in steps if each["name"] == "transcribe").get("chunks", 0)
    course.status = client.post(f"/api/v1/meetings/{meeting_id}/complete", prefer="wait=60")["status"]
    segments = client.everything(f"/api/v1/transcripts/{meeting_id}")
    watch.look("reading")
    course.segments, course.heard_until = len(segments), max((each["end"] for each in segments), default=0.0)
    course.highest, course.during = watch.highest, watch.during
    return course


def _follow(server: Server, client: Client, meeting_id: str, watch: Watch) -> list[dict]:
    """Look at the memory until the recording is understood; its steps then."""
    while True:
        server.assert_alive()
        meeting = client.get(f"/api/v1/meetings/{meeting_id}")
        running = [each["name"] for each in meeting["steps"] if each["status"] == "running"]
        watch.look(running[0] if running else "between steps")
        if meeting["processing_status"] in {"COMPLETED", "FAILED"}:
            return meeting["steps"]
        time.sleep(LOOK_EVERY)


def _took(step: dict) -> float:
    started, finished = (np.datetime64(step[name].rstrip("Z")) for name in ("started_at", "finished_at"))
    return float((finished - started) / np.timedelta64(1, "s"))


def show(course: Course) -> None:
    print(
        f"{course.seconds / 60:.0f} min: {course.status}, {course.chunks} chunks, {course.segments} "
        f"segments, words until {course.heard_until:.0f} of {course.seconds:.0f} s; {course.wall:.0f} s wall "
        f"({course.wall / course.seconds:.3f} of the sound), {course.cpu:.0f} s CPU "
        f"({course.cpu / course.seconds:.3f})"
    )
    print("  at most " + ", ".join(f"{role} {size:.0f} MB" for role, size in sorted(course.highest.items())))
    for name, took in course.steps.items():
        size = f"worker {course.during[name]:5.0f} MB" if name in course.during else ""
        print(f"  {name:13} {took:7.1f} s  {size}".rstrip(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
