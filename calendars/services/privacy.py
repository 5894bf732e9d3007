"""What this app does when a person leaves, or asks for their data."""

from collections.abc import Iterable

from calendars.models import CalendarEvent
from core.privacy import Entry, Person, Receipt, fields_of, json_entry


def erase(person: Person) -> Receipt:
    """Theirs go."""
    receipt = Receipt()
    receipt.count_rows(CalendarEvent.objects.filter(owner=person.id).delete()[1])
    return receipt


def export(person: Person) -> Iterable[Entry]:
    """Theirs, row by row."""
    yield json_entry("calendar_events.json", lambda: [fields_of(row, "owner") for row in _own(person)])


def _own(person: Person):
    return CalendarEvent.objects.filter(owner=person.id).order_by("created_at", "id")
