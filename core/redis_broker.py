"""Dramatiq's broker on Redis, where each queue keeps its concurrency; the settings name it with REDIS_URL."""

import redis
from django.conf import settings
from dramatiq.brokers import redis as dramatiq_redis

CONNECT_WITHIN = 3.0
ANSWER_WITHIN = 10.0
"""Seconds. A Redis that is silent costs a hint, and must not hold up a request for good."""


class RedisBroker(dramatiq_redis.RedisBroker):
    """Takes no more messages of a queue than `WORKER_THREADS` allows it, whatever threads there are.

    Dramatiq's threads serve all queues: with eight of them eight recognisers would run at once, or slow
    vendors would keep speech waiting. What is not taken stays in Redis for other processes.
    """

    def __init__(self, *, url: str, **options) -> None:
        pool = redis.ConnectionPool.from_url(
            url, socket_connect_timeout=CONNECT_WITHIN, socket_timeout=ANSWER_WITHIN
        )
        super().__init__(connection_pool=pool, **options)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000):
        """As Dramatiq's. Delayed messages, in queues of their own, only wait and are not limited."""
        most = settings.WORKER_THREADS.get(queue_name, prefetch)
        return super().consume(queue_name, min(prefetch, most), timeout)
