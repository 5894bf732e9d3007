"""Being the only one who changes a room: every service that does holds its row first, then decides.

What holds it sees the room as it is due by the clock: whoever was absent for too long has left, and a lock
that ran out has been handed on (`settling`).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from core.bearer import NotSignedIn
from core.errors import DomainError
from rooms.errors import RoomNotFound
from rooms.models import Room
from rooms.services import settling


def take(room_id) -> Room:
    """Inside a transaction: wait until nobody else holds the room. `room.now` is the database's time then.

    Raises RoomNotFound.
    """
    if not Room.objects.filter(pk=room_id).update(updated_at=Now()):
        raise RoomNotFound
    return Room.objects.annotate(now=Now()).get(pk=room_id)


def account(user_id) -> User:
    """Inside a transaction, before a room is taken: the account of who acts there stays until the end.

    An erasure holds the account and then takes the rooms: in the same order nobody waits in a circle. SQLite,
    which ignores the lock, has one writer. Raises NotSignedIn where the account has gone.
    """
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if user is None:
        raise NotSignedIn
    return user


@contextmanager
def held(room_id, *, by: User | None = None) -> Iterator[Room]:
    """A transaction that holds the room, settled; `by` is who acts. Raises RoomNotFound, NotSignedIn.

    A refusal (DomainError) comes before any change: where settling did something, that is committed all the
    same, and then the refusal goes on up.
    """
    refusal = None
    with transaction.atomic():
        if by is not None:
            account(by.pk)
        room = take(room_id)
        settled = settling.settle(room)
        try:
            yield room
        except DomainError as error:
            if not settled:
                raise
            refusal = error
    if refusal is not None:
        raise refusal
