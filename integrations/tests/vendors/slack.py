"""Slack as tests meet it: chat.postMessage and incoming webhooks, with the limits that Slack documents."""

import json
from typing import Any
from urllib.parse import parse_qsl

from integrations.tests.vendors.committing import RETRY_AFTER, CommittingVendor, Fault
from integrations.tests.vendors.server import Asked, Reply, as_json
from integrations.tests.vendors.swagger import Swagger

TOKEN = "xoxb-of-the-tests-0123456789"
HOOK = "/services/T0SECRET/B0SECRET/of-the-tests-0123456789"
CHANNEL_ID = "C1H9RESGL"
_WEB_API = Swagger("slack", later=frozenset({"metadata"}))
_HOOK_FIELDS = {"text", "blocks"}


class SlackVendor(CommittingVendor):
    """`committed` has each post's channel, text, sections and key; `refusing` is what it answers instead."""

    def __init__(self) -> None:
        super().__init__(self._judge)
        self.refusing: dict[str, Any] | None = None
        self.route("POST", "/api/chat.postMessage", self._web_api)
        self.route("POST", HOOK, self.changing(self._commit_hook))

    @property
    def webhook_url(self) -> str:
        return f"{self.url}{HOOK}"

    def _judge(self, asked: Asked) -> None:
        if asked.path == HOOK:
            content = asked.json()
            assert content.keys() <= _HOOK_FIELDS, "unknown fields"
        else:
            form = _WEB_API.check(asked)
            content = form | {"blocks": json.loads(form.get("blocks", "[]"))}
            metadata = json.loads(form.get("metadata", "{}"))
            assert metadata.keys() <= {"event_type", "event_payload"}
        _check_limits(content)

    def _web_api(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return as_json({"ok": False, "error": "invalid_auth"})
        if self.refusing:
            return as_json({"ok": False} | self.refusing, **{"Retry-After": str(RETRY_AFTER)})
        return self.changing(self._commit_post)(asked)

    def _commit_post(self, asked: Asked) -> Reply:
        form = dict(parse_qsl(asked.body.decode()))
        moment = f"1700000000.{len(self.committed):06}"
        key = json.loads(form.get("metadata", "{}")).get("event_payload", {}).get("key", "")
        blocks = json.loads(form.get("blocks", "[]"))
        self.committed.append(_post(form["channel"], form["text"], blocks, key))
        said = {"text": form["text"], "ts": moment, "type": "message"}
        return as_json({"ok": True, "channel": CHANNEL_ID, "ts": moment, "message": said})

    def _commit_hook(self, asked: Asked) -> Reply:
        content = asked.json()
        self.committed.append(_post("", content["text"], content.get("blocks", []), ""))
        return Reply(200, b"ok", {"Content-Type": "text/html"})

    def _failed(self, fault: Fault) -> Reply:
        """A token that has expired is told with a 200, and by its own word."""
        if fault is Fault.EXPIRED and "api" in self.asked[-1].path.split("/"):
            return as_json({"ok": False, "error": "token_expired"})
        if fault is Fault.EXPIRED:
            return Reply(403, b"invalid_token")
        return super()._failed(fault)


def _post(channel: str, text: str, blocks: list[dict[str, Any]], key: str) -> dict[str, Any]:
    return {
        "channel": channel,
        "text": text,
        "sections": [block["text"]["text"] for block in blocks],
        "key": key,
    }


def _check_limits(content: dict[str, Any]) -> None:
    """https://docs.slack.dev/reference/block-kit/blocks/section-block, /reference/methods/chat.postMessage"""
    assert 0 < len(content["text"]) <= 40_000
    assert len(content.get("blocks", [])) <= 50
    for block in content.get("blocks", []):
        assert block.keys() == {"type", "text"}
        assert block["text"].keys() == {"type", "text"}
        assert (block["type"], block["text"]["type"]) == ("section", "mrkdwn")
        assert 0 < len(block["text"]["text"]) <= 3000
