"""What the addresses of whoever keeps a task are told about it (`integrations.services.webhooks`).

Ids and states only: what stands in a log of deliveries would else outlive the task and its meeting.
"""

from integrations.services import webhooks
from integrations.services.webhooks import Happened
from tasks.models import Task


def created(task: Task) -> None:
    """It is new, by hand or by a run; call inside the transaction that makes it."""
    _tell(task, Happened.TASK_CREATED)


def updated(task: Task) -> None:
    """Somebody, a run or its tracker has changed it; call inside the transaction of the change."""
    _tell(task, Happened.TASK_UPDATED)


def _tell(task: Task, happened: Happened) -> None:
    facts = {
        "task_id": str(task.pk),
        "meeting_id": str(task.meeting_id) if task.meeting_id else None,
        "status": task.status,
        "source": task.source,
    }
    webhooks.tell(task.created_by_id, happened, facts)
