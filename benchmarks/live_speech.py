"""`python -m benchmarks.live_speech`: latency, cost and word error rate of the live stream of speech.

Sound arrives in stretches of 100 ms on a clock of its own: it goes on with the sound, and by the processor
time of each call (one thread), so that the figures are those of a quiet core however busy the machine is.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks import data
from benchmarks.words import WordErrors, word_errors
from integrations.contracts.audio import BYTES_PER_SAMPLE, RATE, Clip
from integrations.contracts.speech import Hypothesis, SpeechStream, StreamingSpeech
from integrations.providers.speech.live_options import Live
from integrations.providers.speech.local import WhisperSpeech
from integrations.weights.__main__ import default_folder

STRETCH = 0.1
"""Seconds of sound that arrive at a time."""
PAUSE = 2.0
"""Seconds of silence behind each recording, as somebody leaves who has finished."""
HURRY = 1.0
"""Seconds of lag beyond which interim results are left out."""


class Shown(NamedTuple):
    at: float
    """On the benchmark's clock."""
    what: Hypothesis


@dataclass
class Listener:
    """One stream, and what of its sound has arrived."""

    stream: SpeechStream
    pcm: bytes
    begins: float = 0.0
    """When its sound starts, on the clock."""
    fed: int = 0
    shown: list[Shown] = field(default_factory=list)
    lag: float = 0.0
    """The longest that sound waited until it was worked off, in seconds."""

    @property
    def seconds(self) -> float:
        return len(self.pcm) / BYTES_PER_SAMPLE / RATE

    @property
    def next(self) -> float:
        """When the oldest stretch that was not fed has arrived."""
        return self.begins + self.fed / BYTES_PER_SAMPLE / RATE + STRETCH

    def hear(self, now: float) -> float:
        """Take all that has arrived by now. Answers the time when that is done."""
        arrived = max(self.next, self.begins + (now - self.begins) // STRETCH * STRETCH) - self.begins
        end = round(arrived * RATE) * BYTES_PER_SAMPLE
        oldest, began = self.next, time.process_time()
        answers = self.stream.feed(self.pcm[self.fed : end], hurry=now - oldest > HURRY)
        done = now + time.process_time() - began
        self.shown += [Shown(done - self.begins, answer) for answer in answers]
        self.fed = end
        self.lag = max(self.lag, done - oldest)
        return done


class Latencies(NamedTuple):
    """Seconds, of each word or segment."""

    shown: list[float]
    """From the end of a word until it was shown as stable."""
    closed: list[float]
    """From the end of the last word before a pause until all was final."""
    final: list[float]
    """From the end of any final segment's last word until it was final."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live_speech")
    parser.add_argument("sound", nargs="*", help="files with a .txt beside them, or sets below BENCH_DATA")
    parser.add_argument("--model", default=WhisperSpeech.Options.model, help="folder of weights")
    parser.add_argument("--streams", type=int, default=0, help="also as many streams at a time on one core")
    chosen = parser.parse_args(arguments)
    paced = Live(clock=time.process_time)
    speech = WhisperSpeech(
        WhisperSpeech.Options(str(default_folder()), model=chosen.model, threads=1, live=paced)
    )
    speech.transcribe(Clip(bytes(RATE * 2)))  # loads the model: not part of the cost
    recordings = list(found(chosen.sound))
    alone(speech, recordings)
    for count in range(2, chosen.streams + 1):
        together(speech, recordings, count)
    return 0


def found(sound: Sequence[str]) -> Iterator[data.Recording]:
    """The recordings that are named; without a name the shipped sample. Raises DataMissing."""
    for name in sound or [str(data.SAMPLE)]:
        if Path(name).is_file():
            yield data.Recording(Path(name))
        else:
            yield from data.audio_set(name)


def alone(speech: StreamingSpeech, recordings: Sequence[data.Recording]) -> None:
    """One stream at a time, beside the offline call on the same sound."""
    heard = []
    live = offline = WordErrors(0, 0, 0, 0)
    began = time.process_time()
    for recording in recordings:
        heard.append(listen(speech.open(), recording.pcm()))
    cpu = time.process_time() - began
    for recording, one in zip(recordings, heard, strict=True):
        words = said(recording)
        live = live.plus(word_errors(words, text(shown.what for shown in one.shown)))
        whole = speech.transcribe(Clip(recording.pcm()))
        offline = offline.plus(word_errors(words, " ".join(segment.text for segment in whole.segments)))
    seconds = sum(one.seconds for one in heard)
    times = [latencies(one.shown) for one in heard]
    print(f"{speech.engine}, {len(heard)} recordings, {seconds:.0f} s, one stream on one core")
    print("                                               p50     p95")
    _show("word spoken -> shown as stable (s)", [each for one in times for each in one.shown])
    _show("last word before a pause -> final (s)", [each for one in times for each in one.closed])
    _show("last word of a sentence -> final (s)", [each for one in times for each in one.final])
    print(f"processor seconds a second of sound {cpu / seconds:14.3f}")
    print(f"streams a core, by cost             {seconds / cpu:14.1f}")
    for name, errors in (("live finals", live), ("offline", offline)):
        counts = f"S {errors.substitutions} D {errors.deletions} I {errors.insertions}"
        print(f"word error rate, {name:18} {errors.rate:14.1%}  ({counts} of {errors.words})")


def together(speech: StreamingSpeech, recordings: Sequence[data.Recording], count: int) -> None:
    """Streams that share one core, each a third of a second behind the one before."""
    pcm = b"".join(recording.pcm() for recording in recordings)
    listeners = [Listener(speech.open(), pcm + _silence(), begins=number / 3) for number in range(count)]
    began = time.process_time()
    run(listeners)
    load = (time.process_time() - began) / listeners[0].seconds
    stable = [each for one in listeners for each in latencies(one.shown).shown]
    worst = max(one.lag for one in listeners)
    print(
        f"{count} streams on one core: load {load:.2f}, longest lag {worst:.2f} s, "
        f"word shown as stable p50 {np.percentile(stable, 50):.2f} s p95 {np.percentile(stable, 95):.2f} s"
    )


def listen(stream: SpeechStream, pcm: bytes) -> Listener:
    listener = Listener(stream, pcm + _silence())
    run([listener])
    listener.shown += [Shown(listener.seconds, answer) for answer in stream.flush()]
    return listener


def run(listeners: Sequence[Listener]) -> None:
    """Feed everybody on one core, whose sound has waited longest first."""
    now = 0.0
    while waiting := [one for one in listeners if one.fed < len(one.pcm)]:
        first = min(waiting, key=lambda one: one.next)
        now = first.hear(max(now, first.next))


def latencies(shown: Iterable[Shown]) -> Latencies:
    found = Latencies([], [], [])
    stable = 0
    for at, what in shown:
        found.shown.extend(at - word.end for word in what.words[stable : what.stable])
        stable = 0 if what.is_final else what.stable
        if what.is_final and what.words:
            found.final.append(at - what.end)
        if what.speech_final and what.words:
            found.closed.append(at - what.end)
    return found


def text(answers: Iterable[Hypothesis]) -> str:
    """What is final in the answers."""
    return " ".join(answer.text for answer in answers if answer.is_final)


def said(recording: data.Recording) -> str:
    """What is said in a recording; the shipped sample has its script beside it."""
    script = recording.path.with_suffix(".turns.json")
    if script.exists():
        return " ".join(turn["text"] for turn in json.loads(script.read_text(encoding="utf-8")))
    return recording.words


def _silence() -> bytes:
    return bytes(round(PAUSE * RATE) * BYTES_PER_SAMPLE)


def _show(name: str, values: Sequence[float]) -> None:
    print(f"{name:42} {np.percentile(values, 50):7.2f} {np.percentile(values, 95):7.2f}")


if __name__ == "__main__":
    sys.exit(main())
