"""Delivers one effect: claim, look whether it happened already, send, note what became of it.

An effect that was `sending` when its process died, or whose answer was lost, is in doubt. Where the vendor
can be searched, nothing is sent again before repeated empty look-ups, spaced by the vendor's search lag;
where it cannot, the effect stays `unknown` and is shown. All conditions are on the effect's own row.
"""

import logging
import random
import time
from datetime import timedelta

from django.conf import settings
from django.db.models import Case, F, IntegerField, JSONField, Q, TextField, Value, When
from django.db.models.functions import Now

from core import faults, jobs, realtime
from core.logs import redacted
from integrations.composers import NotWanted, NotYet
from integrations.errors import Misconfigured, ProviderError, Unavailable
from integrations.events import EffectChanged
from integrations.models import Effect
from integrations.senders import Sent, sender_of
from integrations.services import connections

logger = logging.getLogger(__name__)

Status = Effect.Status
PATIENCE = timedelta(minutes=2)
EMPTY_LOOKUPS = 2
"""Searches that must find nothing before a doubtful effect is sent again."""


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
    taken = Effect.objects.filter(due(), pk=effect_id, claim=before.claim).update(
        status=Status.SENDING,
        claim=F("claim") + 1,
        doubtful=Q(doubtful=True) | Q(status=Status.SENDING),
        lookups=Case(
            When(~Q(status=Status.SENDING), then=F("lookups")), default=0, output_field=IntegerField()
        ),
        lease_until=Now() + settings.EFFECT_LEASE,
        not_before=None,
        updated_at=Now(),
    )
    if taken:
        _carry_out(Effect.objects.get(pk=effect_id), deadline)


def _carry_out(effect: Effect, deadline: float) -> None:
    """`deadline`: when the lease ends, on the monotonic clock, read before the lease was taken."""
    faults.reach(f"deliver_{effect.kind}:claimed")
    try:
        provider = connections.provider_of(effect)
        sender = sender_of(effect)
        if effect.doubtful and not _resolved_doubt(effect, sender, provider):
            return
        if effect.withdrawn:
            _settle(effect, Status.CANCELLED, effect.withdrawn)
            return
        if deadline - time.monotonic() <= settings.EFFECT_TIMEOUT.total_seconds():
            _again(effect, "the lease ran short", delay=1)
            return
        sent = sender.send(provider, effect)
        faults.reach(f"deliver_{effect.kind}:before_save")
        _sent(effect, sent)
    except NotYet as error:
        _again(effect, str(error), delay=error.seconds, looked=True)
    except NotWanted as error:
        _settle(effect, Status.CANCELLED, str(error))
    except Unavailable as error:
        _unavailable(effect, error)
    except Misconfigured as error:
        _again(effect, _said(error), delay=_backoff(effect.failures))
    except ProviderError as error:
        _settle(effect, Status.FAILED, _said(error))
    except Exception:
        # Whether it got through is not known: the lease runs out and the next look treats it as doubtful.
        logger.exception("delivering effect %s failed unexpectedly", effect.pk)


def _said(error: ProviderError) -> str:
    """A mail server that refuses a letter may quote the link in it; the ledger must not keep that."""
    return redacted(str(error))


def _resolved_doubt(effect: Effect, sender, provider) -> bool:
    """True when it is certain enough that nothing has happened yet, so that it may be sent."""
    if sender.find is None:
        _settle(effect, Status.UNKNOWN, "An earlier attempt was interrupted; it may or may not have arrived.")
        return False
    found = sender.find(provider, effect)
    if found:
        note = f"{len(found)} were found with this key" if len(found) > 1 else ""
        _sent(effect, found[0], note)
        return False
    if effect.lookups + 1 < EMPTY_LOOKUPS:
        _again(effect, "looking again before sending", delay=settings.SEARCH_LAG.total_seconds(), looked=True)
        return False
    return True


def _mine(effect: Effect):
    return Effect.objects.filter(pk=effect.pk, claim=effect.claim, status=Status.SENDING)


