"""Tasks follow their tickets: what is closed in the tracker is done here. What a person says here stands.

The poll looks at all tickets of tasks that are to be done; a webhook of a tracker is a hint to look sooner.
Only a ticket that was seen open, and then closed, ends its task: what a person has opened again stays open.
"""

import logging
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from core import jobs, realtime
from core.logs import redacted
from integrations.contracts.tickets import TicketState
from integrations.errors import ProviderError, Unavailable
from integrations.events import audience_of
from integrations.models import Effect
from integrations.services import circuits, connections, effects, following
from tasks import selectors
from tasks.events import TaskClosed
from tasks.models import Task, TicketWatch
from tasks.services import notices, tickets

logger = logging.getLogger(__name__)

State = TicketWatch.State
BATCH = 100
"""Tickets that a tracker is asked for at once."""
BATCHES = 10
"""How often in one go; the next poll begins with those that were looked at longest ago."""
GONE = "The ticket is not there any more."


def poll() -> int:
    """A chore: have the tickets of each connection looked at; how many connections there are."""
    ways = set(_watched().order_by().values_list("provider", "connection"))
    for provider, connection_id in ways:
        jobs.enqueue("tasks.look", provider, str(connection_id or ""))
    return len(ways)


def look(provider: str, connection_id: str) -> None:
    """Look at the tickets of one connection, or of a provider with the server's credentials."""
    theirs = _watched().filter(provider=provider, connection=connection_id or None)
    longest_ago = theirs.order_by(F("watch__looked_at").asc(nulls_first=True), "created_at", "id")
    ids = list(longest_ago.values_list("pk", flat=True)[: BATCH * BATCHES])
    for start in range(0, len(ids), BATCH):
        if not _look_at(list(_watched().filter(pk__in=ids[start : start + BATCH]))):
            return


def look_at(effect_id: str) -> None:
    """Look at one ticket, because somebody says that it has changed."""
    _look_at(list(_watched().filter(pk=effect_id)))


def _watched() -> QuerySet[Effect]:
    """Tickets of tasks that somebody is to do."""
    wanted = Task.objects.filter(status__in=selectors.ACTIVE, removed_at=None)
    opened = Effect.objects.filter(
        kind=Effect.Kind.TICKETS, action=Effect.Action.CREATE, status=Effect.Status.SENT
    )
    known = opened.filter(task_id__in=wanted.values("pk")).exclude(external_id="")
    return known.exclude(watch__state=State.GONE).select_related("watch", "connection")


def _look_at(batch: list[Effect]) -> bool:
    """Ask a tracker for some tickets of one connection; False where it makes no sense to go on."""
    asked = [each for each in batch if not effects.lost_its_connection(each)]
    if not asked:
        return True
    changes = following.of_tasks([each.task_id for each in asked])
    with circuits.seat(circuits.name_of(asked[0])) as seated:
        states = _ask(asked) if seated else None
    if states is None:
        return False
    for ticket in asked:
        _take(ticket, states.get(ticket.external_id), changes.get(ticket.task_id))
    return True


def _ask(asked: list[Effect]) -> dict[str, TicketState] | None:
    """How they stand; None where nobody could say."""
    first = asked[0]
    if circuits.is_open(first):
        return None
    try:
        states = connections.provider_of(first).states([each.external_id for each in asked])
    except Unavailable as error:
        circuits.failed(first, error, redacted(str(error)))
        return None
    except ProviderError as error:
        logger.warning("tickets of %s are not watched: %s", first.provider, redacted(str(error)))
        return None
    circuits.answered(first)
    return states


@transaction.atomic
def _take(ticket: Effect, state: TicketState | None, changes: Any) -> None:
    """Note what was seen; end the task where its ticket was closed since. `changes`: what of ours had gone
    to the task's tickets before they were looked at; where more has, nobody knows who was first."""
    task = Task.objects.select_for_update(no_key=True).filter(pk=ticket.task_id, removed_at=None).first()
    TicketWatch.objects.get_or_create(effect=ticket)
    seen = getattr(ticket, "watch", None) or TicketWatch()
    now = following.of_tasks([ticket.task_id]).get(ticket.task_id)
    undisturbed = state is not None and now == changes and not (now and now.unsettled)
    row = TicketWatch.objects.filter(effect=ticket, state=seen.state, looks=seen.looks)
    now_seen = state if undisturbed else seen.state
    if not row.update(state=now_seen, looks=F("looks") + 1, looked_at=Now()) or not undisturbed:
        return
    if state == State.GONE:
        Effect.objects.filter(pk=ticket.pk).update(reason=GONE, updated_at=Now())
    if state == State.DONE and seen.state == State.OPEN and task and task.status in selectors.ACTIVE:
        _end(task, ticket)


def _end(task: Task, ticket: Effect) -> None:
    """Its other tickets follow."""
    before = tickets.description_of(task)
    Task.objects.filter(pk=task.pk).update(status=Task.Status.DONE, updated_at=Now())
    task.refresh_from_db()
    tickets.follow(task, before, but=ticket)
    notices.updated(task)
    closed = TaskClosed(meeting_id=str(task.meeting_id or ""), task_id=str(task.pk))
    realtime.publish(audience_of(meeting_id=task.meeting_id, owner_id=task.created_by_id), closed)


def forget_what_was_seen(task: Task) -> None:
    """A person has opened the task again: a ticket that is closed says nothing until it was seen open.

    Call inside the transaction of the change, which holds the task.
    """
    for ticket in effects.tickets_of(task.pk):
        unsure = {"state": State.UNSURE, "looked_at": None}
        TicketWatch.objects.update_or_create(effect=ticket, defaults=unsure)
