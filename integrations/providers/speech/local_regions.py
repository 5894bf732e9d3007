"""Where somebody speaks: windows for Whisper, of at most 30 s each, that leave out only long silence.

Whisper writes words into pure silence, so something must say where speech is; but cutting at every pause
loses quiet speakers between the loud ones. So Silero's detector (shipped with faster-whisper) runs with a low
threshold, and what lies between two stretches of speech stays inside the window as it was recorded.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from integrations.contracts.audio import RATE

WINDOW = 30.0
"""Seconds that Whisper hears at once."""
PADDING_MS = 400
SHORTEST_SPEECH_MS = 60
PAUSE_MS = 500
HYSTERESIS = 0.1
"""Speech ends when its probability falls this far below the threshold where it began."""


class Span(NamedTuple):
    """Seconds from the beginning of the audio."""

    start: float
    end: float


def windows(samples: np.ndarray, threshold: float) -> list[Span]:
    """What to decode of 16 kHz float32 samples; empty when nobody speaks.

    `threshold` is Silero's probability of speech: lower keeps quieter speakers.
    """
    return pack(_speech(samples, threshold))


def pack(speech: Iterable[Span]) -> list[Span]:
    """Join neighbours, with the pause between them, as long as they fit into one window."""
    packed: list[Span] = []
    for span in speech:
        if packed and span.end - packed[-1].start <= WINDOW:
            packed[-1] = Span(packed[-1].start, span.end)
        else:
            packed.append(span)
    return packed


def _speech(samples: np.ndarray, threshold: float) -> list[Span]:
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    found = get_speech_timestamps(
        samples,
        VadOptions(
            threshold=threshold,
            neg_threshold=max(0.01, threshold - HYSTERESIS),
            min_speech_duration_ms=SHORTEST_SPEECH_MS,
            max_speech_duration_s=WINDOW,
            min_silence_duration_ms=PAUSE_MS,
            speech_pad_ms=PADDING_MS,
        ),
    )
    return [Span(part["start"] / RATE, part["end"] / RATE) for part in found]
