"""From agreed words to numbered hypotheses: which sentences are final, and what is shown of the open one.

Used by the live stream. A sentence is final as soon as its words are stable and another one follows it, even
before its speaker has paused; what was announced as stable in a segment stays in that segment.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from integrations.contracts.speech import Hypothesis, Word

from . import local_segments


class Telling:
    """The segments of one stream, in turn."""

    def __init__(self) -> None:
        self.latest = 0.0
        """End of the last final word, in seconds of the stream."""
        self.joint = " "
        """What stands between two words."""
        self._said: list[Hypothesis] = []
        self._segment = 0
        self._shown: Hypothesis | None = None
        """The latest of the open segment."""

    def take(self) -> list[Hypothesis]:
        """What is new since the last call, oldest first."""
        said, self._said = self._said, []
        return said

    def sentences(self, words: Sequence[Word], stable: int) -> int:
        """Make final what is complete among the first `stable` words; answers how many of them it took."""
        taken = 0
        for part in list(self._parts(words))[:-1]:
            if taken + len(part) > stable:
                break
            self._final(part)
            taken += len(part)
        return taken

    def interim(self, words: Sequence[Word], stable: int) -> None:
        """Show the open sentence, of which the first `stable` words are; the same is not shown twice."""
        if not words:
            return
        told = self._hypothesis(words, stable)
        if self._shown is None or replace(self._shown, rev=told.rev) != told:
            self._say(told)

    def end(self, words: Sequence[Word], *, paused: bool) -> None:
        """All that is left of the utterance, or of its part before a cut, is final.

        A segment of which something was shown, though nobody said anything, ends with an empty text.
        """
        parts = list(self._parts(words))
        for number, part in enumerate(parts, start=1):
            self._final(part, paused=paused and number == len(parts))
        if self._shown is not None:
            nothing = replace(self._shown, rev=self._shown.rev + 1, text="", end=self._shown.start, words=())
            self._say(replace(nothing, stable=0, is_final=True, speech_final=paused))

    def _parts(self, words: Sequence[Word]) -> Iterator[list[Word]]:
        """Sentences, the first of which has at least the words that are announced as stable."""
        announced = self._shown.stable if self._shown else 0
        part: list[Word] = []
        for sentence in local_segments.segments(words, self.joint):
            part += sentence.words
            if len(part) >= announced:
                yield part
                part, announced = [], 0
        if part:
            yield part

    def _final(self, words: Sequence[Word], *, paused: bool = False) -> None:
        final = self._hypothesis(words, len(words))
        self._say(replace(final, is_final=True, speech_final=paused))
        self.latest = final.end

    def _hypothesis(self, words: Sequence[Word], stable: int) -> Hypothesis:
        return Hypothesis(
            segment=self._segment,
            rev=self._shown.rev + 1 if self._shown else 1,
            text=self.joint.join(word.text for word in words),
            start=words[0].start,
            end=words[-1].end,
            words=tuple(words),
            stable=stable,
        )

    def _say(self, hypothesis: Hypothesis) -> None:
        self._said.append(hypothesis)
        self._shown = None if hypothesis.is_final else hypothesis
        self._segment += hypothesis.is_final
