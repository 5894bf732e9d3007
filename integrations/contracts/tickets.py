"""Tickets: an action item as an issue or task in the team's tracker."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True)
class TicketDraft:
    title: str
    body: str
    assignee_email: str
    due: date | None
    key: str
    """The effect's key, written where `find` can see it."""


@dataclass(frozen=True)
class Ticket:
    id: str
    url: str


class Tickets(Protocol):
    def open(self, draft: TicketDraft) -> Ticket:
        """Raises Unavailable (`maybe_done` where it may have been opened), Rejected, Misconfigured."""

    def find(self, key: str) -> list[Ticket]:
        """All tickets that carry this key."""

    def probe(self) -> None:
        """Raise Misconfigured when the next call could not be served. Cheap, offline."""
