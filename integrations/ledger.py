"""Who may see what of the ledger of effects: selectors for the edges, with every attempt in one query."""

from typing import Any

from django.db.models import QuerySet

from integrations.models import Effect
from integrations.refusals import EffectNotFound


def of_owner(owner_id: Any) -> QuerySet[Effect]:
    """What left the house for a person, or was to, the newest first."""
    return _shown().filter(owner_id=owner_id).order_by("-created_at", "id")


def of_meeting(meeting_id: Any) -> QuerySet[Effect]:
    """What left the house for a meeting, or was to, in the order in which it was written down."""
    return _shown().filter(meeting_id=meeting_id).order_by("created_at", "id")


def get(owner_id: Any, effect_id: Any) -> Effect:
    """One of a person's effects. Raises EffectNotFound."""
    effect = of_owner(owner_id).filter(pk=effect_id).first()
    if effect is None:
        raise EffectNotFound
    return effect


def _shown() -> QuerySet[Effect]:
    return Effect.objects.prefetch_related("attempts")
