"""Making, changing, closing and removing rooms."""

from typing import Any

from django.contrib.auth.hashers import make_password

from core import realtime
from core.sockets import CLOSE_CODES
from integrations.providers.speech import languages
from rooms import errors, events
from rooms.models import Room, Waiting
from rooms.services import log, mutex, observers, turns


def create(owner, *, title: str, password: str | None = "", language: str = "", **facts: Any) -> Room:
    """An open room without anybody in it. Raises UnknownLanguage."""
    return Room.objects.create(
        owner=owner, title=title, password=_hashed(password), language=_code(language), **facts
    )


def change(user, room_id, **changes: Any) -> None:
    """Set the given fields: title, password (empty: none), capacity, language; who sits there stays.

    Raises RoomNotFound, NotRoomOwner, RoomClosed, CapacityTooSmall, UnknownLanguage.
    """
    if "password" in changes:
        changes["password"] = _hashed(changes["password"])
    if "language" in changes:
        changes["language"] = _code(changes["language"])
    with mutex.held(room_id, by=user) as room:
        _require_owner(user, room)
        if room.closed_at is not None:
            raise errors.RoomClosed
        if changes.get("capacity", room.capacity) < room.seats.count():
            raise errors.CapacityTooSmall(fields={"capacity": [errors.CapacityTooSmall.message]})
        if any(getattr(room, field) != value for field, value in changes.items()):
            Room.objects.filter(pk=room.pk).update(**changes)
            _tell_of_change(room, changes)


def close(user, room_id) -> None:
    """End the conversation; closing twice is closing once. Raises RoomNotFound, NotRoomOwner."""
    with mutex.held(room_id, by=user) as room:
        _require_owner(user, room)
        shut(room)


def close_for_operator(room_id) -> bool:
    """The same for whoever operates the product; False where it was closed. Raises RoomNotFound."""
    with mutex.held(room_id) as room:
        return shut(room)


def remove(user, room_id) -> None:
    """Delete a room with all that was said in it. Raises RoomNotFound, NotRoomOwner."""
    with mutex.held(room_id, by=user) as room:
        _require_owner(user, room)
        drop(room)


def shut(room: Room) -> bool:
    """Inside a transaction that holds the room: nobody speaks, waits, joins or listens any more; False if so.

    Seats are kept for as long as their holders are present, so that they can read to the end.
    """
    if room.closed_at is not None:
        return False
    Room.objects.filter(pk=room.pk).update(closed_at=room.now)
    room.closed_at = room.now
    _silence(room)
    observers.send_away(room, "The room was closed.")
    log.record(room.pk, events.RoomClosed(room_id=str(room.pk), reason="closed"))
    _hang_up(room, errors.RoomClosed)
    return True


def drop(room: Room) -> tuple[int, dict[str, int]]:
    """Inside a transaction that holds the room: the room goes with all its rows, which are counted."""
    _silence(room)
    observers.send_away(room, "The room was deleted.")
    log.record(room.pk, events.RoomClosed(room_id=str(room.pk), reason="deleted"))
    _hang_up(room, errors.RoomNotFound)
    return Room.objects.filter(pk=room.pk).delete()


def _silence(room: Room) -> None:
    Waiting.objects.filter(room=room).delete()
    if room.speaker_id is not None:
        turns.end(room)


def _hang_up(room: Room, because: type[errors.DomainError]) -> None:
    realtime.hang_up(events.group_of(room.pk), code=CLOSE_CODES[because.kind], reason=because.code)


def _tell_of_change(room: Room, changes: dict[str, Any]) -> None:
    for field, value in changes.items():
        setattr(room, field, value)
    event = events.RoomChanged(
        room_id=str(room.pk),
        title=room.title,
        capacity=room.capacity,
        language=room.language,
        has_password=bool(room.password),
    )
    log.record(room.pk, event)


def _require_owner(user, room: Room) -> None:
    if room.owner_id != user.pk:
        raise errors.NotRoomOwner


def _hashed(password: str | None) -> str:
    return make_password(password) if password else ""


def _code(language: str) -> str:
    """ISO 639-1, of what a client calls a language (`en`, `en-US`, `english`). Raises UnknownLanguage."""
    code = languages.told(language)
    if language and not code:
        raise errors.UnknownLanguage(fields={"language": [errors.UnknownLanguage.message]})
    return code
