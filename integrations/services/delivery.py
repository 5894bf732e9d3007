"""Delivers one effect: claim, look whether it happened already, send, note what became of it.

An effect whose sender died in a call, or whose answer was lost, is in doubt (`doubt`). Where its vendor is
down, or is busy with others of the same connection, it waits without a call (`circuits`).
"""

import logging
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Least, Now

from core import faults, jobs
from integrations.composers import NotWanted, NotYet
from integrations.errors import Misconfigured, ProviderError, Unavailable
from integrations.models import Attempt, Circuit, Connection, Effect
from integrations.senders import Sender, sender_of
from integrations.services import attempts, circuits, connections, doubt, outcomes, overtaken, setbacks
from integrations.services.attempts import Outcome

logger = logging.getLogger(__name__)

Status = Effect.Status
CROWDED = "Waits for others that go the same way."
TURN = timedelta(seconds=20)
"""After which one that found no seat is looked at again, should nobody have called it before."""
MOST_HINTS = 200
"""Effects that are hinted at in one go; the next sweep finds the others."""


def due() -> Q:
    """Effects that somebody may take: queued and due, or left behind by a sender whose lease is over."""
    ready = Q(not_before__isnull=True) | Q(not_before__lte=Now())
    expired = Q(lease_until__lte=Now()) | Q(lease_until__gt=Now() + 2 * settings.EFFECT_LEASE)
    return Q(status=Status.QUEUED) & ready | Q(status=Status.SENDING) & expired


def deliver(effect_id: str) -> None:
    """Take the effect if it is due and carry it one step further."""
    deadline = time.monotonic() + settings.EFFECT_LEASE.total_seconds()
    before = Effect.objects.filter(due(), pk=effect_id).first()
    if before is None:
        return
    way = circuits.name_of(before)
    with circuits.seat(way) as seated:
        if not seated:
            _wait_for_turn(before)
            return
        if effect := _claim(before):
            _carry_out(effect, deadline)
    if circuits.is_crowded(way):
        _call_next(before)


def _claim(before: Effect) -> Effect | None:
    """Take it for the time of a lease; None where somebody was faster."""
    with transaction.atomic():
        taken = Effect.objects.filter(due(), pk=before.pk, claim=before.claim).update(
            status=Status.SENDING,
            claim=F("claim") + 1,
            lease_until=Now() + settings.EFFECT_LEASE,
            not_before=None,
            updated_at=Now(),
        )
        if not taken:
            return None
        effect = Effect.objects.get(pk=before.pk)
        if attempts.close_interrupted(effect):
            effect.doubtful, effect.lookups = True, 0
            effect.save(update_fields=["doubtful", "lookups", "updated_at"])
    return effect


def _carry_out(effect: Effect, deadline: float) -> None:
    """`deadline`: when the lease ends, on the monotonic clock, read before the lease was taken."""
    faults.reach(f"deliver_{effect.kind}:claimed")
    if not circuits.admits(effect):
        seconds, reason = circuits.standstill(effect)
        outcomes.again(effect, reason, delay=seconds, failed=False)
        return
    sender = provider = None
    try:
        sender = sender_of(effect)
        provider = connections.provider_of(effect)
    except ProviderError as error:
        setbacks.unprepared(effect, error)
        return
    except Exception as error:
        logger.exception("effect %s could not be prepared", effect.pk)
        setbacks.broken(effect, error, sender, provider)
        return
    _call(effect, sender, provider, deadline)


def _call(effect: Effect, sender: Sender, provider: Any, deadline: float) -> None:
    try:
        if _resolved(effect, sender, provider):
            _send_in_time(effect, sender, provider, deadline)
    except Unavailable as error:
        setbacks.unavailable(effect, error, sender, provider)
    except Misconfigured as error:
        setbacks.misconfigured(effect, error)
    except ProviderError as error:
        setbacks.refused(effect, error)
        _answered(effect)
    except Exception as error:
        logger.exception("delivering effect %s failed unexpectedly", effect.pk)
        setbacks.broken(effect, error, sender, provider)


def _resolved(effect: Effect, sender: Sender, provider: Any) -> bool:
    """Whether it is certain enough that it has not happened yet."""
    if not effect.doubtful:
        return True
    free = doubt.resolved(effect, sender, provider)
    if sender.find:
        _answered(effect)
    return free


