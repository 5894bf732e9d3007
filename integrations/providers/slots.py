"""Cuts sound into equal slots and leaves out the silent ones: the clock of the memory engines."""

from collections.abc import Iterator

from integrations.contracts.audio import BYTES_PER_SAMPLE, Audio

SHORTEST = 0.5
"""Seconds; what is left at the end and shorter counts as nothing."""


def sounding_slots(audio: Audio, seconds: float) -> Iterator[tuple[int, float, float]]:
    """(number, start, end) of each slot in which at least one sample is not zero."""
    number, start = 0, 0.0
    duration = audio.duration
    while duration - start >= SHORTEST:
        end = min(start + seconds, duration)
        pcm = audio.read(start, end)
        if pcm.count(0) < len(pcm) and len(pcm) >= BYTES_PER_SAMPLE:
            yield number, start, end
        number += 1
        start = number * seconds
