"""What the worker runs for this app."""

import dramatiq

from accounts.services import letters


@dramatiq.actor(actor_name=letters.ANSWER, queue_name="outward")
def answer_reset_request(asked_id: str) -> None:
    letters.answer_reset_request(asked_id)
