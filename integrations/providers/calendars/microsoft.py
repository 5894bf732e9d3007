"""Outlook's calendar by Microsoft Graph v1.0: `transactionId` keeps a repeated creation from adding twice.

That property cannot be searched for, so our key also stands in an extended property of the event.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote

from integrations.contracts.calendars import Entry, EntryDraft
from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.http import Answer, Http

GONE = (404, 410)
PROPERTY = "String {6b1f7d0e-6c5b-4f7e-9a53-2f1c0b9d8e41} Name effect"
"""Id of the extended property (MAPI: type, property set, name); a random set of our own."""


@dataclass(frozen=True)
class MicrosoftCalendarOptions:
    access_token: str = field(default="", repr=False)
    calendar_id: str = ""
    """Empty for the account's own calendar."""
    owner_email: str = ""
    """Whose calendar it is: they are not invited to their own entries."""
    time_zone: str = "UTC"
    """At whose midnight a whole day begins where a draft names no zone."""
    base_url: str = "https://graph.microsoft.com/v1.0"
    timeout: float = 20.0


class MicrosoftCalendar:
    """One calendar of one account."""

    Options = MicrosoftCalendarOptions
    engine = "microsoft-graph-calendar"
    search_lag = 30.0
    """Exchange promises no read-after-write for filters; a guess on the safe side."""

    def __init__(self, options: MicrosoftCalendarOptions):
        self._options = options
        headers = {
            "Authorization": f"Bearer {options.access_token}",
            # Other ids change when somebody moves the entry to another calendar.
            "Prefer": 'IdType="ImmutableId"',
        }
        self._http = Http(
            options.base_url,
            "Microsoft",
            headers=headers,
            secrets=(options.access_token,),
            timeout=options.timeout,
            effects=True,
        )

    def add(self, draft: EntryDraft) -> Entry:
        """See `Calendar.add`. Told the same `transactionId` again, Graph answers with the event that is there
        (201) where all else is the same too, or refuses (409)."""
        body = self._content(draft) | {
            "transactionId": draft.key,
            "singleValueExtendedProperties": [{"id": PROPERTY, "value": draft.key}],
        }
        if draft.attendee_email and draft.attendee_email.casefold() != self._options.owner_email.casefold():
            invited = {"emailAddress": {"address": draft.attendee_email}, "type": "required"}
            body |= {"attendees": [invited], "responseRequested": False}
        try:
            return _entry(self._http.request("POST", self._path(), json=body))
        except Rejected as error:
            if error.status != 409:
                raise
        found = self.find(draft.key)
        if not found:
            raise Unavailable("Microsoft has the entry already, but does not show it yet.", maybe_done=True)
        return found[0]

    def find(self, key: str) -> list[Entry]:
        literal = key.replace("'", "''")
        wanted = f"ep/id eq '{PROPERTY}' and ep/value eq '{literal}'"
        params = {
            "$filter": f"singleValueExtendedProperties/Any(ep: {wanted})",
            "$select": "id,webLink",
        }
        answer = self._http.request("GET", self._path(), params=params)
        page = answer.json()
        events = page.get("value") if isinstance(page, dict) else None
        if not isinstance(events, list):
            raise answer.unreadable("something that is no list of events")
        return [_entry_of(event, answer) for event in events]

    def update(self, entry_id: str, draft: EntryDraft) -> Entry:
        try:
            return _entry(self._http.request("PATCH", self._path(entry_id), json=self._content(draft)))
        except Rejected as error:
            if error.status in GONE:
                raise Rejected("The calendar entry is not there any more.", status=error.status) from error
            raise

    def remove(self, entry_id: str) -> None:
        try:
            self._http.request("DELETE", self._path(entry_id))
        except Rejected as error:
            if error.status not in GONE:
                raise

    def probe(self) -> None:
        if not self._options.access_token:
            raise Misconfigured("No Microsoft account is connected.")

    def _path(self, entry_id: str = "") -> str:
        calendar = quote(self._options.calendar_id, safe="")
        path = f"me/calendars/{calendar}/events" if calendar else "me/events"
        return f"{path}/{quote(entry_id, safe='')}" if entry_id else path

    def _content(self, draft: EntryDraft) -> dict[str, Any]:
        zone = draft.time_zone or self._options.time_zone
        link = draft.url if draft.url.startswith(("http://", "https://")) else ""
        return {
            "subject": draft.title,
            "body": {
                "contentType": "text",
                "content": "\n\n".join(part for part in (draft.description, link) if part),
            },
            "isAllDay": True,
            "start": _midnight(draft.day, zone),
            "end": _midnight(draft.day_after, zone),
            "showAs": "free",
        }


def _midnight(day: date, zone: str) -> dict[str, str]:
    """A `dateTimeTimeZone`; whole days begin and end at midnight, the end being the next day's."""
    return {"dateTime": f"{day.isoformat()}T00:00:00", "timeZone": zone}


def _entry(answer: Answer) -> Entry:
    return _entry_of(answer.json(), answer)


def _entry_of(event: Any, answer: Answer) -> Entry:
    if not isinstance(event, dict) or not isinstance(event.get("id"), str):
        raise answer.unreadable("something that is no calendar entry")
    return Entry(event["id"], str(event.get("webLink") or ""))
