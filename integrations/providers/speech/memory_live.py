"""The live side of the memory engine: the script is read out while sound comes in; for tests.

Slots are cut by samples and not by what is handed in at a time, so any split of a recording is heard alike.
"""

from collections.abc import Iterator, Sequence
from math import ceil

from integrations.contracts.audio import BYTES_PER_SAMPLE, RATE
from integrations.contracts.speech import Hypothesis, Word
from integrations.providers.slots import SHORTEST


class MemorySpeechStream:
    """Keeps `contracts.speech.SpeechStream`: one sentence, and one segment, for each slot with sound.

    Half way through a sounding slot the first half of its words is told, all of them stable; at the slot's
    end, or at a flush, the sentence is final. A flush ends the slot where it is, and the next sentence begins
    there. What a flush cuts off below half a second is nothing, as at the end of a recording.
    """

    def __init__(self, script: Sequence[str], seconds: float, *, language: str, start: float = 0.0):
        self.language = language
        self._script = script
        self._seconds = seconds
        self._length = round(seconds * RATE) * BYTES_PER_SAMPLE
        self._offset = start
        self._settled = 0  # bytes before the open slot
        self._slot = bytearray()
        self._number = ceil(round(start / seconds, 6))
        self._segment = 0
        self._told: tuple[Word, ...] = ()

    @property
    def position(self) -> float:
        return self._time(len(self._slot) // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE)

    @property
    def settled(self) -> float:
        return self._time(0) if any(self._slot) else self.position

    def feed(self, pcm: bytes, *, hurry: bool = False) -> list[Hypothesis]:
        """As in the contract. Half a sample waits for its other half."""
        return list(self._hear(memoryview(pcm), hurry))

    def flush(self) -> list[Hypothesis]:
        whole = len(self._slot) // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE
        rest = self._slot[whole:]
        del self._slot[whole:]
        spoken = whole >= SHORTEST * RATE * BYTES_PER_SAMPLE or self._told
        found = list(self._end(spoken=bool(spoken))) if whole else []
        self._slot += rest
        return found

    def _hear(self, pcm: memoryview, hurry: bool) -> Iterator[Hypothesis]:
        half = self._length // BYTES_PER_SAMPLE // 2 * BYTES_PER_SAMPLE
        while len(pcm):
            before = len(self._slot)
            border = half if before < half else self._length
            self._slot += pcm[: border - before]
            pcm = pcm[border - before :]
            if len(self._slot) == self._length:
                yield from self._end(spoken=True)
            elif len(self._slot) == half and not hurry:
                yield from self._interim()

    def _interim(self) -> Iterator[Hypothesis]:
        parts = self._sentence()
        told = _spread(parts, self._time(0), self._time(self._length))[: len(parts) // 2]
        if told and any(self._slot):
            self._told = told
            yield self._hypothesis(told, rev=1)

    def _end(self, *, spoken: bool) -> Iterator[Hypothesis]:
        """Close the open slot, which holds whole samples."""
        if spoken and any(self._slot):
            told = self._told
            begin = told[-1].end if told else self._time(0)
            rest = _spread(self._sentence()[len(told) :], begin, self.position)
            yield self._hypothesis(told + rest, rev=2 if told else 1, final=True)
            self._segment += 1
        self._settled += len(self._slot)
        self._slot.clear()
        self._told = ()
        self._number += 1

    def _hypothesis(self, words: tuple[Word, ...], *, rev: int, final: bool = False) -> Hypothesis:
        return Hypothesis(
            segment=self._segment,
            rev=rev,
            text=" ".join(word.text for word in words),
            start=words[0].start,
            end=words[-1].end,
            words=words,
            stable=len(words),
            is_final=final,
            speech_final=final,
        )

    def _sentence(self) -> list[str]:
        return self._script[self._number % len(self._script)].split()

    def _time(self, of_slot: int) -> float:
        """Seconds of the stream at so many bytes of the open slot."""
        return self._offset + (self._settled + of_slot) / BYTES_PER_SAMPLE / RATE


def _spread(parts: Sequence[str], start: float, end: float) -> tuple[Word, ...]:
    """The words, evenly over [start, end] seconds."""
    step = (end - start) / len(parts) if parts else 0.0
    return tuple(
        Word(part, start + place * step, start + (place + 1) * step, 1.0) for place, part in enumerate(parts)
    )
