"""Attendee as tests meet it: the rules of its docs/openapi.yml and docs/webhooks.md, written down by hand."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from integrations.tests.vendors.committing import CommittingVendor
from integrations.tests.vendors.server import Asked, Reply, as_json

TOKEN = "token-of-the-tests-0123456789"
SECRET = base64.b64encode(b"webhook-secret-of-the-tests").decode()
OVER = ("ended", "fatal_error", "data_deleted")
_FIELDS = {
    "meeting_url": str,
    "bot_name": str,
    "deduplication_key": str,
    "metadata": dict,
    "webhooks": list,
    "recording_settings": dict,
    "automatic_leave_settings": dict,
}
_NESTED = {
    "recording_settings": {"format", "view", "resolution"},
    "automatic_leave_settings": {
        "max_uptime_seconds",
        "only_participant_in_meeting_timeout_seconds",
        "waiting_room_timeout_seconds",
        "silence_timeout_seconds",
    },
}
BOTS = "/api/v1/bots"


class AttendeeVendor(CommittingVendor):
    """`committed` has each bot as `GET /bots/{id}` shows it."""

    def __init__(self) -> None:
        super().__init__(_judge)
        self.media: dict[str, Reply] = {}
        self.route("POST", BOTS, self._post)
        self.route("GET", BOTS, self._get)

    def move(self, bot_id: str, state: str, *events: tuple[str, str | None]) -> None:
        self._bot(bot_id)["state"] = state
        self._bot(bot_id)["events"] += [{"type": kind, "sub_type": sub} for kind, sub in events]

    def settle(self, bot_id: str) -> None:
        """It was removed from the call, and all is written."""
        self.move(bot_id, "ended", ("meeting_ended", "removed_by_host"), ("post_processing_completed", None))

    def _bot(self, bot_id: str) -> dict[str, Any]:
        return next((bot for bot in self.committed if bot["id"] == bot_id), {})

    def _post(self, asked: Asked) -> Reply:
        steps = asked.path.removeprefix(BOTS).strip("/").split("/")
        if steps == [""]:
            return self.changing(self._create)(asked)
        bot = self._bot(steps[0])
        if not bot:
            return as_json({"detail": "Not found."}, 404)
        if bot["state"] in OVER:
            return as_json({"error": "Bot is not in a valid state to leave the meeting"}, 400)
        self.move(bot["id"], "ended", ("leave_requested", "user_requested"))
        return as_json(bot)

    def _create(self, asked: Asked) -> Reply:
        wish = asked.json()
        key = wish.get("deduplication_key")
        if any(bot["deduplication_key"] == key and bot["state"] not in OVER for bot in self.committed):
            return as_json({"error": "Deduplication key already in use."}, 400)
        bot = {
            "id": f"bot_{len(self.committed):016}",
            "state": "joining",
            "events": [{"type": "join_requested", "sub_type": None}],
            "deduplication_key": key,
            "meeting_url": wish["meeting_url"],
            "wish": wish,
        }
        self.committed.append(bot)
        return as_json(bot, 201)

    def _get(self, asked: Asked) -> Reply:
        parts = urlsplit(asked.path)
        steps = parts.path.removeprefix(BOTS).strip("/").split("/")
        if steps == [""]:
            key = parse_qs(parts.query)["deduplication_key"][0]
            found = [bot for bot in self.seen() if bot["deduplication_key"] == key]
            return as_json({"next": None, "previous": None, "results": found})
        bot = self._bot(steps[0])
        if not bot:
            return as_json({"detail": "Not found."}, 404)
        if steps[1:]:
            return self.media.get(steps[1], as_json({"detail": "Not found."}, 404))
        return as_json(bot)


def signed(payload: dict[str, Any], secret: str = SECRET) -> tuple[dict[str, str], bytes]:
    """A webhook's headers and body, as docs/webhooks.md signs them."""
    canonical = json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    proof = hmac.new(base64.b64decode(secret), canonical.encode(), hashlib.sha256).digest()
    return {"x-webhook-signature": base64.b64encode(proof).decode()}, json.dumps(payload).encode()


def _judge(asked: Asked) -> None:
    if asked.path == "/media":  # a storage, which is no party to the credentials
        assert "authorization" not in asked.headers
        return
    assert asked.headers["authorization"] == f"Token {TOKEN}"
    if asked.method == "POST" and asked.path == BOTS:
        wish = asked.json()
        assert {"meeting_url", "bot_name"} <= wish.keys() <= _FIELDS.keys()
        assert all(isinstance(wish[name], _FIELDS[name]) for name in wish)
        for name, known in _NESTED.items():
            assert wish.get(name, {}).keys() <= known
        for hook in wish.get("webhooks", []):
            assert hook["url"].startswith("https://")
            assert hook["triggers"] == ["bot.state_change"]
    elif asked.method == "POST":
        assert asked.path.endswith("/leave")
