"""What becomes of rooms when a person leaves: all are told, and in none of them anybody can tell who it was.

Their own rooms are closed. What they said stays in conversations that others were part of, as said by a
deleted user: it is those people's record. Own rooms in which nobody else ever spoke go with all that was said
there. Events of a room, which are kept for sockets that come back, forget the person too; who missed one of
those that go is told to read the room anew.
"""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Max, Q, QuerySet, TextField
from django.db.models.functions import Cast, Now

from core.admin_log import forget_rows
from core.privacy import DELETED_USER, Entry, Person, Receipt, fields_of, json_entry
from rooms.errors import RoomNotFound
from rooms.events import MessageCreated
from rooms.models import Message, Room, RoomEvent, Seat, Waiting
from rooms.services import log, mutex, rooms, settling, turns


def erase(person: Person) -> Receipt:
    """Rooms are held one after the other in the order of their ids: two who leave do not wait in a circle."""
    receipt = Receipt()
    forget_rows(Room.objects.filter(owner=person.id).values_list("pk", flat=True))
    for room_id in _concerned(person.id):
        try:
            room = mutex.take(room_id)
        except RoomNotFound:
            continue
        _leave(room, person, receipt)
    receipt.changed["messages in rooms that name a deleted user"] += _said_by(person.id).update(
        sender=None, updated_at=Now()
    )
    receipt.changed["events of rooms that forget a person"] += _forget_in_events(person.id)
    return receipt


def _concerned(person_id: UUID) -> QuerySet:
    """The rooms that change with the person's leaving, beside the messages."""
    own_or_theirs = Q(owner=person_id) | Q(speaker=person_id) | Q(seats__user=person_id)
    found = Room.objects.filter(own_or_theirs | Q(queue__user=person_id))
    return found.order_by("pk").values_list("pk", flat=True).distinct()


def _leave(room: Room, person: Person, receipt: Receipt) -> None:
    rows = Counter(
        {
            "rooms.Seat": Seat.objects.filter(room=room, user=person.id).count(),
            "rooms.Waiting": Waiting.objects.filter(room=room, user=person.id).count(),
        }
    )
    if rows["rooms.Seat"]:
        settling.vacate(room, [person.id], reason="deleted")
    if room.speaker_id == person.id:
        turns.end(room)
    if room.owner_id == person.id:
        rows += _give_up(room, person, receipt)
    receipt.count_rows(rows)


def _give_up(room: Room, person: Person, receipt: Receipt) -> Counter[str]:
    """Close an own room, or remove it where it holds nothing that others said."""
    if not Message.objects.filter(room=room).exclude(sender=person.id).exists():
        return Counter(rooms.drop(room)[1])
    receipt.changed["rooms that were closed"] += rooms.shut(room)
    named = person.is_named(room.title) or person.email.casefold() in room.title.casefold()
    title = f"Room of a {DELETED_USER.lower()}" if named else room.title
    Room.objects.filter(pk=room.pk).update(owner=None, title=title, password="", updated_at=Now())
    return Counter()


def _said_by(person_id: UUID) -> QuerySet[Message]:
    return Message.objects.filter(sender=person_id)


def _forget_in_events(person_id: UUID) -> int:
    """Nobody writes another one about the person: no seat, no lock and no message of theirs is left, and who
    is about to make one waits for the account. Not every database finds a value in JSON; all find a text."""
    named = RoomEvent.objects.annotate(written=Cast("payload", TextField()))
    named = named.filter(written__contains=str(person_id)).order_by()
    forgotten = 0
    for event in named.filter(type=MessageCreated.type):
        event.payload |= {"sender_user_id": None, "sender_email": DELETED_USER}
        event.save(update_fields=["payload"])
        forgotten += 1
    others = named.exclude(type=MessageCreated.type)
    for room_id, newest in (
        others.values_list("room").annotate(newest=Max("seq")).values_list("room", "newest")
    ):
        log.forget(room_id, newest)
    return forgotten + RoomEvent.objects.filter(pk__in=list(others.values_list("pk", flat=True))).delete()[0]


def export(person: Person) -> Iterable[Entry]:
    """Own rooms, where the person sits and waits, and all that they said."""
    own = Room.objects.filter(owner=person.id).order_by("created_at", "id")
    said = _said_by(person.id).order_by("created_at", "id")
    seats = Seat.objects.filter(user=person.id).order_by("created_at", "id")
    waiting = Waiting.objects.filter(user=person.id).order_by("created_at", "id")
    yield json_entry(
        "rooms.json",
        lambda: {
            "own": [fields_of(room, "password") for room in own],
            "messages": [fields_of(message) for message in said],
            "seats": [fields_of(seat) for seat in seats],
            "waiting": [fields_of(place) for place in waiting],
        },
    )
