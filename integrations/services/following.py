"""Changes of tasks go to their tickets and calendar entries: one effect for each change of each, the newest
of which counts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from integrations.changes import described_by
from integrations.models import Effect
from integrations.services import effects, routing
from integrations.services.effects import Intent

SUPERSEDED = "A newer change takes its place."

_UNSETTLED = (Effect.Status.QUEUED, Effect.Status.SENDING)
_MAY_EXIST = (Effect.Status.QUEUED, Effect.Status.SENDING, Effect.Status.SENT)


def tickets_follow(
    task_id: Any, describer: str, *, reopens: bool = False, but: Effect | None = None
) -> list[Effect]:
    """Have the tickets of a task look like it, where their owner's routing says so; `but` is the ticket that
    the change came from. Call inside the transaction that changes the task, which holds its row."""
    opened_for_it = _reachable(task_id, Effect.Kind.TICKETS)
    wanted = [opened for opened in opened_for_it if _wants_changes(opened) and opened != but]
    return [_follow(opened, task_id, describer, reopens=reopens) for opened in wanted]


def _follow(opened: Effect, task_id: Any, describer: str, *, reopens: bool) -> Effect:
    reopens = reopens or _of(opened).filter(status__in=_UNSETTLED, payload__reopens=True).exists()
    return _write(opened, described_by(describer, task_id, opened_by=opened, reopens=reopens))


def close(task_id: Any, description: dict[str, Any]) -> list[Effect]:
    """Have the tickets of a task closed that is about to go, and look as `description` says for the last
    time. Call inside the transaction that removes it, which holds its row."""
    done = description | {"done": True}
    opened_for_it = _reachable(task_id, Effect.Kind.TICKETS)
    return [_write(opened, done | {"opened_by": str(opened.pk)}) for opened in opened_for_it]


def entries_follow(task_id: Any, describer: str) -> list[Effect]:
    """Have the calendar entries of a task look like it; the describer is asked about the effect that has
    added each. Call inside the transaction that changes or removes the task, which holds its row."""
    added = _reachable(task_id, Effect.Kind.CALENDARS)
    return [_write(each, described_by(describer, each.pk, opened_by=each)) for each in added]


def _reachable(task_id: Any, kind: Effect.Kind) -> list[Effect]:
    """What is at the vendor for the task, or is about to be, and can still be changed."""
    opened = Effect.objects.filter(
        task_id=task_id, kind=kind, action=Effect.Action.CREATE, status__in=_MAY_EXIST
    )
    return [each for each in opened.select_related("connection") if not effects.lost_its_connection(each)]


def _wants_changes(opened: Effect) -> bool:
    return routing.of(opened.owner_id).update_tickets


def _write(opened: Effect, payload: dict[str, Any]) -> Effect:
    effects.withdraw(_of(opened), SUPERSEDED)
    return effects.intend(
        Intent(
            opened.kind,
            [f"{opened.pk}.{uuid.uuid4().hex}"],
            opened.external_id,
            payload,
            owner_id=opened.owner_id,
            meeting_id=opened.meeting_id,
            task_id=opened.task_id,
            audience=opened.audience,
            provider=opened.provider,
            connection=opened.connection,
            action=Effect.Action.UPDATE,
        )
    )


def _of(opened: Effect) -> QuerySet[Effect]:
    """All changes of one ticket or entry."""
    return Effect.objects.filter(
        task_id=opened.task_id,
        kind=opened.kind,
        action=Effect.Action.UPDATE,
        key__startswith=f"{opened.pk}.",
    )


@dataclass(frozen=True)
class Changes:
    """How many changes of a task's tickets have gone out, and how many are still to."""

    sent: int
    unsettled: int


def of_tasks(task_ids: Sequence[Any]) -> dict[Any, Changes]:
    """The changes of each task's tickets; nothing for those without any."""
    changes = Effect.objects.filter(
        task_id__in=task_ids, kind=Effect.Kind.TICKETS, action=Effect.Action.UPDATE
    )
    counted = (
        changes.order_by()
        .values("task_id")
        .annotate(
            sent=Count("pk", filter=Q(status=Effect.Status.SENT)),
            unsettled=Count("pk", filter=Q(status__in=_UNSETTLED)),
        )
    )
    return {each["task_id"]: Changes(each["sent"], each["unsettled"]) for each in counted}
