"""Mails to assignees, written when they are sent: what has changed since is in them, and no row holds them.

The ledger calls `assignment` with the id of the effect (`integrations.composers`).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from integrations.composers import Letter, NotWanted, NotYet
from integrations.models import Effect
from integrations.services import effects
from meetings.models import Meeting
from notifications import messages
from notifications.messages import TaskLine, TicketLink
from tasks import selectors
from tasks.models import Task

PATIENCE = timedelta(minutes=2)
"""How long a mail waits for the tickets that it would link to."""
GLANCE = 2.0
_SHOWN = (Effect.Status.SENT, Effect.Status.UNKNOWN)


def assignment(effect_id: str) -> Letter:
    """One person's tasks of a meeting, as they are now. What is no longer theirs to do is left out.

    Raises NotWanted where nothing is left, NotYet while a ticket is about to be opened.
    """
    effect = Effect.objects.get(pk=effect_id)
    meeting = Meeting.objects.select_related("owner").filter(pk=effect.meeting_id).first()
    told = _still_theirs(effect)
    if meeting is None or not told:
        raise NotWanted("none of these tasks is theirs to do any more")
    _wait_for_tickets(effect, told)
    account = selectors.account_of([effect.destination]).first()
    text = messages.assignment(
        told[0].assignee_name or effect.destination,
        meeting.title,
        _lines(told),
        organiser=meeting.owner.name,
        organiser_email=meeting.owner.email,
        language=(account or meeting.owner).language,
        meeting_date=_day_of(meeting),
    )
    return Letter(text.subject, text.text, text.html, meeting.owner.email, text.attachments)


@transaction.atomic
def _still_theirs(effect: Effect) -> list[Task]:
    """What is left out here may be told by another letter, should it become theirs again: whoever changes a
    task at this moment is waited for, and sees that."""
    subjects = effects.subjects_of(effect)
    covered = Task.objects.filter(pk__in=subjects, meeting=effect.meeting_id).order_by("created_at", "id")
    held = list(covered.select_for_update(no_key=True))
    theirs = [task for task in held if _is_to_do(task, effect.destination)]
    effects.give_back(effect, {*subjects} - {str(task.pk) for task in theirs})
    return theirs


def _is_to_do(task: Task, address: str) -> bool:
    is_theirs = task.assignee_email.lower() == address.lower()
    return is_theirs and task.removed_at is None and task.status in selectors.ACTIVE


def _tickets(told: Sequence[Task]) -> QuerySet[Effect]:
    opened = Effect.objects.filter(kind=Effect.Kind.TICKETS, action=Effect.Action.CREATE)
    return opened.filter(task_id__in=[task.pk for task in told]).order_by("created_at", "id")


def _wait_for_tickets(effect: Effect, told: Sequence[Task]) -> None:
    """A tracker that was found down holds up no mail. Raises NotYet."""
    coming = _tickets(told).filter(status__in=[Effect.Status.QUEUED, Effect.Status.SENDING], failures=0)
    fresh = Effect.objects.filter(pk=effect.pk, created_at__gt=Now() - PATIENCE)
    if coming.exists() and fresh.exists():
        raise NotYet("its tickets are still to be opened", seconds=GLANCE)


def _lines(told: Sequence[Task]) -> list[TaskLine]:
    links: dict[object, list[TicketLink]] = {}
    for ticket in _tickets(told).filter(status__in=_SHOWN).exclude(external_id=""):
        links.setdefault(ticket.task_id, []).append(TicketLink(ticket.external_id, ticket.url))
    return [
        TaskLine(
            task.title,
            task.due_date,
            task.evidence.get("quote", ""),
            links.get(task.pk, ()),
            task.evidence.get("start"),
            str(task.pk),
        )
        for task in told
    ]


def _day_of(meeting: Meeting) -> date:
    """The meeting's day where the meeting was; that is how people speak of it."""
    return meeting.start_time.astimezone(ZoneInfo(meeting.timezone)).date()
