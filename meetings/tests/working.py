"""A worker for tests: works off queued messages in this thread, in order, without waiting for delays."""

import dramatiq
from django.db.models.functions import Now
from dramatiq import Message

from core.processes import discover_actors
from integrations.models import Effect
from integrations.services import delivery
from meetings.models import Run, StepRun
from meetings.pipeline import sweep


class InlineWorker:
    """Collects what the broker is given, whichever broker it is, and runs it when asked."""

    def __init__(self) -> None:
        discover_actors()
        self.queue: list[Message] = []
        self._broker = dramatiq.get_broker()

    def __enter__(self) -> "InlineWorker":
        self._broker.enqueue = self._take
        return self

    def __exit__(self, *exc_info: object) -> None:
        del self._broker.enqueue

    def _take(self, message: Message, *, delay: int | None = None) -> Message:
        self.queue.append(message)
        return message

    def work(self, most: int = 100) -> int:
        """Run messages until none is left; how many there were."""
        done = 0
        while self.queue and done < most:
            message = self.queue.pop(0)
            self._broker.get_actor(message.actor_name).fn(*message.args)
            done += 1
        return done

    def wait(self) -> int:
        """As if all waiting times were over: what is parked or postponed is due, found and done."""
        StepRun.objects.filter(not_before__isnull=False).update(not_before=Now())
        Effect.objects.filter(not_before__isnull=False).update(not_before=Now())
        Run.objects.update(swept_at=None)
        Effect.objects.update(hinted_at=None)
        sweep.sweep()
        delivery.sweep()
        return self.work()
