"""The steps that leave the house: they only write effects down (`meetings.services.outgoing`).

Each is delivered on its own schedule, so that a vendor that is down holds up nobody else.
"""

from meetings.models import Run
from meetings.pipeline.step import Output, RunView
from meetings.services import outgoing
from tasks import selectors as tasks


class _Outward:
    """What the four have in common: nothing slow happens here, all is written in `save`."""

    name: str
    queue = "outward"
    outward = True

    def work(self, run: RunView) -> Output:
        return Output()

    def save(self, run: Run, output: Output) -> None:
        outgoing.BY_STEP[self.name](run.meeting, list(tasks.actionable(run.meeting_id)))


class OpenTickets(_Outward):
    """One ticket for each task."""

    name = "open_tickets"


class MailAssignees(_Outward):
    """One mail for each assignee with the tasks that they have not been told of yet."""

    name = "mail_assignees"


class PostChat(_Outward):
    """One post for each meeting."""

    name = "post_chat"


class SyncCalendar(_Outward):
    """One calendar entry for each task with a due date."""

    name = "sync_calendar"
