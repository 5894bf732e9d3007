"""Microsoft Graph as far as we use it: events of a calendar."""

import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from integrations.tests.vendors.committing import CommittingVendor
from integrations.tests.vendors.described import Description
from integrations.tests.vendors.server import Asked, Reply, as_json

FILTER = re.compile(
    r"singleValueExtendedProperties/Any\(ep: ep/id eq '(String \{[0-9a-f-]{36}\} Name \w+)'"
    r" and ep/value eq '((?:[^']|'')*)'\)"
)


class GraphVendor(CommittingVendor):
    """`committed` holds the events as Graph would show them."""

    def __init__(self) -> None:
        super().__init__(Description("graph").check)
        self.refuses_repeated = False
        """Whether a `transactionId` that was used answers 409, and not 201 with the event."""
        for root in ("/me/events", "/me/calendars/"):
            self.route("POST", root, self.changing(self._create))
            self.route("GET", root, self._list)
            self.route("PATCH", root, self.changing(self._patch))
            self.route("DELETE", root, self.changing(self._delete))

    def _create(self, asked: Asked) -> Reply:
        event = asked.json()
        for end in ("start", "end"):
            if event["isAllDay"] and not event[end]["dateTime"].endswith("T00:00:00"):
                return refusal(400, "ErrorInvalidRequest")
        known = next((e for e in self.committed if e["transactionId"] == event["transactionId"]), None)
        if known is not None and self.refuses_repeated:
            return refusal(409, "ErrorDuplicateTransactionId")
        if known is None:
            number = len(self.committed) + 1
            known = event | {"id": f"AAMk/{number}=", "webLink": f"https://outlook.example/{number}"}
            self.committed.append(known)
        return as_json(known, status=201)

    def _list(self, asked: Asked) -> Reply:
        found = FILTER.fullmatch(parse_qs(urlsplit(asked.path).query)["$filter"][0])
        assert found, asked.path
        wanted = {"id": found[1], "value": found[2].replace("''", "'")}
        shown = [event for event in self.seen() if wanted in event["singleValueExtendedProperties"]]
        return as_json({"value": [{"id": e["id"], "webLink": e["webLink"]} for e in shown]})

    def _patch(self, asked: Asked) -> Reply:
        event = self._event(asked)
        if event is None:
            return refusal(404, "ErrorItemNotFound")
        event.update(asked.json())
        return as_json(event)

    def _delete(self, asked: Asked) -> Reply:
        event = self._event(asked)
        if event is None:
            return refusal(404, "ErrorItemNotFound")
        self.committed.remove(event)
        return Reply(204)

    def _event(self, asked: Asked) -> dict[str, Any] | None:
        event_id = unquote(urlsplit(asked.path).path.rpartition("/")[2])
        return next((each for each in self.committed if each["id"] == event_id), None)


def refusal(status: int, code: str) -> Reply:
    """An error in Graph's shape."""
    return as_json({"error": {"code": code, "message": code}}, status=status)
