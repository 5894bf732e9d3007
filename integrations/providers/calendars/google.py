"""Google Calendar, API v3: an entry's id is made of our key, so that adding it twice is adding it once."""

import hashlib
import html
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from integrations.contracts.calendars import Entry, EntryDraft
from integrations.errors import Rejected, Unavailable
from integrations.http import Answer
from integrations.providers import google

GONE = (404, 410)
KEY = "effect"
"""Name of the private property that our key stands in."""


@dataclass(frozen=True)
class GoogleCalendarOptions:
    access_token: str = field(default="", repr=False)
    calendar_id: str = "primary"
    owner_email: str = ""
    """Whose calendar it is: they are not invited to their own entries."""
    base_url: str = google.BASE_URL
    timeout: float = 20.0


class GoogleCalendar:
    """One calendar of one account."""

    Options = GoogleCalendarOptions
    engine = "google-calendar"
    search_lag = 0.0
    """Looking an entry up by its id is no search."""

    def __init__(self, options: GoogleCalendarOptions):
        self._options = options
        self._http = google.endpoint(options.base_url, options.access_token, options.timeout)

    def add(self, draft: EntryDraft) -> Entry:
        """See `Calendar.add`. An entry with our key that is there already is the one that was to be added."""
        body = self._content(draft) | {
            "id": entry_id(draft.key),
            "extendedProperties": {"private": {KEY: draft.key}},
        }
        invited = self._invited(draft)
        if invited:
            body["attendees"] = [{"email": invited}]
        params = {"sendUpdates": "all" if invited else "none"}
        try:
            answer = self._http.request("POST", self._path(), json=body, params=params)
        except Rejected as error:
            if error.status != 409:
                raise
            return self._there_already(draft.key)
        return _entry(_event(answer))

    def find(self, key: str) -> list[Entry]:
        event = self._get(entry_id(key))
        return [_entry(event)] if _is_ours(event, key) and not _is_deleted(event) else []

    def update(self, entry_id: str, draft: EntryDraft) -> Entry:
        body = self._content(draft)
        for end in ("start", "end"):
            body[end] |= {"dateTime": None, "timeZone": None}  # somebody may have given it an hour
        try:
            answer = self._http.request(
                "PATCH", self._path(entry_id), json=body, params={"sendUpdates": "all"}
            )
        except Rejected as error:
            raise _gone(error) from error
        event = _event(answer)
        if _is_deleted(event):
            raise Rejected("The calendar entry was deleted there.", status=410)
        return _entry(event)

    def remove(self, entry_id: str) -> None:
        try:
            self._http.request("DELETE", self._path(entry_id), params={"sendUpdates": "all"})
        except Rejected as error:
            if error.status not in GONE:
                raise

    def probe(self) -> None:
        google.probe(self._options.access_token)

    def _there_already(self, key: str) -> Entry:
        """What a 409 on our own id means."""
        event = self._get(entry_id(key))
        if not event:
            raise Unavailable("Google says that the entry exists, but does not show it yet.", maybe_done=True)
        if not _is_ours(event, key):
            raise Rejected("Another entry of the calendar has the id that ours would have.", status=409)
        if _is_deleted(event):
            raise Rejected("The entry was added before and deleted in the calendar since.", status=409)
        return _entry(event)

    def _get(self, entry_id: str) -> dict[str, Any]:
        """The event as it stands, empty where there is none."""
        try:
            return _event(self._http.request("GET", self._path(entry_id)))
        except Rejected as error:
            if error.status in GONE:
                return {}
            raise

    def _path(self, entry_id: str = "") -> str:
        calendar = quote(self._options.calendar_id, safe="")
        path = f"calendar/v3/calendars/{calendar}/events"
        return f"{path}/{quote(entry_id, safe='')}" if entry_id else path

    def _invited(self, draft: EntryDraft) -> str:
        own = draft.attendee_email.casefold() == self._options.owner_email.casefold()
        return "" if own else draft.attendee_email

    def _content(self, draft: EntryDraft) -> dict[str, Any]:
        """The end is the day after the last, not part of it. Descriptions are shown as HTML there."""
        content: dict[str, Any] = {
            "summary": draft.title,
            "description": html.escape(draft.description, quote=False),
            "start": {"date": draft.day.isoformat()},
            "end": {"date": draft.day_after.isoformat()},
            "transparency": "transparent",
        }
        if draft.url.startswith(("http://", "https://")):
            content["source"] = {"title": draft.title, "url": draft.url}
        return content


def entry_id(key: str) -> str:
    """The id of the entry with this key: 64 signs of 0-9 and a-f, which are signs of base32hex."""
    return hashlib.sha256(key.encode()).hexdigest()


def _event(answer: Answer) -> dict[str, Any]:
    event = answer.json()
    if not isinstance(event, dict) or not isinstance(event.get("id"), str):
        raise answer.unreadable("something that is no calendar entry")
    return event


def _entry(event: dict[str, Any]) -> Entry:
    return Entry(event["id"], str(event.get("htmlLink") or ""))


def _is_ours(event: dict[str, Any], key: str) -> bool:
    properties = event.get("extendedProperties")
    private = properties.get("private") if isinstance(properties, dict) else None
    return isinstance(private, dict) and private.get(KEY) == key


def _is_deleted(event: dict[str, Any]) -> bool:
    return event.get("status") == "cancelled"


def _gone(error: Rejected) -> Rejected:
    if error.status in GONE:
        return Rejected("The calendar entry is not there any more.", status=error.status)
    return error
