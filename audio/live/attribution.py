"""Who says the segments of a live stream, and which of them change hands when the turns are revised.

Pure and quick enough for the event loop: only segments near which turns have changed are looked at again.
Used by `hearing`.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audio import attribution
from audio.attribution import FAR, NEAR, Stretches
from integrations.contracts.diarization import Turn
from integrations.contracts.speech import Word

REMEMBERED = 500
"""Segments whose speaker may still change: those of the last half hour or more."""


@dataclass(frozen=True)
class Revision:
    """A segment that was told already is said by somebody else, or by somebody who was not known yet."""

    segment: int
    speaker: str


@dataclass
class _Told:
    words: Sequence[Word]
    speaker: str | None

    @property
    def start(self) -> float:
        return min(word.start for word in self.words)

    @property
    def end(self) -> float:
        return max(word.end for word in self.words)


class LiveSpeakers:
    """The speakers of one stream. Not thread-safe."""

    def __init__(self) -> None:
        self._turns: frozenset[Turn] = frozenset()
        self._speaking: dict[str, Stretches] = {}
        self._told: dict[int, _Told] = {}

    def name(self, segment: int, words: Sequence[Word]) -> str | None:
        """Who says most of the words by the newest turns; None while no turn is near, or without words.

        A segment may be named again with other words, which replace the earlier ones.
        """
        before = self._told.pop(segment, None)
        if not words:
            return None
        speaker = self._speaker(words) or (before.speaker if before else None)
        self._told[segment] = _Told(words, speaker)
        if len(self._told) > REMEMBERED:
            del self._told[next(iter(self._told))]
        return speaker

    def revise(self, turns: Iterable[Turn]) -> list[Revision]:
        """Take all turns of the stream anew; the segments named so far whose speaker changes, in their order.

        Where no turn is near any more, a segment keeps its speaker.
        """
        newest = frozenset(turns)
        changed = _Spans(self._turns ^ newest)
        self._turns = newest
        self._speaking = dict(sorted(attribution.stretches(tuple(newest)).items()))
        revisions = []
        for segment, told in sorted(self._told.items()):
            if not changed.touch(told.start - NEAR, told.end + NEAR):
                continue
            speaker = self._speaker(told.words)
            if speaker is not None and speaker != told.speaker:
                told.speaker = speaker
                revisions.append(Revision(segment, speaker))
        return revisions

    def _speaker(self, words: Sequence[Word]) -> str | None:
        seconds: Counter[str] = Counter()
        for word, voice in zip(words, attribution.voices(words, self._speaking), strict=True):
            if voice is not None and attribution.misfit(word, self._speaking[voice]) < FAR:
                seconds[voice] += max(word.end - word.start, 0.01)
        return max(sorted(seconds), key=seconds.__getitem__, default=None)


class _Spans:
    """The time that a few turns take up, as disjoint stretches."""

    def __init__(self, turns: Iterable[Turn]) -> None:
        everybody = [Turn(turn.start, turn.end, "") for turn in turns]
        self._starts, self._ends = attribution.stretches(everybody).get("", ([], []))

    def touch(self, start: float, end: float) -> bool:
        last = bisect_right(self._starts, end) - 1
        return last >= 0 and self._ends[last] >= start
