"""Effects that a person asks for by hand, while a client waits: once for each target, whoever asks.

The worker delivers them as it does all others; a view waits for `settled` without holding a thread.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from core import jobs
from integrations.models import Effect
from integrations.refusals import NotWantedAnyMore, RejectedByVendor
from integrations.services import effects
from integrations.services.effects import Intent

Status = Effect.Status
UNSETTLED = (Status.QUEUED, Status.SENDING)


@dataclass(frozen=True)
class Outcome:
    """`created`: this call has asked for it; else it was known, and is answered as it stands."""

    effect: Effect
    created: bool

    @property
    def settled(self) -> bool:
        return self.effect.status not in UNSETTLED


def carry_out(intent: Intent) -> Outcome:
    """Have it delivered; what is known for this target already is not repeated, unless it came to nothing."""
    with transaction.atomic():
        if effect := effects.intend(intent):
            return Outcome(effect, created=True)
        effect = effects.known(intent)
        again = _try_again(effect, intent)
    return Outcome(effect, created=again)


def _try_again(effect: Effect, intent: Intent) -> bool:
    """Ask anew for what came to nothing, with what it is to say now. A letter about more than is asked for
    stays as it was written."""
    covers_more = effect.items.count() > len(intent.subjects)
    again = Effect.objects.filter(pk=effect.pk, status__in=effects.CAME_TO_NOTHING).update(
        status=Status.QUEUED,
        payload=effect.payload if covers_more and effect.payload else intent.payload,
        destination=intent.destination,
        owner_id=intent.owner_id,
        reason="",
        withdrawn="",
        failures=0,
        not_before=None,
        give_up_at=Now() + effects.PERSISTENCE,
        updated_at=Now(),
    )
    if again:
        jobs.enqueue("integrations.deliver", str(effect.pk))
    return bool(again)


def now(outcome: Outcome) -> Outcome:
    """How it stands. Raises RejectedByVendor, NotWantedAnyMore where this call has come to nothing."""
    outcome.effect.refresh_from_db()
    if outcome.effect.status == Status.FAILED:
        raise RejectedByVendor(outcome.effect.reason)
    if outcome.effect.status == Status.CANCELLED:
        raise NotWantedAnyMore(outcome.effect.reason)
    return outcome


def settled(keys: set[str]) -> set[str]:
    """Which of these nobody has to wait for any more; a key is an effect's id, or several with `+`."""
    wanted = {UUID(each) for key in keys for each in key.split("+")}
    busy = Effect.objects.filter(pk__in=wanted, status__in=UNSETTLED).values_list("pk", flat=True)
    under_way = {str(each) for each in busy}
    return {key for key in keys if not under_way & set(key.split("+"))}
