"""What watchers of a meeting are told."""

from dataclasses import dataclass

from core import realtime

from .models import Observer, Run, StepRun


@dataclass(frozen=True)
class StepChanged(realtime.Event):
    """A step began, got further, waits, failed or is done."""

    type = "step.changed"

    meeting_id: str
    run_id: str
    step: str
    status: str
    progress: float
    error: str

    @classmethod
    def of(cls, run: Run, step: StepRun) -> "StepChanged":
        return cls(
            meeting_id=str(run.meeting_id),
            run_id=str(run.pk),
            step=step.name,
            status=step.status,
            progress=round(step.progress, 3),
            error=step.error,
        )


@dataclass(frozen=True)
class BotChanged(realtime.Event):
    """The observer in the call has got further, has left, or has failed."""

    type = "bot.changed"

    meeting_id: str
    bot_id: str
    provider: str
    state: str
    reason: str

    @classmethod
    def of(cls, observer: Observer) -> "BotChanged":
        return cls(
            meeting_id=str(observer.meeting_id),
            bot_id=str(observer.pk),
            provider=observer.provider,
            state=observer.state,
            reason=observer.reason,
        )


def group_of(meeting_id) -> str:
    return f"meeting.{meeting_id}"


def publish(meeting_id, event: realtime.Event) -> None:
    """Tell the meeting's watchers once the present transaction is committed."""
    realtime.publish(group_of(meeting_id), event)
