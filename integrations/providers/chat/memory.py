"""Chat posts kept in a ledger: obeys the whole contract without a server; for tests and `make demo`."""

from dataclasses import asdict

from integrations.contracts.chat import Post, Posted
from integrations.providers.ledger import IN_PROCESS, Ledger, LedgerOptions, Recorded


class MemoryChat:
    """Posts `memory://chat/1`, `/2`..."""

    Options = LedgerOptions
    engine = "memory"

    def __init__(self, options: LedgerOptions = IN_PROCESS):
        self._ledger = Ledger("chat", options)

    @property
    def effects(self) -> list[Recorded]:
        return self._ledger.effects()

    def post(self, post: Post) -> Posted:
        effect = self._ledger.record(post.key, asdict(post))
        return Posted(id=effect.id, url=effect.url)

    def probe(self) -> None:
        """Always ready."""
