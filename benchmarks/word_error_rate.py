"""`python -m benchmarks.word_error_rate`: word error rate and cost of the shipped speech configuration.

Reads `audio/read` and `audio/ami` below BENCH_DATA. Exits with 1 if any sound without speech is given words.
"""

import argparse
import sys
import time
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from benchmarks import data
from benchmarks.words import WordErrors, word_errors
from integrations.contracts.audio import RATE, Clip
from integrations.contracts.speech import Speech
from integrations.providers.speech.local import WhisperSpeech
from integrations.weights.__main__ import default_folder

__all__ = ["WordErrors", "word_errors"]

SETS = ("read", "ami")
SECONDS = 20


class Recognised(NamedTuple):
    errors: WordErrors = WordErrors(0, 0, 0, 0)
    seconds: float = 0.0
    """Of sound."""
    cpu: float = 0.0
    wall: float = 0.0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.word_error_rate")
    parser.add_argument("--model", default=WhisperSpeech.Options.model, help="folder of weights")
    parser.add_argument("--threads", type=int, default=0, help="0 takes all cores")
    parser.add_argument("--each", action="store_true", help="a line for each recording")
    chosen = parser.parse_args(arguments)
    speech = WhisperSpeech(
        WhisperSpeech.Options(str(default_folder()), model=chosen.model, threads=chosen.threads)
    )
    speech.transcribe(Clip(bytes(RATE * 2)))  # loads the model: not part of the cost
    print(f"{speech.engine}, shipped configuration, language detected")
    print("set    words   WER     S    D    I   CPU s/s   wall s/s")
    for name in SETS:
        _show(name, recognise(speech, data.audio_set(name), each=chosen.each))
    invented = invent(speech)
    for name, texts in invented.items():
        print(f"{name}: {'; '.join(texts) or 'no words'}")
    return 1 if any(invented.values()) else 0


def recognise(speech: Speech, recordings: Iterable[data.Recording], *, each: bool = False) -> Recognised:
    """Errors and cost over all recordings; `each` prints a line for each."""
    total = Recognised()
    for recording in recordings:
        clip = Clip(recording.pcm())
        started = time.process_time(), time.perf_counter()
        text = _text(speech, clip)
        cpu, wall = time.process_time() - started[0], time.perf_counter() - started[1]
        errors = word_errors(recording.words, text)
        total = Recognised(
            total.errors.plus(errors), total.seconds + clip.duration, total.cpu + cpu, total.wall + wall
        )
        if each:
            print(f"  {recording.name}: {errors.rate:.1%} {text}")
    return total


def _show(name: str, found: Recognised) -> None:
    errors = found.errors
    counts = f"{errors.substitutions:4d} {errors.deletions:4d} {errors.insertions:4d}"
    cost = f"{found.cpu / found.seconds:9.3f} {found.wall / found.seconds:10.3f}"
    print(f"{name:6} {errors.words:5d} {errors.rate:6.1%} {counts} {cost}")


def invent(speech: Speech) -> dict[str, list[str]]:
    """Words that are heard where nobody speaks, with and without a hint, by sound: there must be none."""
    invented = {}
    for name, samples in _speechless().items():
        clip = Clip((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
        words = [_text(speech, clip, hint) for hint in ("", "Maya, Daniel, Kubernetes")]
        invented[name] = [text for text in words if text]
    return invented


def _text(speech: Speech, clip: Clip, hint: str = "") -> str:
    return " ".join(segment.text for segment in speech.transcribe(clip, hint=hint).segments)


def _speechless() -> dict[str, np.ndarray]:
    """Sounds of 20 s that no one makes with the mouth, between -1 and 1."""
    moments = np.arange(SECONDS * RATE) / RATE
    random = np.random.default_rng(7)
    hiss = random.normal(size=moments.size)
    notes = 220 * 2 ** (random.integers(0, 13, 2 * SECONDS) / 12)
    melody = np.sin(2 * np.pi * np.cumsum(np.repeat(notes, RATE // 2)) / RATE)
    return {
        "digital silence": moments * 0,
        "faint hiss": hiss * 0.0005,
        "white noise": hiss * 0.1,
        "loud white noise": hiss * 0.3,
        "mains hum": 0.2 * np.sin(2 * np.pi * 50 * moments) + 0.1 * np.sin(2 * np.pi * 150 * moments),
        "melody": 0.3 * melody * np.exp(-3 * (moments % 0.5)),
        "pulsing noise": hiss * 0.05 * (1 + np.sin(2 * np.pi * 4 * moments)),
        "clicks": (random.random(moments.size) > 0.9998) * 0.8,
    }


if __name__ == "__main__":
    sys.exit(main())
