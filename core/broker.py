"""Dramatiq without Redis, a queue inside the process or a relay to the process that works; and how it stops.

`serve` splits web and worker into two processes without needing Redis: there the web side relays each hint
to the worker over their common line (`core.line`). In tests the same class is a plain in-memory queue.
"""

from collections.abc import Callable

from dramatiq import Broker, Message, Middleware, Worker
from dramatiq.brokers.stub import StubBroker

from . import registry

QUEUES = ("speech", "language", "outward")
"""Each has its own concurrency: speech fills the cores, language is light, outward waits for others."""


class RelayBroker(StubBroker):
    """Knows every actor; hands messages to `relay`, queues them where this process `works`, or drops them.

    Dropped, a hint costs its row the wait for the next sweep; kept, it would be memory that nobody frees.
    """

    def __init__(self, middleware=None) -> None:
        super().__init__(middleware=middleware)
        self.relay: Callable[[bytes, int | None], None] | None = None
        self.works = False

    def enqueue(self, message: Message, *, delay: int | None = None) -> Message:
        """`delay` is in milliseconds."""
        if self.works:
            return super().enqueue(message, delay=delay)
        if self.relay is not None:
            self.relay(message.encode(), delay)
        return message


class GivesBack(Middleware):
    """A process that is asked to stop gives its leases back at once, whatever its threads are busy with.

    A recogniser in native code notices no interruption, and a process that is killed at the end of its grace
    would leave a lease to run out, and a death that nobody died.
    """

    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        registry.give_back()
