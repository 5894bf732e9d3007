"""What the worker runs for this app."""

import dramatiq

from .services import watching


@dramatiq.actor(actor_name="tasks.look", queue_name="outward")
def look(provider: str, connection_id: str) -> None:
    watching.look(provider, connection_id)


@dramatiq.actor(actor_name="tasks.look_at", queue_name="outward")
def look_at(effect_id: str) -> None:
    watching.look_at(effect_id)
