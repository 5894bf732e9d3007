"""Diarization without a model: speakers take turns at a fixed pace wherever there is sound; for tests."""

from collections.abc import Callable
from dataclasses import dataclass

from integrations.contracts.audio import Audio
from integrations.contracts.diarization import Diarization, Turn
from integrations.providers.slots import sounding_slots

DIMENSIONS = 256


@dataclass(frozen=True)
class MemoryDiarizerOptions:
    speakers: int = 2
    seconds: float = 5.0
    """Length of one turn; the same as the memory speech's sentence, so that turns hold whole sentences."""


class MemoryDiarizer:
    """`Speaker 1`, `Speaker 2`... in turn; the voiceprint of each is a unit vector of its own."""

    Options = MemoryDiarizerOptions
    engine = "memory-diarizer"

    def __init__(self, options: MemoryDiarizerOptions = MemoryDiarizerOptions()):
        self._options = options

    def diarize(
        self,
        audio: Audio,
        *,
        speakers: int | None = None,
        progress: Callable[[float], None] = lambda share: None,
    ) -> Diarization:
        count = speakers or self._options.speakers
        turns: list[Turn] = []
        for _, start, end in sounding_slots(audio, self._options.seconds):
            turns.append(Turn(start, end, f"Speaker {len(turns) % count + 1}"))
            progress(end / audio.duration)
        progress(1.0)
        voices = dict.fromkeys(turn.speaker for turn in turns)
        prints = {voice: _unit(number) for number, voice in enumerate(voices)}
        return Diarization(turns=tuple(turns), voiceprints=prints, engine=self.engine)

    def probe(self) -> None:
        """Always ready."""


def _unit(axis: int) -> tuple[float, ...]:
    return tuple(float(i == axis % DIMENSIONS) for i in range(DIMENSIONS))
