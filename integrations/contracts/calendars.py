"""Calendars: a due date as an entry in somebody's calendar."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True)
class EntryDraft:
    title: str
    day: date
    description: str
    attendee_email: str
    key: str


@dataclass(frozen=True)
class Entry:
    id: str
    url: str = ""


class Calendar(Protocol):
    search_lag: float
    """Seconds after which `find` sees what was added; 0 where it sees it at once."""

    def add(self, draft: EntryDraft) -> Entry:
        """Raises Unavailable (`maybe_done` where it may have been added), Rejected, Misconfigured."""

    def find(self, key: str) -> list[Entry]:
        """All entries that carry this key."""

    def probe(self) -> None:
        """Raise Misconfigured when the next call could not be served. Cheap, offline."""
