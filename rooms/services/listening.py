"""The room as a place that a meeting can listen to: who may, found by what, and how an ear comes in.

`audio.services.places` has it by the name `room`; meetings reach it through `audio.services.observations`.
"""

from contextlib import suppress
from uuid import UUID

from audio.models import Observation
from audio.services.places import Found, Place
from rooms import selectors
from rooms.errors import NotParticipant, RoomClosed, RoomNotFound
from rooms.models import Room
from rooms.services import mutex, observers

MOST = 100
"""Rooms of one title that are looked through."""


def find(user, code: str) -> Found | None:
    """An open room by its id or its title, among those that the person owns or sits in."""
    code = code.strip()
    open_rooms = Room.objects.filter(closed_at__isnull=True)
    try:
        chosen = open_rooms.filter(pk=UUID(code))
    except ValueError:
        chosen = open_rooms.filter(title__iexact=code).order_by("-created_at", "id")
    for room in chosen[:MOST]:
        if _may_listen(user, room):
            return Found(room.pk, room.title)
    return None


def enter(user, room_id: UUID, observation_id: UUID) -> None:
    """Inside the transaction of the observation. Raises RoomNotFound, RoomClosed, NotParticipant."""
    room = mutex.take(room_id)
    if room.closed_at is not None:
        raise RoomClosed
    if not _may_listen(user, room):
        raise NotParticipant
    observers.tell_of_joining(room, Observation.objects.select_related("user").get(pk=observation_id))


def hold(room_id: UUID) -> None:
    """Inside a transaction."""
    with suppress(RoomNotFound):
        mutex.take(room_id)


def leave(room_id: UUID, observation_id: UUID, user_id: UUID) -> None:
    """Inside the transaction that ends the observation."""
    with suppress(RoomNotFound):
        observers.tell_of_leaving(mutex.take(room_id), observation_id, user_id)


def _may_listen(user, room: Room) -> bool:
    return room.owner_id == user.pk or selectors.sits(user.pk, room.pk)


PLACE = Place(find, enter, hold, leave)
