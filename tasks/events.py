"""What watchers are told about tasks."""

from dataclasses import dataclass

from core.realtime import Event


@dataclass(frozen=True)
class TaskClosed(Event):
    """A task is done, because its ticket was closed in the tracker."""

    type = "task.closed"

    meeting_id: str
    task_id: str
