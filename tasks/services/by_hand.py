"""What a person does with a task by hand: open a ticket, mail whoever does it, put it into their calendar.

The same effects as those of a finished meeting, with the same keys: what went out once for a target is
answered and not repeated, whoever asked first.
"""

import uuid
from dataclasses import asdict, dataclass, replace
from typing import Any

from accounts.models import User
from integrations.contracts.tickets import Place
from integrations.events import audience_of
from integrations.models import Effect
from integrations.refusals import NotConfigured
from integrations.services import by_hand, routing, ways
from integrations.services.by_hand import Outcome
from integrations.services.effects import Intent
from integrations.services.routing import Way
from notifications.services import templates
from tasks import selectors
from tasks.errors import NoAddress, TaskOfOthers
from tasks.models import Task
from tasks.services import entries, letters, tickets

Kind = Effect.Kind


@dataclass(frozen=True)
class Notified:
    """Both ways in which an assignee is told of a task; a way that was not gone is `skipped` and says why."""

    task_id: Any
    mail: Outcome
    calendar: Outcome

    @property
    def parts(self) -> tuple[Outcome, Outcome]:
        return self.mail, self.calendar


def email(asker: User, *, task_id, template_id: str | None = None) -> Outcome:
    """Mail the assignee; in other words it is another mail.

    Raises TaskNotFound, TaskOfOthers, NoAddress, TemplateNotFound, NotConfigured.
    """
    task = _editable(asker, task_id)
    intent = _mail(asker, task)
    if template_id:
        template = templates.require(template_id)
        subjects = [f"{task.pk}.{template.pk}"]
        intent = replace(intent, subjects=subjects, payload=letters.about(task, template))
    return by_hand.carry_out(intent)


def open_ticket(asker: User, vendor: str, *, task_id, place: Place, assignee_email: str = "") -> Outcome:
    """One ticket for each task and place. Raises TaskNotFound, TaskOfOthers, NotConfigured."""
    task = _editable(asker, task_id)
    content = tickets.content_of(task, owner_id=asker.pk)
    if assignee_email and assignee_email.lower() != task.assignee_email.lower():
        accounts = routing.of(asker.pk).assignees
        account = accounts.get(assignee_email.casefold(), "")
        content |= {"assignee_email": assignee_email, "assignee": account}
    payload = content | {"place": asdict(place)}
    way = ways.at_vendor(Kind.TICKETS, vendor, asker.pk)
    return by_hand.carry_out(_intent(asker, task, Kind.TICKETS, place.target, payload, way))


def post(asker: User, *, channel: str, message: str) -> Outcome:
    """Each call is a post of its own: who says the same twice means it. Raises NotConfigured."""
    way = ways.at_vendor(Kind.CHAT, "slack", asker.pk)
    intent = Intent(
        Kind.CHAT,
        [str(uuid.uuid4())],
        channel,
        {"text": message},
        owner_id=asker.pk,
        audience=audience_of(meeting_id=None, owner_id=asker.pk),
        provider=way.provider,
        connection=way.connection,
    )
    return by_hand.carry_out(intent)


def notify(asker: User, *, task_id) -> Notified:
    """Mail the assignee and put the due date into their calendar, as far as that is possible.

    Raises TaskNotFound, TaskOfOthers, NoAddress; NotConfigured where neither is.
    """
    task = _editable(asker, task_id)
    refused: list[NotConfigured] = []
    parts = []
    for kind, intended in ((Kind.MAIL, _mail), (Kind.CALENDARS, _entry)):
        try:
            parts.append(_carried_out(intended(asker, task), task, kind))
        except NotConfigured as error:
            refused.append(error)
            parts.append(_skipped(task, kind, error.message))
    if len(refused) == len(parts):
        raise refused[0]
    return Notified(task.pk, *parts)


def look_again(notified: Notified) -> None:
    """See how its parts stand by now."""
    for part in notified.parts:
        if part.effect.pk:
            part.effect.refresh_from_db()


def _carried_out(intent: Intent | None, task: Task, kind: str) -> Outcome:
    if intent is None:
        return _skipped(task, kind, "The task has no due date.")
    return by_hand.carry_out(intent)


def _skipped(task: Task, kind: str, reason: str) -> Outcome:
    """Nothing is written down of it."""
    effect = Effect(id=None, kind=kind, task_id=task.pk, status=Effect.Status.SKIPPED, reason=reason)
    return Outcome(effect, created=False)


def _editable(asker: User, task_id) -> Task:
    task = selectors.get(asker, task_id)
    if not selectors.may_edit(asker, task):
        raise TaskOfOthers
    return task


def _address(task: Task) -> str:
    """Mails go to the assignee and to nobody else."""
    if address := letters.address_of(task):
        return address
    raise NoAddress


def _mail(asker: User, task: Task) -> Intent:
    address = _address(task)
    return _intent(asker, task, Kind.MAIL, address, letters.about(task), ways.server(Kind.MAIL))


def _entry(asker: User, task: Task) -> Intent | None:
    if task.due_date is None:
        return None
    address = task.assignee_email or _address(task)  # as a run has it in its keys
    way = ways.into_calendar(task.assignee_user_id, address=address)
    return _intent(asker, task, Kind.CALENDARS, address, entries.content_of(task), way)


def _intent(asker: User, task: Task, kind: str, destination: str, payload: dict, way: Way) -> Intent:
    return Intent(
        kind,
        [str(task.pk)],
        destination,
        payload,
        owner_id=asker.pk,
        meeting_id=task.meeting_id,
        task_id=task.pk,
        audience=audience_of(meeting_id=task.meeting_id, owner_id=asker.pk),
        provider=way.provider,
        connection=way.connection,
    )
