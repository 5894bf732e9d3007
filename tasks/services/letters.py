"""The letter that tells one assignee of one task, written when it is sent."""

from typing import Any

from integrations.composers import Letter, NotWanted, compose_by, written_by
from integrations.services import effects
from notifications import messages
from notifications.messages import TaskLine, TicketLink
from tasks.models import Task

COMPOSER = "task"


def about(task: Task) -> dict[str, str]:
    """The payload of a mail about a task."""
    return written_by(COMPOSER, task.pk)


def address_of(task: Task) -> str:
    """Where its assignee is told of it; empty where nobody knows."""
    account = task.assignee_user
    return (task.assignee_email or (account.email if account and account.is_verified else "")).lower()


def _compose(task_id: str) -> Letter:
    task = Task.objects.select_related("meeting__owner", "created_by", "assignee_user").filter(
        pk=task_id, removed_at=None
    )
    if not (found := task.first()):
        raise NotWanted("The task is gone.")
    return letter_of(found)


def letter_of(task: Task) -> Letter:
    organiser = task.meeting.owner if task.meeting else task.created_by
    text = messages.assignment(
        task.assignee_name,
        _origin(task, organiser),
        [line_of(task)],
        organiser=organiser.name if organiser else "",
        language=(task.assignee_user or organiser).language if task.assignee_user or organiser else "en",
        organiser_email=organiser.email if organiser else "",
    )
    reply_to = organiser.email if organiser else ""
    return Letter(text.subject, text.text, text.html, reply_to, text.attachments)


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
