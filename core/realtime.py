"""Events to whoever watches: published on commit, delivered to the sockets of a group.

An event is a hint as well: a client that missed one reads the state over REST.
"""

import dataclasses
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """Base of all events; a subclass sets `type` (past tense) and adds its payload as fields."""

    type: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


_carrier: Callable[[str, dict], None] | None = None


def carry_by(carrier: Callable[[str, dict], None] | None) -> None:
    """Let another process deliver: the worker of `serve` hands its events to its parent."""
    global _carrier
    _carrier = carrier


def publish(group: str, event: Event) -> None:
    """Deliver once the present transaction is committed."""
    message = {"type": "deliver", "event": event.type, "payload": event.payload()}
    transaction.on_commit(lambda: deliver(group, message))


def hang_up(group: str, *, code: int, reason: str) -> None:
    """Close the sockets of a group, on every process, once the present transaction is committed."""
    message = {"type": "hang_up", "code": code, "reason": reason}
    transaction.on_commit(lambda: deliver(group, message))


def deliver(group: str, message: dict) -> None:
    try:
        if _carrier is not None:
            _carrier(group, message)
        else:
            async_to_sync(get_channel_layer().group_send)(group, message)
    except Exception:
        logger.warning("a message to %s was not delivered", group, exc_info=True)
