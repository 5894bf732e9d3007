"""What a calendar entry says of its task, and changes of the task that its entries follow."""

from collections.abc import Callable
from typing import Any

from integrations.changes import describe_by
from integrations.models import Effect
from integrations.services import following
from tasks.models import Task
from tasks.services import letters

DESCRIBER = "task entry"
REMOVED = {"removed": True}

Shown = tuple[str, dict[str, Any]]
"""In whose calendar an entry is, and how it looks there."""

_called: list[Callable[[Task, Shown], None]] = []


def content_of(task: Task) -> dict[str, Any]:
    """The payload of the entry of a task that has a due date. The day is the reader's: their zone where they
    have an account, else the meeting's."""
    zone = task.assignee_user.timezone if task.assignee_user else ""
    origin = f"From the meeting “{task.meeting.title}”." if task.meeting else ""
    return {
        "title": task.title,
        "day": task.due_date.isoformat(),
        "description": "\n\n".join(line for line in (task.description, origin) if line),
        "time_zone": zone or (task.meeting.timezone if task.meeting else ""),
    }


def when_changed(call: Callable[[Task, Shown], None]) -> None:
    """Have `call` follow a change that its calendar entries follow too, inside its transaction."""
    if call not in _called:
        _called.append(call)


def shown(task: Task) -> Shown:
    wanted = task.due_date and not task.removed_at and task.status != Task.Status.DISMISSED
    return letters.address_of(task), content_of(task) if wanted else REMOVED


def follow(task: Task, before: Shown) -> None:
    """Let the entries follow a change; `before` is how the task was `shown`. Inside its transaction."""
    if (now := shown(task)) != before:
        following.entries_follow(task.pk, DESCRIBER)
        _tell(task, now)


def take_away(task: Task, *, at_vendors: bool) -> None:
    """The task is about to go: so does its event here, and its entries at vendors where that is asked for.
    Inside its transaction."""
    if at_vendors:
        following.entries_follow(task.pk, DESCRIBER)
    _tell(task, ("", REMOVED))


def _tell(task: Task, now: Shown) -> None:
    for call in _called:
        call(task, now)


def _describe(added_by: str) -> dict[str, Any] | None:
    """Nothing where it is not known any more for whom it was: then nobody can say whether it is right."""
    added = Effect.objects.filter(pk=added_by).first()
    if added is None or not added.destination:
        return None
    known = Task.objects.select_related("meeting", "assignee_user").filter(pk=added.task_id)
    address, description = shown(task) if (task := known.first()) else ("", REMOVED)
    return description if address == added.destination.lower() else REMOVED


def register() -> None:
    """Called by the AppConfig."""
    describe_by(DESCRIBER, _describe)
