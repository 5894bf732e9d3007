"""Documents kept in a ledger: obeys the whole contract without a server; for tests and `make demo`."""

from dataclasses import asdict

from integrations.contracts.documents import Document, DocumentDraft
from integrations.providers.ledger import IN_PROCESS, Ledger, LedgerOptions, Recorded


class MemoryDocuments:
    """Creates `memory://documents/1`, `/2`... and finds them by their key."""

    Options = LedgerOptions
    engine = "memory"
    search_lag = 0.0

    def __init__(self, options: LedgerOptions = IN_PROCESS):
        self._ledger = Ledger("documents", options)

    @property
    def effects(self) -> list[Recorded]:
        return self._ledger.effects()

    def create(self, draft: DocumentDraft) -> Document:
        return _document(self._ledger.record(draft.key, asdict(draft)))

    def find(self, key: str) -> list[Document]:
        return [_document(effect) for effect in self._ledger.find(key)]

    def probe(self) -> None:
        """Always ready."""


def _document(effect: Recorded) -> Document:
    return Document(id=effect.id, url=effect.url)
