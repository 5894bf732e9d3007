"""Calendars: a due date as an entry in somebody's calendar."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol


@dataclass(frozen=True)
class EntryDraft:
    """An entry that lasts the whole of `day`, wherever the reader is, and blocks no time."""

    title: str
    day: date
    description: str
    attendee_email: str
    """Who is invited; nobody where it is empty or the calendar's own owner."""
    key: str
    """The effect's key, written where `find` can see it."""
    url: str = ""
    """Where more is said about it; http or https."""
    time_zone: str = ""
    """The reader's zone (IANA), for vendors whose whole days begin at somebody's midnight."""

    @property
    def day_after(self) -> date:
        """Where vendors want the end: it is not part of the entry. The last day that there is has none."""
        return self.day if self.day == date.max else self.day + timedelta(days=1)


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

    def update(self, entry_id: str, draft: EntryDraft) -> Entry:
        """Make an entry say what `draft` says; the same twice is one. Who was invited stays, and so does the
        key. Raises Unavailable, Rejected (it is gone), Misconfigured."""

    def remove(self, entry_id: str) -> None:
        """Take an entry away; one that is gone already is no error. Raises Unavailable, Misconfigured."""

    def probe(self) -> None:
        """Raise Misconfigured when the next call could not be served. Cheap, offline."""
