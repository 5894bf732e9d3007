"""LocalAgreement-2: words on which two passes in a row over a growing window agree will not change any more.

Machacek, Dabre and Bojar 2023, "Turning Whisper into Real-Time Transcription System", section 2. Pure
bookkeeping, used by the live stream.
"""

import re
from collections.abc import Sequence

from integrations.contracts.speech import Word


class Agreement:
    """The passes over one window of sound; word times are in one and the same clock for all of them.

    Words before `earliest` are moved there.
    """

    def __init__(self, earliest: float = 0.0) -> None:
        self._earliest = earliest
        self.stable: list[Word] = []
        """Agreed words. Only ever grows at its end; `forget` takes from its beginning."""
        self.tail: list[Word] = []
        """What the latest pass heard behind them."""

    @property
    def words(self) -> list[Word]:
        return self.stable + self.tail

    def hear(self, words: Sequence[Word]) -> None:
        """Take the next pass over the window."""
        before, self.tail = self.tail, self._rest(words)
        agreed = 0
        for old, new in zip(before, self.tail, strict=False):
            if bare(old.text) != bare(new.text):
                break
            agreed += 1
        self._settle(agreed)

    def finish(self, words: Sequence[Word] | None = None) -> None:
        """Take the last pass (or the latest one for the last): everything in it is stable."""
        if words is not None:
            self.tail = self._rest(words)
        self._settle(len(self.tail))

    def forget(self, count: int) -> None:
        """Drop the first stable words, because the window no longer contains their sound."""
        if count:
            self._earliest = self.stable[count - 1].end
        del self.stable[:count]

    def _settle(self, count: int) -> None:
        self.stable += self.tail[:count]
        del self.tail[:count]

    def _rest(self, words: Sequence[Word]) -> list[Word]:
        """The words of a pass that follow the stable ones, never earlier than those."""
        rest = list(words[_covered(self.stable, words) :])
        earliest = self.stable[-1].end if self.stable else self._earliest
        return [_not_before(word, earliest) for word in rest]


def bare(text: str) -> str:
    """A word as passes are compared: without case and punctuation, unless it has nothing else."""
    return re.sub(r"[^\w']", "", text.casefold()) or text


def _covered(stable: Sequence[Word], words: Sequence[Word]) -> int:
    """How many words of a pass stand for the stable ones: the beginning that takes the fewest edits.

    Among equal ones that which ends nearest to them in time.
    """
    said = [bare(word.text) for word in stable]
    row = list(range(len(said) + 1))
    costs = [row[-1]]
    for word in words:
        heard = bare(word.text)
        above, row = row, [row[0] + 1]
        for place, other in enumerate(said):
            row.append(min(above[place] + (heard != other), above[place + 1] + 1, row[place] + 1))
        costs.append(row[-1])
    if not stable:
        return 0

    def distance(count: int) -> float:
        return abs((words[count - 1].end if count else 0.0) - stable[-1].end)

    return min(range(len(costs)), key=lambda count: (costs[count], distance(count)))


def _not_before(word: Word, earliest: float) -> Word:
    if word.start >= earliest:
        return word
    return Word(word.text, earliest, max(word.end, earliest), word.confidence)
