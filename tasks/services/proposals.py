"""A person's word on a task that a run was not sure of. Until it is given nothing of the task goes out."""

from django.db import transaction

from accounts.models import User
from tasks.models import Task
from tasks.services import tasks


@transaction.atomic
def accept(task: Task, person: User) -> Task:
    """The task is open, and goes out with the meeting's outcome, at once where that has gone out already.

    Accepting what is accepted changes nothing; what was dismissed may be taken back. Raises TaskOfOthers,
    TaskNotFound.
    """
    tasks.hold(task, with_meeting=True)
    tasks.require_rights(person, task)
    if task.status not in tasks.UNDECIDED:
        return task
    return tasks.update(task, person, status=Task.Status.OPEN)


@transaction.atomic
def dismiss(task: Task, person: User) -> Task:
    """Nobody is to do it: no run brings it back, and what waits for it does not go out.

    Raises TaskOfOthers, TaskNotFound.
    """
    tasks.hold(task)
    tasks.require_rights(person, task)
    if task.status == Task.Status.DISMISSED:
        return task
    return tasks.update(task, person, status=Task.Status.DISMISSED)
