"""Google as far as we use it: events of Calendar v3 and files of Drive v3."""

import json
import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from integrations.tests.vendors.committing import CommittingVendor
from integrations.tests.vendors.described import Description, parts_of
from integrations.tests.vendors.server import Asked, Reply, as_json

EVENTS = "/calendar/v3/calendars/"
QUERY = re.compile(r"appProperties has \{ key='effect' and value='((?:[^'\\]|\\.)*)' \} and trashed = false")
EVENT_ID = re.compile(r"[0-9a-v]{5,1024}")


class GoogleVendor(CommittingVendor):
    """`committed` holds events and files as Google would show them."""

    def __init__(self) -> None:
        described = Description("google")
        super().__init__(described.check)
        self.folders = {"root", "folder-1"}
        self.route("POST", EVENTS, self.changing(self._insert))
        self.route("GET", EVENTS, self._get)
        self.route("PATCH", EVENTS, self.changing(self._patch))
        self.route("DELETE", EVENTS, self.changing(self._delete))
        self.route("POST", "/upload/drive/v3/files", self.changing(self._create))
        self.route("GET", "/drive/v3/files", self._list)

    def _insert(self, asked: Asked) -> Reply:
        event = asked.json()
        if not EVENT_ID.fullmatch(event["id"]):
            return refusal(400, "invalid")
        if self._event(event["id"]) is not None:
            return refusal(409, "duplicate")
        shown = event | {"status": "confirmed", "htmlLink": f"https://calendar.example/{event['id']}"}
        self.committed.append(shown)
        return as_json(shown)

    def _get(self, asked: Asked) -> Reply:
        event = self._event(_last(asked))
        return refusal(404, "notFound") if event is None else as_json(event)

    def _patch(self, asked: Asked) -> Reply:
        event = self._event(_last(asked))
        if event is None:
            return refusal(404, "notFound")
        for name, value in asked.json().items():
            event[name] = _without_nulls(value)
        return as_json(event)

    def _delete(self, asked: Asked) -> Reply:
        event = self._event(_last(asked))
        if event is None:
            return refusal(404, "notFound")
        if event["status"] == "cancelled":
            return refusal(410, "deleted")
        event["status"] = "cancelled"
        return Reply(204)

    def _event(self, event_id: str) -> dict[str, Any] | None:
        return next((each for each in self.committed if each["id"] == event_id), None)

    def _create(self, asked: Asked) -> Reply:
        metadata, media = parts_of(asked)
        file = json.loads(metadata.get_content())
        if not set(file.get("parents", ["root"])) <= self.folders:
            return refusal(404, "notFound")
        number = len(self.committed) + 1
        link = f"https://docs.example/document/{number}"
        shown = file | {"id": f"file-{number}", "webViewLink": link}
        content = media.get_content()
        self.committed.append(shown | {"media": content, "media_type": media.get_content_type()})
        return as_json({"id": shown["id"], "webViewLink": link})

    def _list(self, asked: Asked) -> Reply:
        query = parse_qs(urlsplit(asked.path).query)
        key = QUERY.fullmatch(query["q"][0])
        assert key, query["q"]
        value = re.sub(r"\\(.)", r"\1", key[1])
        found = [file for file in self.seen() if file["appProperties"]["effect"] == value]
        return as_json({"files": [{"id": f["id"], "webViewLink": f["webViewLink"]} for f in found]})


def refusal(status: int, reason: str) -> Reply:
    """An error in Google's shape."""
    errors = [{"domain": "global", "reason": reason, "message": reason}]
    return as_json({"error": {"code": status, "message": reason, "errors": errors}}, status=status)


def _last(asked: Asked) -> str:
    return unquote(urlsplit(asked.path).path.rpartition("/")[2])


def _without_nulls(value: Any) -> Any:
    return {n: v for n, v in value.items() if v is not None} if isinstance(value, dict) else value
