"""A meeting's report as far as it has got: composed from the rows, so that it is always true."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from integrations.models import Effect
from integrations.services import effects
from tasks.models import Task

from . import selectors
from .models import Finding, Meeting, Report, Run, StepRun

UNSETTLED = (Effect.Status.QUEUED, Effect.Status.SENDING)


@dataclass(frozen=True)
class MeetingReport:
    """What `/complete` and `/report` answer with."""

    meeting: Meeting
    run: Run | None
    status: str
    """`pending | processing | completed | partial | failed`."""
    summary: list[Finding]
    decisions: list[Finding]
    open_questions: list[Finding]
    key_points: list[Finding]
    tasks: list[Task]
    effects: list[Effect]
    errors: list[dict]
    engines: dict
    notices: list[str]

    @property
    def summary_text(self) -> str:
        return self.meeting.summary.text if hasattr(self.meeting, "summary") else ""

    @property
    def analytics(self) -> dict:
        return self.meeting.analytics.data if hasattr(self.meeting, "analytics") else {}

    @property
    def tickets(self) -> list[Effect]:
        opened = Effect.Kind.TICKETS, Effect.Action.CREATE
        shown = [e for e in self.effects if (e.kind, e.action) == opened]
        return [e for e in shown if e.status not in (Effect.Status.SKIPPED, Effect.Status.CANCELLED)]

    @property
    def released(self) -> bool:
        return self.run is not None and self.run.released_at is not None


def compose(meeting: Meeting) -> MeetingReport:
    meeting = Meeting.objects.select_related("summary", "analytics", "report", "owner").get(pk=meeting.pk)
    run = selectors.newest_run(meeting)
    sent = list(effects.of_meeting(meeting.pk))
    found: dict[str, list[Finding]] = {}
    for finding in meeting.findings.order_by("kind", "position"):
        found.setdefault(finding.kind, []).append(finding)
    written: Report | None = getattr(meeting, "report", None)
    return MeetingReport(
        meeting=meeting,
        run=run,
        status=_status(run, sent),
        summary=found.get(Finding.Kind.SUMMARY_BULLET, []),
        decisions=found.get(Finding.Kind.DECISION, []),
        open_questions=found.get(Finding.Kind.OPEN_QUESTION, []),
        key_points=found.get(Finding.Kind.KEY_POINT, []),
        tasks=list(meeting.tasks.exclude(status=Task.Status.DISMISSED).order_by("created_at", "id")),
        effects=sent,
        errors=[*_run_errors(run), *_effect_errors(sent)],
        engines=written.engines if written else {},
        notices=written.notices if written else [],
    )


def _status(run: Run | None, sent: Iterable[Effect]) -> str:
    if run is None:
        return "pending"
    if run.status == Run.Status.FAILED:
        return "partial" if _was_transcribed(run) else "failed"
    if run.status == Run.Status.CANCELLED:
        return "failed"
    if run.status == Run.Status.OPEN and (run.understood_at is None or run.released_at is not None):
        return "processing"
    if any(effect.status in UNSETTLED for effect in sent):
        return "processing"
    return "partial" if any(effect.status == Effect.Status.FAILED for effect in sent) else "completed"


def _was_transcribed(run: Run) -> bool:
    return any(s.name == "transcribe" and s.status == StepRun.Status.SUCCEEDED for s in run.steps.all())


def _run_errors(run: Run | None) -> list[dict]:
    if run is None:
        return []
    errors = []
    if run.status == Run.Status.CANCELLED:
        errors.append({"step": None, "code": run.error_code, "detail": run.error})
    for step in run.steps.all():
        if step.status in (StepRun.Status.FAILED, StepRun.Status.PARKED) and step.error:
            errors.append({"step": step.name, "code": step.error_code, "detail": step.error})
    return errors


def _effect_errors(sent: Iterable[Effect]) -> list[dict]:
    troubled = (Effect.Status.FAILED, Effect.Status.UNKNOWN)
    return [
        {"step": effect.kind, "code": f"{effect.kind}_{effect.status}", "detail": effect.reason}
        for effect in sent
        if effect.status in troubled
    ]


def finished(meeting_ids: set[str]) -> set[str]:
    """Which of these meetings have nothing under way any more."""
    ids = {UUID(each) for each in meeting_ids}
    busy = set(Run.objects.filter(meeting__in=ids, status=Run.Status.OPEN).values_list("meeting", flat=True))
    sending = Effect.objects.filter(meeting_id__in=ids, status__in=UNSETTLED)
    busy |= set(sending.values_list("meeting_id", flat=True))
    return {str(each) for each in ids - busy}


def lifecycle(meeting: Meeting, now) -> str:
    """`scheduled`, `active` or `completed` (README rule 6)."""
    if meeting.completed_at is not None:
        return "completed"
    begun = meeting.start_time <= now or meeting.revision > 0 or selectors.was_streamed_to(meeting)
    return "active" if begun else "scheduled"
