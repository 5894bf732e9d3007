"""Calendar entries kept in a ledger: obeys the whole contract without a server; for tests and `make demo`."""

from dataclasses import asdict

from integrations.contracts.calendars import Entry, EntryDraft
from integrations.providers.ledger import IN_PROCESS, Ledger, LedgerOptions, Recorded


class MemoryCalendar:
    """Adds entries `memory://calendars/1`, `/2`... and finds them by their key."""

    Options = LedgerOptions
    engine = "memory"
    search_lag = 0.0

    def __init__(self, options: LedgerOptions = IN_PROCESS):
        self._ledger = Ledger("calendars", options)

    @property
    def effects(self) -> list[Recorded]:
        return self._ledger.effects()

    def add(self, draft: EntryDraft) -> Entry:
        return _entry(self._ledger.record(draft.key, asdict(draft)))

    def find(self, key: str) -> list[Entry]:
        return [_entry(effect) for effect in self._ledger.find(key)]

    def probe(self) -> None:
        """Always ready."""


def _entry(effect: Recorded) -> Entry:
    return Entry(id=effect.id, url=effect.url)
