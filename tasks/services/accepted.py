"""What follows when a person accepts a task that a run was not sure of: whoever sends things out is told.

Apps above register in their AppConfig; `tasks.update` calls it in the transaction of the change.
"""

from collections.abc import Callable

from django.apps import apps

from tasks.models import Task

_called: list[Callable[[Task], None]] = []


def when_accepted(call: Callable[[Task], None]) -> None:
    """Have `call` write down what goes out for an accepted task; its meeting and its row are held."""
    if call not in _called:
        _called.append(call)


def hold_meeting(task: Task) -> None:
    """Wait for whoever changes the meeting's runs, before the task's own row is held: a run takes them in the
    same order, and decides about its outward steps while it holds the meeting."""
    meetings = apps.get_model("meetings", "Meeting").objects.select_for_update(no_key=True)
    meetings.filter(pk=task.meeting_id).values_list("pk").first()


def announce(task: Task) -> None:
    for call in _called:
        call(task)
