"""The order of a room's events at one socket: each number once, in order, and none skipped unnoticed.

Pure: it knows neither sockets nor rows. `rooms.consumers.feed` drives it.
"""

from collections.abc import Iterable
from typing import Generic, TypeVar

Item = TypeVar("Item")

MOST_PARKED = 512


class Sequence(Generic[Item]):
    """Everything up to `last` has been handed out; `highest` is the newest number that is known to exist."""

    def __init__(self, last: int, *, most: int = MOST_PARKED):
        self.last = self.highest = last
        self._parked: dict[int, Item] = {}
        self._most = most

    @property
    def is_behind(self) -> bool:
        return self.last < self.highest

    def hear_of(self, number: int) -> None:
        """There is an event of this number, wherever it may be."""
        self.highest = max(self.highest, number)

    def park(self, number: int, item: Item) -> None:
        """Keep an event for later. What is too much is forgotten: the log has it."""
        self.hear_of(number)
        if number > self.last and len(self._parked) < self._most:
            self._parked.setdefault(number, item)

    def take(self, number: int, item: Item) -> list[Item]:
        """What may be handed out now that this event has come; nothing if it is a double or leaves a gap."""
        self.park(number, item)
        return self.ready()

    def ready(self) -> list[Item]:
        """What follows on `last` without a gap."""
        found = []
        while (following := self._parked.pop(self.last + 1, None)) is not None:
            self.last += 1
            found.append(following)
        return found

    def fill(self, stored: Iterable[tuple[int, Item]], known: int) -> list[tuple[int, Item]]:
        """What the log holds, read when all up to `known` was written: numbers that are not in it are of
        events that are not kept. What was parked among them comes in its place."""
        events = {number: item for number, item in stored if number > self.last}
        upto = max((self.last, known, *events))
        events |= {number: item for number, item in self._parked.items() if number <= upto}
        self.skip_to(upto)
        return sorted(events.items(), key=lambda event: event[0])

    def restart(self, number: int) -> None:
        """Begin anew behind that number, wherever it was before; what was parked behind it still comes."""
        self.last = number
        self.skip_to(number)
        self.highest = max((number, *self._parked))

    def skip_to(self, number: int) -> None:
        """Whatever is up to there needs not be handed out any more."""
        self.last = max(self.last, number)
        self.hear_of(self.last)
        for each in [parked for parked in self._parked if parked <= self.last]:
            del self._parked[each]
