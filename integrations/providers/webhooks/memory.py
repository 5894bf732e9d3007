"""Webhooks kept in a ledger: obeys the whole contract without a receiver; for tests."""

import json

from integrations.contracts.webhooks import Notice, Told
from integrations.providers.ledger import IN_PROCESS, Ledger, LedgerOptions, Recorded


class MemoryWebhooks:
    """Tells addresses by writing down what they would have been told."""

    Options = LedgerOptions
    engine = "memory"

    def __init__(self, options: LedgerOptions = IN_PROCESS):
        self._ledger = Ledger("webhooks", options)

    @property
    def effects(self) -> list[Recorded]:
        return self._ledger.effects()

    def tell(self, notice: Notice) -> Told:
        self._ledger.record(notice.id, {"url": notice.url, "body": json.loads(notice.body)})
        return Told(200)

    def probe(self) -> None:
        """Always ready."""
