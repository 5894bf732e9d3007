"""What the worker runs: hints that name a row, each safe to lose and to repeat."""

import dramatiq

from core.broker import QUEUES

from .pipeline import runner


def _advance_on(queue: str) -> dramatiq.Actor:
    @dramatiq.actor(actor_name=f"meetings.advance.{queue}", queue_name=queue, notify_shutdown=True)
    def advance(run_id: str) -> None:
        runner.advance(run_id, queue)

    return advance


ADVANCE = {queue: _advance_on(queue) for queue in QUEUES}
