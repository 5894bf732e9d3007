"""Events to whoever watches: published on commit, delivered to the sockets of a group.

An event is a hint as well: a client that missed one reads the state over REST.
"""

import dataclasses
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.db import transaction

from core import hub, sender

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """Base of all events; a subclass sets `type` (past tense) and adds its payload as fields.

    What is `droppable` may be left out for a client that does not keep up, since newer ones say more.
    """

    type: ClassVar[str]
    droppable: ClassVar[bool] = False

    def payload(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


@dataclass(frozen=True)
class Control:
    """Base of what a client may ask for over a socket: `{"type": ..., "payload"?: {...}}`.

    A subclass sets `type` (a verb), and adds as fields what the payload may hold.
    """

    type: ClassVar[str]


_carrier: Callable[[str, dict], None] | None = None


def carry_by(carrier: Callable[[str, dict], None] | None) -> None:
    """Let another process deliver: the worker of `serve` hands its events to its parent."""
    global _carrier
    _carrier = carrier


def publish(group: str, event: Event, *, seq: int | None = None, at: datetime | None = None) -> None:
    """Deliver once the present transaction is committed.

    `seq` is the event's number where its group numbers its events; `at` is when it became true, else now.
    """
    message = message_of(event, seq=seq, at=at)
    transaction.on_commit(lambda: deliver(group, message))


def message_of(event: Event, *, seq: int | None = None, at: datetime | None = None) -> dict:
    """The event as it goes between processes: what a socket needs to write it."""
    return {
        "type": "deliver",
        "event": event.type,
        "payload": event.payload(),
        "seq": seq,
        "ts": timestamp(at),
        "droppable": event.droppable,
    }


def timestamp(at: datetime | None = None) -> str:
    """A time, else now, in UTC and with milliseconds, as our sockets write it."""
    at = (at or datetime.now(UTC)).astimezone(UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def hang_up(group: str, *, code: int, reason: str) -> None:
    """Close the sockets of a group, on every process, once the present transaction is committed."""
    message = {"type": "hang_up", "code": code, "reason": reason}
    transaction.on_commit(lambda: deliver(group, message))


def deliver(group: str, message: dict) -> None:
    """Hand a message to the members of a group: in this process, and over Redis in all others."""
    try:
        if _carrier is not None:
            _carrier(group, message)
        elif not hub.send(group, message) and hub.are_processes_connected():
            sender.send(group, message)
    except Exception:
        logger.warning("a message to %s was not delivered", group, exc_info=True)
