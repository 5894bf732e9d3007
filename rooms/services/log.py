"""Numbers what a room's watchers are told, stores the newest of it, and publishes it on commit.

Called by the other services inside the transaction that makes an event true. The room's row counts, so the
order of numbers is the order of commits; where two are delivered the other way round, `seq` tells.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from core import realtime
from core.realtime import Event
from rooms.errors import RoomNotFound
from rooms.events import group_of
from rooms.models import Room, RoomEvent

TRIMS = 10
"""Times that old events are thrown away while a room numbers as many as are kept."""


def record(room_id, event: Event) -> int:
    """Inside a transaction: number, store, and publish on commit. Raises RoomNotFound."""
    seq, at = _next(room_id)
    RoomEvent.objects.create(room_id=room_id, seq=seq, type=event.type, payload=event.payload(), at=at)
    _trim(room_id, seq)
    realtime.publish(group_of(room_id), event, seq=seq, at=at)
    return seq


@transaction.atomic
def number(room_id, event: Event) -> int:
    """Number and publish what need not be kept, such as partial transcripts. Raises RoomNotFound."""
    seq, at = _next(room_id)
    _trim(room_id, seq)
    realtime.publish(group_of(room_id), event, seq=seq, at=at)
    return seq


def since(room_id, seq: int, limit: int | None = None) -> list[RoomEvent] | None:
    """The stored events after `seq`, oldest first; None where more than `limit`, or than is kept, was missed.

    Also None for a number that the room has not come to. Raises RoomNotFound.
    """
    known = Room.objects.filter(pk=room_id).values_list("seq", "forgotten_seq").first()
    if known is None:
        raise RoomNotFound
    newest, forgotten = known
    if not forgotten <= seq <= newest:
        return None
    events = RoomEvent.objects.filter(room=room_id, seq__gt=seq).order_by("seq")
    found = list(events if limit is None else events[: limit + 1])
    return found if limit is None or len(found) <= limit else None


def forget(room_id, upto: int) -> None:
    """Inside a transaction that holds the room: who has not seen event `upto` is told to read it all anew."""
    Room.objects.filter(pk=room_id, forgotten_seq__lt=upto).update(forgotten_seq=upto)


def _next(room_id) -> tuple[int, datetime]:
    if not Room.objects.filter(pk=room_id).update(seq=F("seq") + 1):
        raise RoomNotFound
    return Room.objects.filter(pk=room_id).values_list("seq", Now()).get()


def _trim(room_id, seq: int) -> None:
    """Now and then, at whatever event has the number for it."""
    if seq % max(1, settings.ROOM_EVENTS_KEPT // TRIMS):
        return
    events = RoomEvent.objects.filter(room=room_id)
    last = events.order_by("-seq").values_list("seq", flat=True)[settings.ROOM_EVENTS_KEPT :].first()
    if last is not None:
        events.filter(seq__lte=last).delete()
        forget(room_id, last)
