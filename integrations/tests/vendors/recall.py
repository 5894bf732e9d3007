"""Recall.ai as tests meet it, by the rules of docs.recall.ai (written down by hand)."""

import base64
import hashlib
import hmac
import json
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

from integrations.tests.vendors.committing import CommittingVendor
from integrations.tests.vendors.server import Asked, Reply, as_json

TOKEN = "token-of-the-tests-0123456789"
SECRET = "whsec_" + base64.b64encode(b"webhook-secret-of-the-tests").decode()
OVER = ("done", "fatal")
BOTS = "/api/v1/bot/"
_FIELDS = {"meeting_url", "bot_name", "metadata", "recording_config", "automatic_leave", "join_at"}
_LEAVING = {"waiting_room_timeout", "noone_joined_timeout", "everyone_left_timeout", "silence_detection"}


class RecallVendor(CommittingVendor):
    """`committed` has each bot as `GET /api/v1/bot/{id}/` shows it."""

    def __init__(self) -> None:
        super().__init__(_judge)
        self.route("POST", BOTS, self._post)
        self.route("GET", BOTS, self._get)

    def move(self, bot_id: str, code: str, sub_code: str = "", message: str = "") -> None:
        change = {"code": code, "sub_code": sub_code or None, "message": message or None}
        self._bot(bot_id)["status_changes"].append(change)

    def settle(self, bot_id: str) -> None:
        self.move(bot_id, "call_ended", "bot_kicked_from_call")
        self.move(bot_id, "done")

    def _bot(self, bot_id: str) -> dict[str, Any]:
        return next((bot for bot in self.committed if bot["id"] == bot_id), {})

    def _post(self, asked: Asked) -> Reply:
        steps = asked.path.removeprefix(BOTS).strip("/").split("/")
        if steps == [""]:
            return self.changing(self._create)(asked)
        bot = self._bot(steps[0])
        if not bot:
            return as_json({"detail": "Not found."}, 404)
        if bot["status_changes"][-1]["code"] in OVER:
            return as_json({"code": "cannot_command_completed_bot"}, 400)
        self.move(bot["id"], "call_ended", "bot_received_leave_call")
        self.move(bot["id"], "done")
        return as_json({})

    def _create(self, asked: Asked) -> Reply:
        wish = asked.json()
        ready = {"code": "ready", "sub_code": None, "message": None}
        bot = {
            "id": str(uuid.uuid4()),
            "metadata": wish["metadata"],
            "status_changes": [ready],
            "recordings": [],
            "wish": wish,
        }
        self.committed.append(bot)
        return as_json(bot, 201)

    def _get(self, asked: Asked) -> Reply:
        parts = urlsplit(asked.path)
        bot_id = parts.path.removeprefix(BOTS).strip("/")
        if not bot_id:
            key = parse_qs(parts.query)["metadata__key"][0]
            found = [bot for bot in self.seen() if bot["metadata"]["key"] == key]
            return as_json({"next": None, "previous": None, "results": found})
        bot = self._bot(bot_id)
        return as_json(bot) if bot else as_json({"detail": "Not found."}, 404)


def signed(
    payload: dict[str, Any], *, at: float, secret: str = SECRET, kind: str = "webhook"
) -> tuple[dict[str, str], bytes]:
    """A webhook's headers and body, as Standard Webhooks (and Svix before them) signs them."""
    body = json.dumps(payload).encode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    proof = hmac.new(key, f"msg_1.{int(at)}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(b'of another key').decode()} v1,{base64.b64encode(proof).decode()}"
    return {f"{kind}-id": "msg_1", f"{kind}-timestamp": str(int(at)), f"{kind}-signature": signature}, body


def _judge(asked: Asked) -> None:
    if asked.path == "/media":  # a storage, which is no party to the credentials
        assert "authorization" not in asked.headers
        return
    assert asked.headers["authorization"] == f"Token {TOKEN}"
    assert urlsplit(asked.path).path.endswith("/")
    if asked.method == "POST" and asked.path == BOTS:
        wish = asked.json()
        assert {"meeting_url", "bot_name"} <= wish.keys() <= _FIELDS
        assert all(isinstance(value, str) and len(value) <= 500 for value in wish["metadata"].values())
        assert wish["automatic_leave"].keys() <= _LEAVING
    elif asked.method == "POST":
        assert asked.path.endswith("/leave_call/")
