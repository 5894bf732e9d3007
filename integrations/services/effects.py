"""Writing effects down: the only way in which anything leaves this house."""

import hashlib
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Concat, Now

from core import jobs
from integrations import registry
from integrations.models import Connection, Effect, EffectItem

PERSISTENCE = timedelta(hours=24)
"""How long a delivery is tried before it counts as failed."""

NOT_CONFIGURED = "no provider"
CAME_TO_NOTHING = (
    Effect.Status.FAILED,
    Effect.Status.CANCELLED,
    Effect.Status.SKIPPED,
)
"""Nothing of it is at the vendor. What is `unknown` may be there, and is never repeated by itself."""


@dataclass(frozen=True)
class Intent:
    """What is to happen outside, once: `subjects` are the ids (tasks, a meeting) that it covers."""

    kind: Effect.Kind
    subjects: Sequence[str]
    destination: str
    payload: dict[str, Any]
    owner_id: Any = None
    meeting_id: Any = None
    task_id: Any = None
    audience: str = ""
    unless: str = ""
    """A reason for which it cannot happen; it is then written down as skipped."""
    provider: str = field(default="", kw_only=True)
    """Alias of who serves it; empty for the first that serves the kind."""
    connection: Connection | None = field(default=None, kw_only=True)
    """The person's own account that it is carried out with; none for the server's credentials."""
    action: Effect.Action = field(default=Effect.Action.CREATE, kw_only=True)


def intend(intent: Intent) -> Effect | None:
    """Write the effect down and have it delivered after the commit; None where it is known already.

    Call inside a transaction. An effect covers each subject once per provider and destination, whoever
    asks and however often.
    """
    alias = _alias(intent)
    reason = intent.unless if alias else NOT_CONFIGURED
    keys = _keys(intent)
    try:
        with transaction.atomic():
            effect = _write(intent, alias, reason, keys)
    except IntegrityError:
        return None
    if effect.status == Effect.Status.QUEUED:
        jobs.enqueue("integrations.deliver", str(effect.pk))
    return effect


def known(intent: Intent) -> Effect:
    """The effect that covers the first of the subjects already. Raises DoesNotExist."""
    return EffectItem.objects.select_related("effect").get(key=_keys(intent)[0]).effect


def _alias(intent: Intent) -> str:
    served_by = registry.aliases(intent.kind)
    return intent.provider or (served_by[0] if served_by else "")


def _keys(intent: Intent) -> list[str]:
    way = {"connection": intent.connection, "action": intent.action}
    return [
        key_of(subject, intent.kind, _alias(intent), intent.destination, **way) for subject in intent.subjects
    ]


def key_of(
    subject: str,
    kind: str,
    alias: str,
    destination: str,
    *,
    connection: Connection | None = None,
    action: str = Effect.Action.CREATE,
) -> str:
    """What makes an effect the same one. The destination may be a person's address: only its SHA-256 stays,
    which still tells the same from another when the person is gone."""
    what = kind if action == Effect.Action.CREATE else f"{kind}.{action}"
    return f"{subject}:{what}:{connection.pk if connection else alias}:{_digest(subject, destination)}"


def _digest(subject: str, destination: str) -> str:
    return hashlib.sha256(f"{subject}:{destination}".encode()).hexdigest() if destination else ""


def _write(intent: Intent, alias: str, reason: str, keys: list[str]) -> Effect:
    number = uuid.uuid4()
    unnamed = {"id": str(number)} if intent.payload.get("id") == "" else {}
    effect = Effect.objects.create(
        pk=number,
        key=keys[0],
        kind=intent.kind,
        action=intent.action,
        provider=alias,
        connection=intent.connection,
        destination=intent.destination,
        owner_id=intent.owner_id,
        meeting_id=intent.meeting_id,
        task_id=intent.task_id,
        audience=intent.audience,
        payload=intent.payload | unnamed,
        status=Effect.Status.SKIPPED if reason else Effect.Status.QUEUED,
        reason=reason,
        give_up_at=Now() + PERSISTENCE,
    )
    EffectItem.objects.bulk_create(EffectItem(effect=effect, key=key) for key in keys)
    return effect


