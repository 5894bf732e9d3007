"""Diarization without a model: speakers take turns at a fixed pace wherever there is sound; for tests."""

from collections.abc import Callable
from dataclasses import dataclass

from integrations.contracts.audio import BYTES_PER_SAMPLE, RATE, Audio, Clip
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

    def open(self, *, start: float = 0.0) -> "MemoryDiarizationStream":
        """See `StreamingDiarizer.open`. It answers whenever a turn's length of sound is complete."""
        return MemoryDiarizationStream(self._options, start)

    def probe(self) -> None:
        """Always ready."""


class MemoryDiarizationStream:
    """Finds live what `MemoryDiarizer.diarize` finds in the whole; holds the sound of one turn at most."""

    def __init__(self, options: MemoryDiarizerOptions, start: float):
        self._options = options
        self._begin = start
        """Of the turn that is not complete yet, in seconds of the stream."""
        self._pcm = b""
        self._turns: tuple[Turn, ...] = ()

    def feed(self, pcm: bytes) -> tuple[Turn, ...] | None:
        """See `DiarizationStream.feed`."""
        size = round(self._options.seconds * RATE) * BYTES_PER_SAMPLE
        self._pcm += pcm
        complete = len(self._pcm) // size
        for _ in range(complete):
            self._turns = self._with(self._pcm[:size])
            self._begin += self._options.seconds
            self._pcm = self._pcm[size:]
        return self._turns if complete else None

    def flush(self) -> tuple[Turn, ...]:
        """See `DiarizationStream.flush`."""
        return self._with(self._pcm)

    def _with(self, pcm: bytes) -> tuple[Turn, ...]:
        """The turns so far and the one in this sound, where there is one."""
        speaker = f"Speaker {len(self._turns) % self._options.speakers + 1}"
        found = sounding_slots(Clip(pcm), self._options.seconds)
        return self._turns + tuple(
            Turn(self._begin + start, self._begin + end, speaker) for _, start, end in found
        )


def _unit(axis: int) -> tuple[float, ...]:
    return tuple(float(i == axis % DIMENSIONS) for i in range(DIMENSIONS))
