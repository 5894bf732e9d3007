"""What a person may do about an effect that did not go as it should: send it again, or call it off."""

from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, Q, Value, When
from django.db.models.functions import Now

from core import jobs
from integrations import refusals
from integrations.models import Effect
from integrations.senders import sender_of
from integrations.services import outcomes
from integrations.services.effects import PERSISTENCE

Status = Effect.Status
_ENDED = (Status.FAILED, Status.UNKNOWN, Status.CANCELLED)


def may_send_again(effect: Effect) -> bool:
    """Whether `send_again` would do something."""
    return _obstacle(effect) is None


def may_cancel(effect: Effect) -> bool:
    """Whether `cancel` would do something."""
    return effect.status == Status.QUEUED and not effect.withdrawn


def send_again(effect: Effect, by: Any) -> Effect:
    """Deliver it once more, by the wish of a person; the effect as it is then.

    Where the vendor can be searched, what may have arrived is looked for before. One that waits is tried at
    once. Raises EffectSent, EffectBusy, EffectErased, EffectNotWanted.
    """
    if obstacle := _obstacle(effect):
        raise obstacle
    findable = sender_of(effect).find is not None
    looked_for = Case(
        When(Q(status__in=[Status.FAILED, Status.UNKNOWN]), then=Value(findable)),
        default=Value(False),
        output_field=BooleanField(),
    )
    with transaction.atomic():
        hit = Effect.objects.filter(_as_seen(effect)).update(
            status=Status.QUEUED,
            doubtful=looked_for,
            lookups=0,
            failures=0,
            withdrawn="",
            reason=f"To be sent again, as {_name_of(effect, by)} asked.",
            not_before=None,
            hinted_at=None,
            give_up_at=Now() + PERSISTENCE,
            updated_at=Now(),
        )
        if not hit:
            raise refusals.EffectBusy
        jobs.enqueue("integrations.deliver", str(effect.pk))
        outcomes.announce(effect, Status.QUEUED)
    return _again(effect)


def cancel(effect: Effect, by: Any) -> Effect:
    """Call off what waits; one that may have arrived already is looked for, and not sent again.

    Raises EffectSent, EffectBusy, EffectNotWaiting.
    """
    if effect.status == Status.SENT:
        raise refusals.EffectSent
    if effect.status == Status.SENDING:
        raise refusals.EffectBusy
    if not may_cancel(effect):
        raise refusals.EffectNotWaiting
    with transaction.atomic():
        waiting = Effect.objects.filter(_as_seen(effect))
        if effect.doubtful:
            hit = waiting.update(withdrawn=outcomes.BY_HAND, updated_at=Now())
        else:
            reason = f"Cancelled by {_name_of(effect, by)}."
            hit = waiting.update(status=Status.CANCELLED, reason=reason, updated_at=Now())
        if not hit:
            raise refusals.EffectBusy
        now = _again(effect)
        outcomes.announce(effect, now.status)
    return now


def _obstacle(effect: Effect) -> Exception | None:
    """Why it cannot be sent again, if so."""
    if effect.status == Status.SENT:
        return refusals.EffectSent()
    if effect.status == Status.SENDING or (effect.status == Status.QUEUED and effect.doubtful):
        return refusals.EffectBusy()
    if effect.status == Status.SKIPPED:
        return refusals.EffectNotWanted(f"It was not to be sent: {effect.reason or effect.status}.")
    if not effect.payload:
        return refusals.EffectErased()
    if effect.withdrawn not in ("", outcomes.BY_HAND):
        return refusals.EffectNotWanted(f"Nobody wants it any more: {effect.withdrawn}.")
    return None


def _as_seen(effect: Effect) -> Q:
    """Nobody has taken it since it was read, and nobody has decided otherwise."""
    return Q(pk=effect.pk, claim=effect.claim, status=effect.status, doubtful=effect.doubtful) & Q(
        withdrawn=effect.withdrawn
    )


def _name_of(effect: Effect, by: Any) -> str:
    return "its owner" if by.pk == effect.owner_id else "an operator"


def _again(effect: Effect) -> Effect:
    return Effect.objects.get(pk=effect.pk)
