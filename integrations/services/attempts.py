"""What was tried for an effect: a row before each call at the vendor, so that a death in it leaves a trace.

A claim without a row has called nobody; one whose row is still `under_way` may have done anything.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Exists, OuterRef, TextField, Value, When
from django.db.models.functions import Now

from integrations.models import Attempt, Effect

Outcome = Attempt.Outcome
INTERRUPTED = "It was interrupted; it may or may not have arrived."


def close_interrupted(effect: Effect) -> bool:
    """Whether an earlier claim died in a call. For who has just taken the effect."""
    under_way = effect.attempts.filter(number__lt=effect.claim, outcome=Outcome.UNDER_WAY)
    return bool(under_way.update(outcome=Outcome.UNKNOWN, detail=INTERRUPTED, ended_at=Now()))


def begin(effect: Effect) -> bool:
    """Write down that the vendor is about to be called; False where that is not safe any more.

    Safe it is while the effect is still this claim's and its lease outlasts a call, by the database's clock.
    """
    with transaction.atomic():
        held = Effect.objects.filter(
            pk=effect.pk,
            claim=effect.claim,
            status=Effect.Status.SENDING,
            lease_until__gt=Now() + settings.EFFECT_TIMEOUT,
        )
        if not held.update(updated_at=Now()):
            return False
        Attempt.objects.get_or_create(effect=effect, number=effect.claim)
    return True


def end(effect: Effect, outcome: str, detail: str = "") -> None:
    """Note what came of this claim's call, where it made one."""
    _of(effect).update(outcome=outcome, detail=_kept(detail), ended_at=Now())


def drop(effect: Effect) -> None:
    """The call was not made after all."""
    _of(effect).filter(outcome=Outcome.UNDER_WAY).delete()


def _of(effect: Effect):
    return Attempt.objects.filter(effect=effect.pk, number=effect.claim)


def _kept(detail: str) -> Case:
    """A vendor's sentence may quote an address; it is not kept where a person has been erased meanwhile."""
    wanted = Effect.objects.filter(pk=OuterRef("effect_id"), withdrawn="")
    return Case(When(Exists(wanted), then=Value(detail)), default=Value(""), output_field=TextField())
