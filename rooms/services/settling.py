"""What is due in a room by the clock, in a transaction that holds it: absent people, locks that ran out.

`mutex.held` does it before every change, and `presence.expire` for rooms that nobody asks about.
"""

from collections.abc import Collection
from uuid import UUID

from core import realtime
from core.errors import Kind
from core.sockets import CLOSE_CODES
from rooms.errors import NotParticipant
from rooms.events import ParticipantLeft, group_of_person
from rooms.models import Room, Seat, Waiting
from rooms.services import log, observers, turns


def settle(room: Room) -> bool:
    """Free the seats of the absent; hand on a lock that ran out. False where nothing was due."""
    absent = _absent(room)
    vacate(room, absent, reason="absent")
    lapsed = room.speaker_until is not None and room.speaker_until <= room.now
    if lapsed:
        turns.end(room)
    return lapsed or bool(absent)


def vacate(room: Room, people: Collection[UUID], *, reason: str) -> None:
    """Free their seats: they wait no more, their sockets are closed, the lock of one of them is handed on."""
    if not people:
        return
    Seat.objects.filter(room=room, user__in=people).delete()
    Waiting.objects.filter(room=room, user__in=people).delete()
    for person in people:
        log.record(room.pk, ParticipantLeft(room_id=str(room.pk), user_id=str(person), reason=reason))
        group = group_of_person(room.pk, person)
        realtime.hang_up(group, code=CLOSE_CODES[Kind.FORBIDDEN], reason=NotParticipant.code)
    observers.send_away(room, "Its person has left the room.", people)
    if room.speaker_id in people:
        turns.end(room)


def _absent(room: Room) -> list[UUID]:
    """Locked before they are read: a request of theirs that is on its way has come, or will find no seat."""
    seats = Seat.objects.select_for_update().filter(room=room, present_until__lte=room.now)
    return list(seats.order_by("pk").values_list("user", flat=True))
