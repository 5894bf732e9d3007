"""Tickets: an action item as an issue or task in the team's tracker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True)
class Place:
    """Where in a tracker; what a vendor has no word for stays empty."""

    workspace: str = ""
    project: str = ""
    """Jira's project key, Asana's project gid."""
    issue_type: str = ""

    @property
    def target(self) -> str:
        """What makes it another place, and so another ticket: where the effect that opens one goes."""
        return self.project or self.workspace


ANYWHERE = Place()


@dataclass(frozen=True)
class TicketDraft:
    title: str
    body: str
    assignee_email: str
    due: date | None
    key: str
    """The effect's key, written where `find` can see it."""
    place: Place = ANYWHERE
    assignee: str = ""
    """The vendor's own id of the account that it is for, where routing names one."""


@dataclass(frozen=True)
class Ticket:
    id: str
    url: str


@dataclass(frozen=True)
class TicketChange:
    """What a ticket is to look like, whole: the same change twice is one."""

    title: str
    body: str
    assignee_email: str
    due: date | None
    done: bool
    assignee: str = ""


class TicketState(StrEnum):
    OPEN = "open"
    DONE = "done"
    GONE = "gone"


class Tickets(Protocol):
    search_lag: float
    """Seconds after which `find` sees what was opened; 0 where it sees it at once."""

    def open(self, draft: TicketDraft) -> Ticket:
        """Raises Unavailable (`maybe_done` where it may have been opened), Rejected, Misconfigured.

        An assignee whom the tracker does not know leaves the ticket to nobody; it is opened all the same.
        """

    def find(self, key: str, place: Place = ANYWHERE) -> list[Ticket]:
        """All tickets that carry this key. A look that says nothing raises Unavailable, and is no proof."""

    def update(self, ticket_id: str, change: TicketChange) -> Ticket:
        """Make a ticket look like `change`. Raises Unavailable, Rejected (it is gone), Misconfigured.

        An assignee whom the tracker does not know, or none, leaves whom it has.
        """

    def states(self, ticket_ids: Sequence[str]) -> dict[str, TicketState]:
        """How these tickets stand; one that these credentials may not see may be left out.

        Raises Unavailable, Misconfigured.
        """

    def probe(self) -> None:
        """Raise Misconfigured when the next call could not be served. Cheap, offline."""
