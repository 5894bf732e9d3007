"""Tickets kept in a ledger: obeys the whole contract without a tracker; for tests and `make demo`."""

from dataclasses import asdict

from integrations.contracts.tickets import Ticket, TicketDraft
from integrations.providers.ledger import IN_PROCESS, Ledger, LedgerOptions, Recorded


class MemoryTickets:
    """Opens tickets `memory://tickets/1`, `/2`... and finds them by their key."""

    Options = LedgerOptions
    engine = "memory"

    def __init__(self, options: LedgerOptions = IN_PROCESS):
        self._ledger = Ledger("tickets", options)

    @property
    def effects(self) -> list[Recorded]:
        return self._ledger.effects()

    def open(self, draft: TicketDraft) -> Ticket:
        return _ticket(self._ledger.record(draft.key, asdict(draft)))

    def find(self, key: str) -> list[Ticket]:
        return [_ticket(effect) for effect in self._ledger.find(key)]

    def probe(self) -> None:
        """Always ready."""


def _ticket(effect: Recorded) -> Ticket:
    return Ticket(id=effect.id, url=effect.url)
