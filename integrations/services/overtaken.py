"""A sender that was frozen past its lease and woke up in the middle of its call: what it did is shown.

Nobody can stop a call that has begun. Another may have sent the effect meanwhile; then the vendor is asked
how many there are, and the effect says so. Called by `delivery` when a claim is no longer its own.
"""

import logging
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from integrations.models import Effect
from integrations.senders import Sender, Sent
from integrations.services import attempts, doubt, outcomes
from integrations.services.attempts import Outcome

logger = logging.getLogger(__name__)

LATE = "Its answer came after its lease was over: the sender had been frozen."
TWICE = "It was sent twice: a sender that had been frozen past its lease woke up"
PERHAPS_TWICE = "A sender that had been frozen past its lease woke up; it may have been sent twice."


def got_through(effect: Effect, what: Sent, sender: Sender, provider: Any) -> None:
    """The call of a claim that has been overtaken succeeded."""
    logger.warning("effect %s: claim %s sent after its lease was over", effect.pk, effect.claim)
    attempts.end(effect, Outcome.SENT, f"{LATE} The vendor's id: {what.id}.")
    if _taken_for_done(effect, what):
        return
    now = Effect.objects.get(pk=effect.pk)
    if now.status == Effect.Status.SENT and now.external_id != what.id:
        _show(now, doubt.number_at_vendor(effect, sender, provider, f"{TWICE}; the other: {what.id}."))


def may_have(effect: Effect, sender: Sender, provider: Any, reason: str) -> None:
    """The call of a claim that has been overtaken ended without telling what it did."""
    attempts.end(effect, Outcome.UNKNOWN, f"{LATE} {reason}")
    now = Effect.objects.get(pk=effect.pk)
    if now.status == Effect.Status.SENT:
        otherwise = "" if sender.find else PERHAPS_TWICE
        if note := doubt.number_at_vendor(effect, sender, provider, otherwise):
            _show(now, note)


def look_back(effect: Effect, sender: Sender, provider: Any) -> None:
    """Who has just sent looks whether another woke up meanwhile: one of the two sees the other."""
    late = effect.attempts.exclude(number=effect.claim).filter(detail__startswith=LATE)
    if late.exists():
        sure = late.filter(outcome=Outcome.SENT).exists()
        otherwise = f"{TWICE}." if sure else "" if sender.find else PERHAPS_TWICE
        if note := doubt.number_at_vendor(effect, sender, provider, otherwise):
            _show(Effect.objects.get(pk=effect.pk), note)


def _taken_for_done(effect: Effect, what: Sent) -> bool:
    """Nobody else has sent it or is at it: so this is the one, whatever was believed until now."""
    free = ~Q(status__in=[Effect.Status.SENDING, Effect.Status.SENT])
    with transaction.atomic():
        hit = Effect.objects.filter(free, pk=effect.pk).update(**outcomes.as_sent(what, LATE))
        if hit:
            outcomes.announce(effect, Effect.Status.SENT)
    return bool(hit)


def _show(effect: Effect, note: str) -> None:
    with transaction.atomic():
        Effect.objects.filter(pk=effect.pk).update(reason=note, updated_at=Now())
        outcomes.announce(effect, effect.status)
