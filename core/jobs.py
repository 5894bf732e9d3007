"""Queueing work by the name of its actor, on commit.

The row that was committed is the queue; the message is a hint to look at it. A lost hint costs the delay
until the next sweep, so a broker that is down never makes a request fail.
"""

import logging

import dramatiq
from django.db import transaction
from dramatiq.errors import DramatiqError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def enqueue(actor_name: str, *args: str, delay: float = 0.0) -> None:
    """Send a hint once the present transaction is committed. `args` are ids, never payloads; delay in s."""
    transaction.on_commit(lambda: _send(actor_name, args, delay))


def _send(actor_name: str, args: tuple[str, ...], delay: float) -> None:
    try:
        actor = dramatiq.get_broker().get_actor(actor_name)
        actor.send_with_options(args=args, delay=int(delay * 1000) or None)
    except (DramatiqError, RedisError, OSError) as error:
        logger.warning("hint %s%s was not sent (%s); the sweep will find the row", actor_name, args, error)
