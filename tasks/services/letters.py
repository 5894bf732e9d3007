"""The letter that tells one assignee of one task, written when it is sent."""

import hashlib
from typing import Any

from integrations.composers import Letter, NotWanted, compose_by, written_by
from integrations.services import effects
from notifications import messages
from notifications.messages import TaskLine, TicketLink
from notifications.models import MailTemplate
from notifications.services import templates
from tasks.models import Task

COMPOSER = "task"


def about(task: Task, template: MailTemplate | None = None) -> dict[str, str]:
    """The payload of a mail about a task, in a template's words where there is one. No address stands in it,
    but whether the task is still the same person's can be told."""
    return written_by(COMPOSER, f"{task.pk}.{template.pk if template else ''}.{_digest(task)}")


def _digest(task: Task) -> str:
    return hashlib.sha256(f"{task.pk}:{address_of(task)}".encode()).hexdigest()[:32]


def address_of(task: Task) -> str:
    """Where its assignee is told of it; empty where nobody knows."""
    account = task.assignee_user
    return (task.assignee_email or (account.email if account and account.is_verified else "")).lower()


def _compose(row_id: str) -> Letter:
    task_id, template_id, addressee = row_id.split(".")
    known = Task.objects.select_related("meeting__owner", "created_by", "assignee_user")
    task = known.filter(pk=task_id, removed_at=None).first()
    if task is None:
        raise NotWanted("The task is gone.")
    if _digest(task) != addressee:
        raise NotWanted("The task is somebody else's by now.")
    return letter_of(task, template_id)


def letter_of(task: Task, template_id: str = "") -> Letter:
    """Raises TemplateNotFound."""
    organiser = task.meeting.owner if task.meeting else task.created_by
    reader = task.assignee_user or organiser
    context = {
        "name": task.assignee_name,
        "meeting_title": _origin(task, organiser),
        "tasks": [line_of(task)],
        "organiser": organiser.name if organiser else "",
        "organiser_email": organiser.email if organiser else "",
        "language": reader.language if reader else "en",
    }
    text = templates.render(template_id, context) if template_id else messages.assignment(**context)
    return Letter(text.subject, text.text, text.html, context["organiser_email"], text.attachments)


def line_of(task: Task) -> TaskLine:
    """The task as a letter shows it, with its tickets."""
    return TaskLine(
        task.title,
        task.due_date,
        task.evidence.get("quote", ""),
        tickets=[TicketLink(each.external_id, each.url) for each in effects.tickets_of(task.pk) if each.url],
        start=task.evidence.get("start"),
        uid=str(task.pk),
    )


def _origin(task: Task, organiser: Any) -> str:
    if task.meeting:
        return task.meeting.title
    return f"{organiser.name}'s tasks" if organiser else "a list of tasks"


def register() -> None:
    """Called by the AppConfig."""
    compose_by(COMPOSER, _compose)
