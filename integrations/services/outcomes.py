"""What becomes of an effect that was taken: each outcome is one conditional update of its row.

Every function says whether the claim was still its own. Where it was not, nothing has been changed, and
`overtaken` decides what the answer still tells.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Case, F, JSONField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Now

from core import jobs, realtime
from integrations.events import EffectChanged
from integrations.models import Effect
from integrations.senders import Sent
from integrations.services import attempts, webhooks
from integrations.services.attempts import Outcome

Status = Effect.Status
BY_HAND = "Cancelled by its owner."


def sent(effect: Effect, what: Sent, note: str = "", *, outcome: str = Outcome.SENT) -> bool:
    """It is at the vendor: because of this claim's call, or `found` there."""
    with transaction.atomic():
        hit = bool(_mine(effect).update(**as_sent(what, note)))
        if hit:
            attempts.end(effect, outcome, note)
            announce(effect, Status.SENT)
    return hit


def as_sent(what: Sent, note: str) -> dict:
    """The columns of an effect that has been sent."""
    return {
        "status": Status.SENT,
        "external_id": what.id,
        "url": what.url,
        "reason": note,
        "payload": _kept_payload(),
        "doubtful": False,
        "lease_until": None,
        "sent_at": Now(),
        "updated_at": Now(),
    }


def settled(effect: Effect, status: str, reason: str, *, outcome: str = "") -> bool:
    """It ends here, unless somebody asks for it again."""
    with transaction.atomic():
        hit = bool(
            _mine(effect).update(
                status=status,
                reason=_kept_reason(reason),
                payload=_kept_payload(),
                lease_until=None,
                updated_at=Now(),
            )
        )
        if hit:
            _close(effect, outcome, reason)
            announce(effect, status)
    return hit


def again(effect: Effect, reason: str, *, delay: float, outcome: str = "", failed: bool = True) -> bool:
    """Back to the queue for `delay` seconds; given up after its day, or where nobody wants it any more."""
    now = Effect.objects.filter(pk=effect.pk)
    if now.filter(give_up_at__lte=Now()).exists():
        return settled(effect, _given_up(effect), reason, outcome=outcome)
    withdrawn = now.values_list("withdrawn", flat=True).get()
    if withdrawn and not effect.doubtful:
        return settled(effect, Status.CANCELLED, withdrawn, outcome=outcome)
    with transaction.atomic():
        hit = bool(
            _mine(effect).update(
                status=Status.QUEUED,
                reason=_kept_reason(reason),
                doubtful=effect.doubtful,
                lookups=effect.lookups,
                failures=F("failures") + int(failed),
                not_before=Now() + timedelta(seconds=delay),
                lease_until=None,
                updated_at=Now(),
            )
        )
        if hit:
            _close(effect, outcome, reason)
            jobs.enqueue("integrations.deliver", str(effect.pk), delay=delay)
    return hit


def _given_up(effect: Effect) -> str:
    return Status.UNKNOWN if effect.doubtful else Status.FAILED


def _close(effect: Effect, outcome: str, detail: str) -> None:
    """Without an outcome the vendor was not called, or only looked at."""
    if outcome:
        attempts.end(effect, outcome, detail)
    else:
        attempts.drop(effect)


def _mine(effect: Effect) -> QuerySet[Effect]:
    return Effect.objects.filter(pk=effect.pk, claim=effect.claim, status=Status.SENDING)


def _kept_payload() -> Case:
    """What is settled after its meeting was deleted stays without its content."""
    kept = Q(withdrawn__in=["", BY_HAND])
    return Case(When(kept, then=F("payload")), default=Value({}, JSONField()))


def _kept_reason(reason: str) -> Case:
    """A vendor's sentence may quote an address; it is not kept where a person has been erased meanwhile."""
    return Case(When(withdrawn="", then=Value(reason)), default=F("withdrawn"), output_field=TextField())


def announce(effect: Effect, status: str) -> None:
    """Tell who watches, and the owner's own addresses; call inside the transaction that makes it so."""
    if effect.meeting_id or effect.task_id:
        webhooks.tell_of_effect(effect, status)
    if effect.audience:
        event = EffectChanged(
            meeting_id=str(effect.meeting_id or ""),
            effect_id=str(effect.pk),
            kind=effect.kind,
            status=status,
        )
        realtime.publish(effect.audience, event)
