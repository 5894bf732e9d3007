"""`/ws/meetings/{id}`: a meeting's progress, step by step, as it happens."""

from collections.abc import Iterable

from core.realtime import Event
from core.sockets import LiveConsumer
from integrations.events import EffectChanged
from meetings import selectors
from meetings.events import BotChanged, StepChanged, group_of
from meetings.models import Meeting
from tasks.events import TaskClosed


class MeetingProgress(LiveConsumer):
    """Tells the owner of every step that begins, gets further, waits, fails or is done."""

    tells = (StepChanged, EffectChanged, BotChanged, TaskClosed)

    meeting: Meeting

    def authorize(self, user) -> Iterable[str]:
        self.meeting = selectors.get(user, self.scope["url_route"]["kwargs"]["meeting_id"])
        return [group_of(self.meeting.pk)]

    def snapshot(self) -> Iterable[Event]:
        run = selectors.newest_run(self.meeting)
        return [StepChanged.of(run, step) for step in run.steps.all()] if run else []
