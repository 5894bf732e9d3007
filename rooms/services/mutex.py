"""Being the only one who changes a room: every service that does holds its row first, then decides.

What holds it sees the room as it is due by the clock: whoever was absent for too long has left, and a lock
that ran out has been handed on (`settling`).
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now

from core.errors import DomainError
from rooms.errors import RoomNotFound
from rooms.models import Room
from rooms.services import settling

ATTEMPTS = 3
DEADLOCK = "40P01"

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def take(room_id) -> Room:
    """Inside a transaction: wait until nobody else holds the room. `room.now` is the database's time then.

    Raises RoomNotFound.
    """
    if not Room.objects.filter(pk=room_id).update(updated_at=Now()):
        raise RoomNotFound
    return Room.objects.annotate(now=Now()).get(pk=room_id)


@contextmanager
def held(room_id) -> Iterator[Room]:
    """A transaction that holds the room, settled. Raises RoomNotFound.

    A refusal (DomainError) comes before any change: where settling did something, that is committed all the
    same, and then the refusal goes on up.
    """
    refusal = None
    with transaction.atomic():
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


def repeated(act: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Decorator: again where PostgreSQL ended the transaction because it and an erasure waited in a circle.

    The erasure holds an account and wants the room; who holds the room may want to name that account in it.
    """

    @functools.wraps(act)
    def repeatedly(*args: Given.args, **options: Given.kwargs) -> Answer:
        for _ in range(ATTEMPTS - 1):
            try:
                return act(*args, **options)
            except OperationalError as error:
                ended = getattr(error.__cause__, "sqlstate", "") == DEADLOCK
                if not ended or connection.in_atomic_block:
                    raise
        return act(*args, **options)

    return repeatedly
