"""Vexa as tests meet it, by the rules of docs.vexa.ai and its Meetings API (written down by hand)."""

import json
from typing import Any
from urllib.parse import unquote, urlsplit

from integrations.tests.vendors.committing import CommittingVendor
from integrations.tests.vendors.server import Asked, Reply, as_json

TOKEN = "token-of-the-tests-0123456789"
SECRET = "webhook-secret-of-the-tests"
OVER = ("completed", "failed")
_FIELDS = {"platform", "native_meeting_id", "bot_name", "passcode", "recording_enabled", "transcribe_enabled"}


class VexaVendor(CommittingVendor):
    """`committed` has each visit as `GET /transcripts/{platform}/{native id}` shows it."""

    def __init__(self) -> None:
        super().__init__(_judge)
        self.media: Reply = as_json({"detail": "Not found"}, 404)
        self.route("POST", "/bots", self.changing(self._create))
        self.route("GET", "/bots/status", self._running)
        self.route("GET", "/transcripts/", self._record)
        self.route("DELETE", "/bots/", self._stop)
        self.route("GET", "/recordings/", lambda asked: self.media)

    def move(self, bot_id: str, status: str, **data: str) -> None:
        bot = self._bot(bot_id)
        bot["status"] = status
        bot["data"] |= data

    def settle(self, bot_id: str) -> None:
        self.move(bot_id, "completed", completion_reason="removed_by_host")

    def _bot(self, bot_id: str) -> dict[str, Any]:
        """The newest visit."""
        named = [bot for bot in self.committed if f"{bot['platform']}/{bot['native_meeting_id']}" == bot_id]
        return named[-1] if named else {}

    def _asked_for(self, asked: Asked) -> dict[str, Any]:
        _, _, platform, native_id = urlsplit(asked.path).path.split("/")
        return self._bot(f"{platform}/{unquote(native_id)}")

    def _create(self, asked: Asked) -> Reply:
        wish = asked.json()
        present = self._bot(f"{wish['platform']}/{wish['native_meeting_id']}")
        if present and present["status"] not in OVER:
            return as_json({"detail": "An active or requested meeting already exists"}, 409)
        bot = {
            "id": len(self.committed) + 1,
            "platform": wish["platform"],
            "native_meeting_id": wish["native_meeting_id"],
            "status": "requested",
            "data": {},
            "segments": [],
            "recordings": [],
            "wish": wish,
        }
        self.committed.append(bot)
        return as_json(bot, 201)

    def _running(self, asked: Asked) -> Reply:
        named = ("platform", "native_meeting_id")
        running = [{name: bot[name] for name in named} for bot in self.seen() if bot["status"] not in OVER]
        return as_json({"running_bots": running, "running": running, "count": len(running)})

    def _record(self, asked: Asked) -> Reply:
        bot = self._asked_for(asked)
        return as_json(bot) if bot else as_json({"detail": "Meeting not found"}, 404)

    def _stop(self, asked: Asked) -> Reply:
        bot = self._asked_for(asked)
        if not bot or bot["status"] in OVER:
            return as_json({"detail": "No active meeting found"}, 404)
        bot["status"] = "completed"
        return as_json({"status": "stopping", "meeting_id": bot["id"]})


def signed(payload: dict[str, Any], secret: str = SECRET) -> tuple[dict[str, str], bytes]:
    """A webhook's headers and body, as docs.vexa.ai/webhooks describes them."""
    return {"authorization": f"Bearer {secret}"}, json.dumps(payload).encode()


def _judge(asked: Asked) -> None:
    assert asked.headers["x-api-key"] == TOKEN
    if asked.method == "POST":
        wish = asked.json()
        assert {"platform", "native_meeting_id"} <= wish.keys() <= _FIELDS
        assert wish["platform"] in ("google_meet", "zoom", "teams")
