"""Who is in a room: an open socket, or a request about it lately, keeps a seat; nobody comes back by that.

The REST views call `touch`, the sockets `keep` and `socket_closed`, the scheduler `expire`. Of an event that
is due there is one, however many processes look for it: whoever holds the room first finds it due.
"""

import logging
from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now

from rooms.errors import RoomNotFound
from rooms.models import Room, Seat
from rooms.services import mutex

logger = logging.getLogger(__name__)

Pair = tuple[UUID, UUID]
"""The id of a room, and the id of somebody in it."""
TOGETHER = 500
"""Seats that one statement prolongs."""
PASS = 100
"""Rows of each kind whose rooms one pass settles, those that wait longest: other chores are due too."""


def touch(room_id, user_id) -> bool:
    """A request about the room keeps its sender's seat; False where they have none."""
    return _prolong(Seat.objects.filter(room=room_id, user=user_id), settings.ROOM_REQUEST_GRACE) > 0


def keep(pairs: Collection[Pair]) -> set[Pair]:
    """Open sockets keep these seats; those of `pairs` that have none (any more)."""
    gone, wanted = set(pairs), iter(sorted(pairs))
    while some := list(islice(wanted, TOGETHER)):
        gone -= _keep(set(some))
    return gone


def socket_closed(room_id, user_id) -> None:
    """From now on the seat is kept for the grace after a socket, and for as long as its holder may speak."""
    with suppress(RoomNotFound), transaction.atomic():
        room = mutex.take(room_id)
        until = room.now + settings.ROOM_SOCKET_GRACE
        if room.speaker_id == user_id and room.speaker_until:
            until = max(until, room.speaker_until)
        seats = Seat.objects.filter(room=room, user=user_id, present_until__gt=room.now)
        seats.update(present_until=until)


def expire() -> int:
    """A chore: settle the rooms where something is due; how many."""
    rooms = _due()
    for room_id in rooms:
        try:
            with suppress(RoomNotFound), mutex.held(room_id):
                pass  # holding a room settles it
        except Exception:
            logger.exception("what is due in room %s waits", room_id)
    return len(rooms)


def _due() -> list[UUID]:
    """Two questions that indexes answer."""
    lapsed = Room.objects.filter(speaker_until__lte=Now()).order_by("speaker_until")
    absent = Seat.objects.filter(present_until__lte=Now()).order_by("present_until")
    found = [*lapsed.values_list("pk", flat=True)[:PASS], *absent.values_list("room", flat=True)[:PASS]]
    return list(dict.fromkeys(found))


@transaction.atomic
def _keep(pairs: set[Pair]) -> set[Pair]:
    """Seats that somebody else is at are left out: they are prolonged, or freed, at this very moment."""
    people = defaultdict(set)
    for room_id, user_id in pairs:
        people[room_id].add(user_id)
    seats = Seat.objects.filter(room__in=people, user__in=set().union(*people.values())).order_by()
    found = {
        (room_id, user_id): seat_id
        for seat_id, room_id, user_id in seats.values_list("pk", "room", "user")
        if user_id in people[room_id]
    }
    free = Seat.objects.select_for_update(skip_locked=True).filter(pk__in=found.values()).order_by()
    _prolong(Seat.objects.filter(pk__in=list(free.values_list("pk", flat=True))), settings.ROOM_SOCKET_GRACE)
    return set(found)


def _prolong(seats, grace) -> int:
    """A seat whose time is over stays so: its holder has left, as everybody is about to hear."""
    return seats.filter(present_until__gt=Now()).update(
        present_until=Greatest(F("present_until"), Now() + grace)
    )
