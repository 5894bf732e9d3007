"""What the worker runs: hints that name a row, each safe to lose and to repeat."""

import logging

import dramatiq

from audio.services.streams import SEAL
from core.broker import QUEUES
from integrations.errors import Unavailable

from .models import Meeting
from .pipeline import intake, runner, watching
from .services.observers import WATCH

logger = logging.getLogger(__name__)


def _advance_on(queue: str) -> dramatiq.Actor:
    @dramatiq.actor(actor_name=f"meetings.advance.{queue}", queue_name=queue, notify_shutdown=True)
    def advance(run_id: str) -> None:
        runner.advance(run_id, queue)

    return advance


ADVANCE = {queue: _advance_on(queue) for queue in QUEUES}


@dramatiq.actor(actor_name=SEAL, queue_name="outward")
def seal(meeting_id: str) -> None:
    """Make recordings of the meeting's closed streams, beside those that wait for others too."""
    meeting = Meeting.objects.filter(pk=meeting_id).first()
    try:
        if meeting is not None:
            intake.add_streams(meeting)
    except Unavailable as error:
        logger.warning("live sound of meeting %s waits to become a recording: %s", meeting_id, error)


@dramatiq.actor(actor_name=WATCH, queue_name="outward")
def watch(observer_id: str) -> None:
    """Look after an observer in a call."""
    watching.watch(observer_id)
