"""Tickets kept in a ledger: obeys the whole contract without a tracker; for tests and `make demo`."""

from collections.abc import Sequence
from dataclasses import asdict

from integrations.contracts.tickets import ANYWHERE, Place, Ticket, TicketChange, TicketDraft, TicketState
from integrations.errors import Rejected
from integrations.providers.ledger import IN_PROCESS, Ledger, LedgerOptions, Recorded


class MemoryTickets:
    """Opens tickets `memory://tickets/1`, `/2`... and finds them by their key."""

    Options = LedgerOptions
    engine = "memory"
    search_lag = 0.0

    def __init__(self, options: LedgerOptions = IN_PROCESS):
        self._ledger = Ledger("tickets", options)
        self._changes = Ledger("ticket_changes", options)

    @property
    def effects(self) -> list[Recorded]:
        return self._ledger.effects()

    @property
    def changes(self) -> list[Recorded]:
        """All updates, oldest first; `key` is the ticket's id."""
        return self._changes.effects()

    def open(self, draft: TicketDraft) -> Ticket:
        return _ticket(self._ledger.record(draft.key, asdict(draft)))

    def find(self, key: str, place: Place = ANYWHERE) -> list[Ticket]:
        return [_ticket(effect) for effect in self._ledger.find(key)]

    def update(self, ticket_id: str, change: TicketChange) -> Ticket:
        known = next((effect for effect in self._ledger.effects() if effect.id == ticket_id), None)
        if known is None:
            raise Rejected("There is no such ticket.", status=404)
        self._changes.record(ticket_id, asdict(change))
        return _ticket(known)

    def states(self, ticket_ids: Sequence[str]) -> dict[str, TicketState]:
        opened = {effect.id for effect in self._ledger.effects()}
        done = {effect.key: effect.payload["done"] for effect in self._changes.effects()}
        return {each: _state(each in opened, done.get(each, False)) for each in ticket_ids}

    def probe(self) -> None:
        """Always ready."""


def _state(exists: bool, done: bool) -> TicketState:
    if not exists:
        return TicketState.GONE
    return TicketState.DONE if done else TicketState.OPEN


def _ticket(effect: Recorded) -> Ticket:
    return Ticket(id=effect.id, url=effect.url)
