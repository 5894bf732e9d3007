"""What watchers of a meeting are told."""

from dataclasses import dataclass

from core import realtime

from .models import Run, StepRun


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


def group_of(meeting_id) -> str:
    return f"meeting.{meeting_id}"


def publish(meeting_id, event: realtime.Event) -> None:
    """Tell the meeting's watchers once the present transaction is committed."""
    realtime.publish(group_of(meeting_id), event)