def _send_in_time(effect: Effect, sender: Sender, provider: Any, deadline: float) -> None:
    """Send it if that is wanted still, and if the lease outlasts the call by both clocks."""
    looked = Outcome.NOT_FOUND if effect.lookups else ""
    if effect.withdrawn:
        outcomes.settled(effect, Status.CANCELLED, effect.withdrawn, outcome=looked)
    elif not attempts.begin(effect) or deadline - time.monotonic() <= settings.EFFECT_TIMEOUT.total_seconds():
        outcomes.again(effect, "The lease ran short.", delay=1, outcome=looked, failed=False)
    else:
        faults.reach(f"deliver_{effect.kind}:begun")
        _send(effect, sender, provider)


def _send(effect: Effect, sender: Sender, provider: Any) -> None:
    try:
        sent = sender.send(provider, effect)
    except NotYet as error:
        outcomes.again(effect, str(error), delay=error.seconds, failed=False)
        return
    except NotWanted as error:
        outcomes.settled(effect, Status.CANCELLED, str(error))
        return
    faults.reach(f"deliver_{effect.kind}:before_save")
    if outcomes.sent(effect, sent):
        faults.reach(f"deliver_{effect.kind}:after_save")
        overtaken.look_back(effect, sender, provider)
    else:
        overtaken.got_through(effect, sent, sender, provider)
    _answered(effect)


def _answered(effect: Effect) -> None:
    """The vendor is there; what waited for that goes on."""
    if circuits.answered(effect):
        _hint(circuits.sharing(effect))


def wake(connection: Connection) -> int:
    """The person has renewed the connection: what waits for it is tried now; how many effects that are."""
    circuits.renew(connection)
    return _hint(Effect.objects.filter(connection=connection))


def close_circuit(circuit: Circuit) -> int:
    """An operator knows that the vendor is back; how many effects are tried now."""
    circuits.close(circuit)
    return _hint(circuits.going_by(circuit.name))


def _hint(effects: QuerySet[Effect]) -> int:
    """What waits is due now. One in doubt waits on: the vendor's search lags."""
    waiting = effects.filter(status=Status.QUEUED, doubtful=False)
    with transaction.atomic():
        number = waiting.update(not_before=None, hinted_at=None, updated_at=Now())
        for effect_id in waiting.order_by("created_at").values_list("pk", flat=True)[:MOST_HINTS]:
            jobs.enqueue("integrations.deliver", str(effect_id))
    return number


def _wait_for_turn(effect: Effect) -> None:
    waiting = Effect.objects.filter(pk=effect.pk, claim=effect.claim, status=Status.QUEUED)
    waiting.update(reason=CROWDED, not_before=Now() + TURN, updated_at=Now())


def _call_next(before: Effect) -> None:
    """A seat is free: the one that has waited longest takes it."""
    crowd = circuits.sharing(before).filter(status=Status.QUEUED, reason=CROWDED)
    effect_id = crowd.order_by("created_at").values_list("pk", flat=True).first()
    if effect_id is None:
        circuits.calm(circuits.name_of(before))
    elif crowd.filter(pk=effect_id).update(not_before=None, reason="", updated_at=Now()):
        jobs.enqueue("integrations.deliver", str(effect_id))


def sweep() -> int:
    """Hint at effects that are due and that nobody works on; the number of hints sent.

    One that waits for its turn is hinted at again only every HINT_PATIENCE, or the queue would grow for as
    long as a vendor is slow.
    """
    waiting = Effect.objects.filter(due(), _unhinted()).order_by("created_at")
    effects = list(waiting.values_list("pk", flat=True)[:MOST_HINTS])
    Effect.objects.filter(pk__in=effects).update(hinted_at=Now())
    for effect_id in effects:
        jobs.enqueue("integrations.deliver", str(effect_id))
    return len(effects)


def _unhinted() -> Q:
    return (
        Q(hinted_at__isnull=True)
        | Q(hinted_at__lte=F("updated_at"))
        | Q(hinted_at__lte=F("lease_until"))
        | Q(hinted_at__lte=F("not_before"))
        | Q(hinted_at__lte=Now() - settings.HINT_PATIENCE)
    )


def release_all_leases() -> int:
    """For the one process that can prove all others dead; how many were sending.

    The hints that they had taken died with them. A call of theirs may still be carried out by the vendor, for
    as long as one takes at most.
    """
    Effect.objects.filter(status=Status.QUEUED).update(hinted_at=None)
    calling = Attempt.objects.filter(effect=OuterRef("pk"), outcome=Outcome.UNDER_WAY)
    soon = Least(F("lease_until"), Now() + settings.EFFECT_TIMEOUT)
    return Effect.objects.filter(status=Status.SENDING).update(
        lease_until=Case(When(Exists(calling), then=soon), default=Now()), hinted_at=None
    )
