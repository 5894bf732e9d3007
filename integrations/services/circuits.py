"""How each connection fares, so that one vendor's outage costs the others nothing. Called by `delivery`.

After a few failures in a row a connection is left alone for a while that grows; then one effect at a time is
tried, and the rest follow when one got through. In a process it holds a share of the threads, never all.
"""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from integrations.errors import Unavailable
from integrations.models import Circuit, Connection, Effect

THRESHOLD = 3
"""Failures in a row after which a connection is left alone."""
FIRST_PAUSE, LONGEST_PAUSE = 10.0, 300.0
"""Seconds; the pause doubles with each failure and is shortened by up to a half, at random."""
FARTHEST = timedelta(days=1, minutes=1)
"""No pause is longer: what ends later was written by a clock that has jumped."""


def name_of(effect: Effect) -> str:
    """Kind, and the person's connection, the address of a webhook, or the provider."""
    address = effect.destination if effect.kind == Effect.Kind.WEBHOOKS else ""
    return f"{effect.kind}:{effect.connection_id or address or effect.provider}"


def sharing(effect: Effect) -> QuerySet[Effect]:
    """All effects that go the same way."""
    return going_by(name_of(effect))


def going_by(name: str) -> QuerySet[Effect]:
    """All effects of one circuit."""
    kind, _, way = name.partition(":")
    known = Effect.objects.filter(kind=kind)
    if kind == Effect.Kind.WEBHOOKS:
        return known.filter(destination=way)
    return known.filter(connection=way) if _is_id(way) else known.filter(connection=None, provider=way)


def _is_id(way: str) -> bool:
    try:
        UUID(way)
    except ValueError:
        return False
    return True


def admits(effect: Effect) -> bool:
    """Whether the vendor may be called now. After an outage one of those that ask is let through."""
    row = Circuit.objects.filter(pk=name_of(effect))
    if not row.filter(open_until__isnull=False).exists():
        return True
    over = row.filter(Q(open_until__lte=Now()) | Q(open_until__gt=Now() + FARTHEST))
    if over.filter(failures__lt=THRESHOLD).exists():
        return True
    return bool(over.update(open_until=Now() + settings.EFFECT_LEASE, updated_at=Now()))


def standstill(effect: Effect) -> tuple[float, str]:
    """For how many seconds the effect's connection is left alone yet, and why."""
    circuit = Circuit.objects.annotate(now=Now()).get(pk=name_of(effect))
    until = circuit.open_until or circuit.now
    return max((until - circuit.now).total_seconds(), 1.0) + random.random(), circuit.reason


def is_open(effect: Effect) -> bool:
    """Whether the vendor is left alone at the moment; asking is no try."""
    row = Circuit.objects.filter(pk=name_of(effect), open_until__gt=Now())
    return row.filter(open_until__lte=Now() + FARTHEST).exists()


def failed(effect: Effect, error: Unavailable, reason: str) -> None:
    """A call found the vendor unavailable. A `Retry-After` holds for all that goes the same way."""
    circuit, _ = Circuit.objects.get_or_create(name=name_of(effect))
    row = Circuit.objects.filter(pk=circuit.pk)
    if error.retry_after:
        pause = Now() + timedelta(seconds=error.retry_after)
        row.update(reason=reason, open_until=pause, updated_at=Now())
        return
    row.update(failures=F("failures") + 1, reason=reason, updated_at=Now())
    failures = row.values_list("failures", flat=True).get()
    if failures >= THRESHOLD:
        row.update(open_until=Now() + timedelta(seconds=_pause(failures)))


def _pause(failures: int) -> float:
    longest = min(FIRST_PAUSE * 2 ** min(failures - THRESHOLD, 10), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1)


def answered(effect: Effect) -> bool:
    """The vendor is there, whatever it said. True where it had been left alone until now."""
    return _close(Circuit.objects.filter(pk=name_of(effect)))


def close(circuit: Circuit) -> bool:
    """Somebody knows that the vendor is back."""
    return _close(Circuit.objects.filter(pk=circuit.pk))


def renew(connection: Connection) -> None:
    """The connection has other credentials: what happened with the old ones says nothing."""
    _close(Circuit.objects.filter(name__endswith=f":{connection.pk}"))


def _close(rows: QuerySet[Circuit]) -> bool:
    was_open = rows.filter(open_until__isnull=False)
    opened = bool(was_open.update(failures=0, open_until=None, reason="", updated_at=Now()))
    rows.filter(failures__gt=0).update(failures=0, reason="", updated_at=Now())
    return opened


_counting = threading.Lock()
_held: Counter[str] = Counter()
_turned_away: set[str] = set()


@contextmanager
def seat(name: str) -> Iterator[bool]:
    """One of the threads of this process that a connection may hold, or False where none is free."""
    with _counting:
        free = _held[name] < settings.CONNECTION_THREADS
        if free:
            _held[name] += 1
        else:
            _turned_away.add(name)
    try:
        yield free
    finally:
        if free:
            with _counting:
                _held[name] -= 1
                if not _held[name]:
                    del _held[name]


def is_crowded(name: str) -> bool:
    """Whether somebody found no seat since `calm`."""
    return name in _turned_away


def calm(name: str) -> None:
    """Nobody waits for a seat any more."""
    with _counting:
        _turned_away.discard(name)
