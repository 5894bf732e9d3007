"""What the worker runs for this app."""

import dramatiq

from .services import delivery


@dramatiq.actor(actor_name="integrations.deliver", queue_name="outward")
def deliver(effect_id: str) -> None:
    delivery.deliver(effect_id)
