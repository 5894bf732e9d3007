"""Calendar entries kept in a ledger: obeys the whole contract without a server; for tests and `make demo`."""

from dataclasses import asdict

from integrations.contracts.calendars import Entry, EntryDraft
from integrations.errors import Rejected
from integrations.providers.ledger import IN_PROCESS, Ledger, LedgerOptions, Recorded


class MemoryCalendar:
    """Adds entries `memory://calendars/1`, `/2`... and finds them by their key."""

    Options = LedgerOptions
    engine = "memory"
    search_lag = 0.0

    def __init__(self, options: LedgerOptions = IN_PROCESS):
        self._ledger = Ledger("calendars", options)
        self._changes = Ledger("calendar_changes", options)

    @property
    def effects(self) -> list[Recorded]:
        return self._ledger.effects()

    @property
    def changes(self) -> list[Recorded]:
        """All updates and removals, oldest first; `key` is the entry's id, a removal has no payload."""
        return self._changes.effects()

    def add(self, draft: EntryDraft) -> Entry:
        return _entry(self._ledger.record(draft.key, asdict(draft)))

    def find(self, key: str) -> list[Entry]:
        gone = self._removed()
        return [_entry(effect) for effect in self._ledger.find(key) if effect.id not in gone]

    def update(self, entry_id: str, draft: EntryDraft) -> Entry:
        known = next((effect for effect in self._ledger.effects() if effect.id == entry_id), None)
        if known is None or entry_id in self._removed():
            raise Rejected("There is no such entry.", status=404)
        self._changes.record(entry_id, asdict(draft))
        return _entry(known)

    def remove(self, entry_id: str) -> None:
        if entry_id not in self._removed():
            self._changes.record(entry_id, {})

    def probe(self) -> None:
        """Always ready."""

    def _removed(self) -> set[str]:
        return {change.key for change in self._changes.effects() if not change.payload}


def _entry(effect: Recorded) -> Entry:
    return Entry(id=effect.id, url=effect.url)