def _sent(effect: Effect, sent: Sent, note: str = "") -> None:
    hit = _mine(effect).update(
        status=Status.SENT,
        external_id=sent.id,
        url=sent.url,
        reason=note,
        payload=_kept_payload(),
        doubtful=False,
        lease_until=None,
        sent_at=Now(),
        updated_at=Now(),
    )
    if hit:
        _announce(effect, Status.SENT)


def _settle(effect: Effect, status: str, reason: str) -> None:
    hit = _mine(effect).update(
        status=status,
        reason=_kept_reason(reason),
        payload=_kept_payload(),
        lease_until=None,
        updated_at=Now(),
    )
    if hit:
        _announce(effect, status)


def _kept_payload() -> Case:
    """What is settled after its meeting was deleted stays without its content."""
    return Case(When(withdrawn="", then=F("payload")), default=Value({}, JSONField()))


def _kept_reason(reason: str) -> Case:
    """A vendor's sentence may quote an address; it is not kept where a person has been erased meanwhile."""
    return Case(When(withdrawn="", then=Value(reason)), default=F("withdrawn"), output_field=TextField())


def _unavailable(effect: Effect, error: Unavailable) -> None:
    if error.maybe_done:
        _mine(effect).update(doubtful=True, lookups=0)
        effect.doubtful = True
        if sender_of(effect).find is None:
            _settle(effect, Status.UNKNOWN, _said(error))
            return
        _again(effect, _said(error), delay=settings.SEARCH_LAG.total_seconds())
        return
    _again(effect, _said(error), delay=max(_backoff(effect.failures), error.retry_after or 0))


def _again(effect: Effect, reason: str, *, delay: float, looked: bool = False) -> None:
    """Back to the queue in `delay` seconds, or given up after a day, or because nobody wants it any more."""
    if Effect.objects.filter(pk=effect.pk, give_up_at__lte=Now()).exists():
        status = Status.UNKNOWN if effect.doubtful else Status.FAILED
        _settle(effect, status, reason)
        return
    withdrawn = Effect.objects.values_list("withdrawn", flat=True).get(pk=effect.pk)
    if withdrawn and not effect.doubtful:
        _settle(effect, Status.CANCELLED, withdrawn)
        return
    _mine(effect).update(
        status=Status.QUEUED,
        reason=_kept_reason(reason),
        failures=F("failures") + (0 if looked else 1),
        lookups=F("lookups") + (1 if looked else 0),
        not_before=Now() + timedelta(seconds=delay),
        lease_until=None,
        updated_at=Now(),
    )
    jobs.enqueue("integrations.deliver", str(effect.pk), delay=delay)


def _backoff(failures: int) -> float:
    """Seconds: 2 s doubling up to an hour, with jitter, for a day (`give_up_at`)."""
    return min(2 * 2 ** min(failures, 11) + random.random(), 3600)


def _announce(effect: Effect, status: str) -> None:
    if effect.audience:
        event = EffectChanged(
            meeting_id=str(effect.meeting_id or ""),
            effect_id=str(effect.pk),
            kind=effect.kind,
            status=status,
        )
        realtime.publish(effect.audience, event)


def sweep() -> int:
    """Hint at effects that are due and that nobody works on; the number of hints sent.

    One that waits for its turn is hinted at again only every `PATIENCE`, or the queue would grow for as long
    as a vendor is slow.
    """
    waiting = Effect.objects.filter(due(), _unhinted()).order_by("created_at")
    effects = list(waiting.values_list("pk", flat=True)[:200])
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
        | Q(hinted_at__lte=Now() - PATIENCE)
    )


def release_all_leases() -> int:
    """For the one process that can prove all others dead; what was being sent is in doubt at once.

    The hints that they had taken died with them.
    """
    Effect.objects.filter(status=Status.QUEUED).update(hinted_at=None)
    return Effect.objects.filter(status=Status.SENDING).update(lease_until=Now())