def covered(
    kind: Effect.Kind,
    subjects: Sequence[str],
    destination: str,
    *,
    provider: str = "",
    connection: Connection | None = None,
) -> set[str]:
    """Those of `subjects` that an effect of this kind covers already."""
    served_by = registry.aliases(kind)
    alias = provider or (served_by[0] if served_by else "")
    keys = {key_of(each, kind, alias, destination, connection=connection): each for each in subjects}
    return {keys[key] for key in EffectItem.objects.filter(key__in=keys).values_list("key", flat=True)}


def standing(
    kind: Effect.Kind, subjects: Sequence[str], *, meeting_id: Any, destination: str = ""
) -> set[str]:
    """Those of `subjects` of which something is outside already, may be, or is about to be: by any provider,
    and anywhere or at this destination. Whoever asks unasked does nothing twice because somebody has chosen
    another place or account meanwhile."""
    about = EffectItem.objects.filter(Q(effect__task_id__in=subjects) | Q(effect__meeting_id=meeting_id))
    there = about.filter(effect__kind=kind, effect__action=Effect.Action.CREATE)
    keys = there.exclude(effect__status__in=CAME_TO_NOTHING).values_list("key", flat=True)
    found = {(key.partition(":")[0], key.rpartition(":")[2]) for key in keys}
    if not destination:
        return set(subjects) & {subject for subject, _ in found}
    return {each for each in subjects if (each, _digest(each, destination)) in found}


def give_back(effect: Effect, subjects: Collection[str]) -> None:
    """Inside a transaction: it has not told of these and will not, so that another effect may."""
    wanted = set(subjects)
    keys = [item.key for item in effect.items.all() if item.key.partition(":")[0] in wanted]
    own = Effect.objects.filter(pk=effect.pk, key__in=keys)
    own.update(key=Concat("key", Value(f":{effect.pk}"), output_field=CharField()))
    effect.items.filter(key__in=keys).delete()


def subjects_of(effect: Effect) -> list[str]:
    """The ids (of tasks, of a meeting) that an effect covers."""
    return [key.partition(":")[0] for key in effect.items.values_list("key", flat=True)]


def forget_meeting(meeting_id) -> None:
    """The meeting is deleted: what waits will not happen; what happened stays, without its content."""
    known = Effect.objects.filter(meeting_id=meeting_id)
    withdraw(known, "the meeting was deleted")
    known.exclude(status__in=[Effect.Status.QUEUED, Effect.Status.SENDING]).update(payload={})


def forget_task(task_id, reason: str) -> None:
    """Nobody wants the task any more: what waits for it alone will not happen."""
    withdraw(Effect.objects.filter(task_id=task_id), reason)


def want_again(task_id: Any, reason: str) -> None:
    """Inside a transaction: the reason for which `forget_task` was called holds no more. What is under way
    goes on; what was cancelled may be intended anew."""
    withdrawn = Effect.objects.filter(task_id=task_id, withdrawn=reason)
    withdrawn.filter(status__in=[Effect.Status.QUEUED, Effect.Status.SENDING]).update(withdrawn="")
    for effect in withdrawn.filter(status=Effect.Status.CANCELLED):
        give_back(effect, subjects_of(effect))


def withdraw(effects: QuerySet[Effect], reason: str) -> None:
    """What waits will not happen. What is being sent or may have arrived is settled by its delivery, and not
    sent again."""
    effects.filter(status__in=[Effect.Status.QUEUED, Effect.Status.SENDING]).update(withdrawn=reason)
    effects.filter(status=Effect.Status.QUEUED, doubtful=False).update(
        status=Effect.Status.CANCELLED, reason=reason, updated_at=Now()
    )


def of_meeting(meeting_id) -> QuerySet[Effect]:
    """What left the house for a meeting, or was to."""
    return Effect.objects.filter(meeting_id=meeting_id).order_by("created_at", "id")


def lost_its_connection(effect: Effect) -> bool:
    """Whether it was carried out with an account that is not connected any more; with the server's own
    credentials its vendor's id may mean something of somebody else."""
    return effect.connection_id is None and f":{effect.provider}:" not in effect.key


def tickets_of(task_id) -> QuerySet[Effect]:
    """Where a task is tracked outside; changes of a ticket are no tickets."""
    shown = Effect.objects.filter(task_id=task_id, kind=Effect.Kind.TICKETS, action=Effect.Action.CREATE)
    return shown.exclude(status__in=[Effect.Status.SKIPPED, Effect.Status.CANCELLED]).order_by("created_at")
