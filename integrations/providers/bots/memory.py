"""Bots kept in a ledger: obeys the whole contract without a call; for tests and `make demo`.

What becomes of a bot is told by the test: `move`. In a file the moves outlive the process like the bots.
"""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, field

from integrations.contracts.bots import Bot, BotDraft, BotRecording, BotState, BotStatus, Hint, Said
from integrations.contracts.links import MeetingLink
from integrations.errors import Rejected
from integrations.providers.ledger import Ledger, LedgerOptions, Recorded


@dataclass(frozen=True)
class MemoryBotsOptions(LedgerOptions):
    webhook_secret: str = field(default="", repr=False)


class MemoryBots:
    """Sends bots `bots-1`, `bots-2`... that join and then do as they are told."""

    Options = MemoryBotsOptions
    engine = "memory"
    search_lag = 0.0
    least_pause = 0.0

    def __init__(self, options: MemoryBotsOptions | None = None):
        self._options = options or MemoryBotsOptions()
        self._ledger = Ledger("bots", self._options)
        self._moves = Ledger("bot_moves", LedgerOptions(path=self._options.path))

    @property
    def effects(self) -> list[Recorded]:
        return self._ledger.effects()

    @property
    def moves(self) -> list[Recorded]:
        """All that happened to bots, oldest first; `key` is the bot's id."""
        return self._moves.effects()

    def move(
        self,
        bot_id: str,
        state: BotState,
        reason: str = "",
        *,
        recording: str = "",
        said: tuple[Said, ...] = (),
    ) -> None:
        """From now on the bot is in this state; a final one is settled, with what there is to fetch."""
        told = [asdict(each) for each in said]
        self._moves.record(bot_id, {"state": state, "reason": reason, "recording": recording, "said": told})

    def join(self, draft: BotDraft) -> Bot:
        return Bot(self._ledger.record(draft.key, asdict(draft)).id)

    def find(self, key: str, link: MeetingLink | None) -> list[Bot]:
        return [Bot(effect.id) for effect in self._ledger.find(key)]

    def status(self, bot_id: str) -> BotStatus:
        last = self._last(bot_id)
        state = BotState(last["state"])
        is_settled = state in (BotState.LEFT, BotState.FAILED)
        return BotStatus(state, last["reason"], is_settled=is_settled)

    def leave(self, bot_id: str) -> None:
        known = any(effect.id == bot_id for effect in self.effects)
        if known and not self.status(bot_id).is_settled:
            self.move(bot_id, BotState.LEFT, recording=self._last(bot_id)["recording"])

    def recording(self, bot_id: str) -> BotRecording | None:
        url = self._last(bot_id)["recording"]
        return BotRecording(url, filename="observer.wav", is_own=True) if url else None

    def transcript(self, bot_id: str) -> tuple[Said, ...]:
        return tuple(Said(**each) for each in self._last(bot_id)["said"])

    def hint(self, headers: dict[str, str], body: bytes, *, now: float) -> Hint | None:
        """Signed with the hex HMAC-SHA256 of the body in `x-signature`."""
        secret = self._options.webhook_secret
        wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        if not secret or not hmac.compare_digest(wanted, headers.get("x-signature", "")):
            raise Rejected("This webhook is not signed by the vendor.", status=401)
        return Hint(json.loads(body)["bot_id"])

    def probe(self) -> None:
        """Always ready."""

    def _last(self, bot_id: str) -> dict:
        """Raises Rejected for a bot that never was."""
        if not any(effect.id == bot_id for effect in self.effects):
            raise Rejected("There is no such bot.", status=404)
        moves = [effect.payload for effect in self.moves if effect.key == bot_id]
        return moves[-1] if moves else {"state": "joining", "reason": "", "recording": "", "said": []}
