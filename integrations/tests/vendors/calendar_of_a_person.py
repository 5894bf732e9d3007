"""The smallest calendar that needs a person's token: what borrowing credentials is tested with."""

from dataclasses import dataclass, field
from typing import Any

from integrations.contracts.calendars import Entry, EntryDraft
from integrations.http import Http
from integrations.tests.vendors.consent import ConsentVendor
from integrations.tests.vendors.server import Asked, Reply, as_json


@dataclass(frozen=True)
class Options:
    access_token: str = field(default="", repr=False)
    base_url: str = ""
    calendar_id: str = "primary"
    timeout: float = 5.0


class PersonsCalendar:
    Options = Options
    engine = "calendar-of-a-person"
    search_lag = 0.0

    def __init__(self, options: Options):
        headers = {"Authorization": f"Bearer {options.access_token}"}
        self._calendar = options.calendar_id
        self._http = Http(options.base_url, "Google", headers=headers, secrets=(options.access_token,))

    def add(self, draft: EntryDraft) -> Entry:
        body = {"key": draft.key, "calendar": self._calendar}
        return _entry(self._http.request("POST", "entries", json=body).json())

    def find(self, key: str) -> list[Entry]:
        return []

    def probe(self) -> None:
        """Ready."""


class CalendarVendor(ConsentVendor):
    """Entries are written for the bearers of good tokens."""

    def __init__(self, name: str = "atlassian") -> None:
        super().__init__(name)
        self.entries: list[dict[str, Any]] = []
        self.refuses_all = False
        self.route("POST", "/entries", self._add)

    def _add(self, asked: Asked) -> Reply:
        token = asked.headers["authorization"].removeprefix("Bearer ")
        if self.refuses_all or token not in self.access:
            return as_json({"error": "invalid_token"}, 401)
        self.entries.append(asked.json())
        return as_json({"id": str(len(self.entries))})


def _entry(said: dict[str, Any]) -> Entry:
    return Entry(id=said["id"], url="")
