"""What becomes of rooms when a person leaves: theirs are closed, in all they become a deleted user.

What they said stays in the conversations that others were part of, without who said it.
"""

from collections.abc import Iterable

from django.db.models.functions import Now

from core.privacy import Entry, Person, Receipt, fields_of, json_entry
from rooms.models import Message, Room, Seat, Waiting


def erase(person: Person) -> Receipt:
    receipt = Receipt()
    said = Message.objects.filter(sender=person.id)
    receipt.changed["messages in rooms that name a deleted user"] += said.update(
        sender=None, updated_at=Now()
    )
    receipt.count_rows(Seat.objects.filter(user=person.id).delete()[1])
    receipt.count_rows(Waiting.objects.filter(user=person.id).delete()[1])
    own = Room.objects.filter(owner=person.id)
    receipt.changed["rooms that were closed"] += own.update(owner=None, closed_at=Now(), updated_at=Now())
    return receipt


def export(person: Person) -> Iterable[Entry]:
    own = Room.objects.filter(owner=person.id).order_by("created_at", "id")
    said = Message.objects.filter(sender=person.id).order_by("created_at", "id")
    yield json_entry(
        "rooms.json",
        lambda: {
            "own": [fields_of(room, "password") for room in own],
            "messages": [fields_of(message) for message in said],
        },
    )
