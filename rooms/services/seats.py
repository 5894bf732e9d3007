"""Taking a seat in a room, leaving it, and being removed from it."""

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db.models.functions import Now

from core import windows
from core.rates import CREDENTIALS
from core.realtime import timestamp
from rooms import selectors
from rooms.errors import (
    InvalidPassword,
    NotParticipant,
    NotRoomOwner,
    ParticipantNotFound,
    RoomClosed,
    RoomFull,
    TooManyPasswords,
)
from rooms.events import ParticipantJoined
from rooms.models import Room, Seat
from rooms.services import log, mutex, settling

COUNTED = "room password"
"""What guesses at the passwords of rooms are counted under."""


def join(user, room_id, *, password: str | None = None) -> None:
    """Take a seat. Who sits there already does so on, without a password, and nobody is told.

    The slow look at the password happens while nobody is kept waiting; one that is changed meanwhile has to
    be given anew. Raises RoomNotFound, RoomClosed, RoomFull, InvalidPassword, TooManyPasswords.
    """
    proven = ""
    while not _seated(user, room_id, proven):
        proven = _proven(user, selectors.get(room_id), password)


def leave(user, room_id) -> None:
    """Raises RoomNotFound, NotParticipant."""
    with mutex.held(room_id, by=user) as room:
        if not room.seats.filter(user=user).exists():
            raise NotParticipant
        settling.vacate(room, [user.pk], reason="left")


def remove(owner, room_id, user_id) -> None:
    """The owner sends somebody out. Raises RoomNotFound, NotRoomOwner, ParticipantNotFound."""
    with mutex.held(room_id, by=owner) as room:
        if room.owner_id != owner.pk:
            raise NotRoomOwner
        if not room.seats.filter(user=user_id).exists():
            raise ParticipantNotFound
        settling.vacate(room, [user_id], reason="removed")


def _seated(user, room_id, proven: str) -> bool:
    """False where a password has to be proven first; `proven` is the hash of the one that has been."""
    with mutex.held(room_id, by=user) as room:
        if room.closed_at is not None:
            raise RoomClosed
        if room.seats.filter(user=user).exists():
            return True
        if room.seats.count() >= room.capacity:
            raise RoomFull
        if room.password != proven:
            return False
        _sit(room, user)
        return True


def _sit(room: Room, user) -> None:
    seat = Seat.objects.create(room=room, user=user, present_until=Now() + settings.ROOM_REQUEST_GRACE)
    event = ParticipantJoined(
        room_id=str(room.pk),
        user_id=str(user.pk),
        email=user.email,
        joined_at=timestamp(seat.created_at),
    )
    log.record(room.pk, event)


def _proven(user, room: Room, password: str | None) -> str:
    """The hash that the password opens; empty where the room has none. An attempt counts before it is judged.

    Being right forgets the failures in this room, not those elsewhere.
    Raises InvalidPassword, TooManyPasswords.
    """
    if not room.password:
        return ""
    if not password:
        raise InvalidPassword
    everywhere = COUNTED, str(user.pk)
    here = *everywhere, str(room.pk)
    wait = windows.spend(settings.RATES["credentials_address"], *everywhere)
    wait = wait or windows.spend(settings.RATES[CREDENTIALS], *here)
    if wait:
        raise TooManyPasswords(retry_after=wait)
    if not check_password(password, room.password):
        raise InvalidPassword
    windows.clear(settings.RATES[CREDENTIALS], *here)
    return room.password
