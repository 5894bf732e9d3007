"""What a ticket says of its task, and changes of the task that its tickets follow."""

from typing import Any

from integrations.changes import describe_by
from integrations.services import following, routing
from tasks.models import Task

DESCRIBER = "task"
OVER = (Task.Status.DONE, Task.Status.DISMISSED)
"""Nobody has to do it any more: its ticket is closed."""


def content_of(task: Task, *, owner_id: Any) -> dict[str, Any]:
    """The payload of a ticket that is opened for a task, but for its place; `owner_id`: whose routing says
    which account of the tracker gets it."""
    return {
        "title": task.title,
        "body": _body(task),
        "assignee_email": task.assignee_email,
        "assignee": _account(task, owner_id),
        "due": task.due_date.isoformat() if task.due_date else None,
    }


def description_of(task: Task) -> dict[str, Any]:
    """What its tickets are to look like now."""
    return content_of(task, owner_id=_owner_of(task)) | {"done": task.status in OVER}


def follow(task: Task, before: dict[str, Any], **options: Any) -> None:
    """Let the tickets follow a change; `before` is how the task was described. Inside its transaction."""
    after = description_of(task)
    if after != before:
        reopens = before["done"] and not after["done"]
        following.tickets_follow(task.pk, DESCRIBER, reopens=reopens, **options)


def close(task: Task) -> None:
    """Close the tickets of a task that is about to go. Inside its transaction."""
    following.close(task.pk, description_of(task))


def _describe(task_id: str) -> dict[str, Any] | None:
    task = Task.objects.select_related("meeting").filter(pk=task_id, removed_at=None).first()
    return description_of(task) if task else None


def register() -> None:
    """Called by the AppConfig."""
    describe_by(DESCRIBER, _describe)


def _owner_of(task: Task) -> Any:
    return task.meeting.owner_id if task.meeting else task.created_by_id


def _body(task: Task) -> str:
    lines = [task.description]
    if task.meeting:
        lines.append(f"From the meeting “{task.meeting.title}”.")
    if quote := task.evidence.get("quote"):
        lines.append(f"“{quote}”")
    return "\n\n".join(line for line in lines if line)


def _account(task: Task, owner_id: Any) -> str:
    accounts = routing.of(owner_id).assignees
    named = (task.assignee_email.casefold(), task.assignee_name.casefold())
    return next((accounts[name] for name in named if name and name in accounts), "")
