"""What this app does when a person leaves, or asks for their data."""

from collections.abc import Iterable

from core.privacy import Entry, Person, Receipt, fields_of, json_entry
from speakers.models import SpeakerProfile


def erase(person: Person) -> Receipt:
    """Theirs go."""
    receipt = Receipt()
    receipt.count_rows(SpeakerProfile.objects.filter(owner=person.id).delete()[1])
    return receipt


def export(person: Person) -> Iterable[Entry]:
    """Theirs, row by row."""
    yield json_entry("speaker_profiles.json", lambda: [fields_of(row, "owner") for row in _own(person)])


def _own(person: Person):
    return SpeakerProfile.objects.filter(owner=person.id).order_by("created_at", "id")
