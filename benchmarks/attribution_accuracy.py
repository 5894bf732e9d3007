"""`python -m benchmarks.attribution_accuracy`: how many words of the sample meeting get the right speaker.

Recognises, diarizes and attributes the sample with the shipped engines, prints the transcript and the share
of recognised words whose speaker is right. Exits with 1 below 99 %.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks import data
from integrations.contracts.audio import Clip
from integrations.providers.diarization.local import Community1Diarizer
from integrations.providers.speech.local import WhisperSpeech
from integrations.weights.__main__ import default_folder
from meetings.pipeline.attribution import attribute

LEAST = 0.99

Spoken = tuple[str, str]
"""A bare word and its speaker."""


def main() -> int:
    clip = Clip(data.decode(data.SAMPLE))
    weights = default_folder()
    transcript = WhisperSpeech(WhisperSpeech.Options(str(weights))).transcribe(clip)
    diarization = Community1Diarizer(Community1Diarizer.Options(str(weights / "community-1"))).diarize(clip)
    segments = attribute(transcript.segments, diarization)
    for segment in segments:
        print(f"{segment.start:6.1f} {segment.end:6.1f} {segment.speaker}: {segment.text}")
    heard = bare((word.text, segment.speaker) for segment in segments for word in segment.words)
    right, compared = accuracy(said(), heard)
    print(f"{right} of {compared} recognised words have the right speaker: {right / compared:.1%}")
    return 0 if right / compared >= LEAST else 1


def accuracy(said: Sequence[Spoken], heard: Sequence[Spoken]) -> tuple[int, int]:
    """Words with the right speaker, and words compared: those in the same place of both texts.

    Labels are mapped to names one to one, so that most words agree.
    """
    pairs = places(said, heard)
    names, labels = sorted({name for name, _ in pairs}), sorted({label for _, label in pairs})
    agreed = np.array([[pairs[name, label] for label in labels] for name in names])
    return int(agreed[linear_sum_assignment(agreed, maximize=True)].sum()), pairs.total()


def places(said: Sequence[Spoken], heard: Sequence[Spoken]) -> Counter[tuple[str, str]]:
    """How often a word of one speaker stands where the other text has a word of which speaker."""
    pairs: Counter[tuple[str, str]] = Counter()
    matcher = SequenceMatcher(None, [word for word, _ in said], [word for word, _ in heard], autojunk=False)
    for _, begin, end, other, other_end in matcher.get_opcodes():
        if end - begin == other_end - other:
            names, labels = said[begin:end], heard[other:other_end]
            pairs.update((name, label) for (_, name), (_, label) in zip(names, labels, strict=True))
    return pairs


def said() -> list[Spoken]:
    """The sample's script."""
    turns = json.loads(data.SAMPLE.with_suffix(".turns.json").read_text(encoding="utf-8"))
    return bare((word, turn["speaker"]) for turn in turns for word in turn["text"].split())


def bare(spoken: Iterable[Spoken]) -> list[Spoken]:
    """Words in lower case without punctuation; those of which nothing is left are left out."""
    stripped = ((re.sub(r"[^a-z0-9]", "", word.lower()), speaker) for word, speaker in spoken)
    return [(word, speaker) for word, speaker in stripped if word]


if __name__ == "__main__":
    sys.exit(main())
