"""Mail kept in a ledger: obeys the whole contract without a server; for tests and `make demo`."""

from dataclasses import asdict

from integrations.contracts.mail import Message, Receipt
from integrations.providers.ledger import IN_PROCESS, Ledger, LedgerOptions, Recorded


class MemoryMail:
    """Takes messages as `memory://mail/1`, `/2`..."""

    Options = LedgerOptions
    engine = "memory"

    def __init__(self, options: LedgerOptions = IN_PROCESS):
        self._ledger = Ledger("mail", options)

    @property
    def effects(self) -> list[Recorded]:
        return self._ledger.effects()

    def send(self, message: Message) -> Receipt:
        effect = self._ledger.record(message.key, asdict(message))
        return Receipt(id=effect.id, url=effect.url)

    def probe(self) -> None:
        """Always ready."""
