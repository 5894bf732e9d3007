"""A meeting's report as far as it has got: composed from the rows, so that it is always true."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from integrations.models import Effect
from integrations.services import effects
from tasks.models import Task
from tasks.selectors import ACTIVE

from . import assignees, selectors
from .assignees import Doubt
from .models import Finding, Meeting, Report, Run, StepRun

UNSETTLED = (Effect.Status.QUEUED, Effect.Status.SENDING)

OUTCOME = (Effect.Kind.TICKETS, Effect.Kind.MAIL, Effect.Kind.CHAT, Effect.Kind.CALENDARS)


@dataclass(frozen=True)
class Unassigned:
    """A task that nobody is told of, and why: the name that was said is nobody's, or several people's."""

    task_id: UUID
    title: str
    said: str
    reason: str
    """`nobody | unknown | ambiguous | no_address`."""
    candidates: tuple[str, ...]


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
    unassigned: list[Unassigned]
    effects: list[Effect]
    skipped: list[dict]
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
    tasks = list(meeting.tasks.exclude(status=Task.Status.DISMISSED).order_by("created_at", "id"))
    return MeetingReport(
        meeting=meeting,
        run=run,
        status=_status(run, _owed(sent), _waits_for_observer(meeting)),
        summary=found.get(Finding.Kind.SUMMARY_BULLET, []),
        decisions=found.get(Finding.Kind.DECISION, []),
        open_questions=found.get(Finding.Kind.OPEN_QUESTION, []),
        key_points=found.get(Finding.Kind.KEY_POINT, []),
        tasks=tasks,
        unassigned=_unassigned(meeting, tasks),
        effects=sent,
        skipped=_skipped(sent),
        errors=[*_run_errors(run), *_effect_errors(_automatic(sent))],
        engines=written.engines if written else {},
        notices=[*(written.notices if written else []), *_proposals(tasks)],
    )


def _unassigned(meeting: Meeting, tasks: Iterable[Task]) -> list[Unassigned]:
    """Asked now, so that it names nobody who has left and everybody who has come."""
    nobodys = [task for task in tasks if _awaits_assignee(task)]
    who = assignees.resolver(meeting) if nobodys else assignees.resolve
    found = [(task, who(task.assignee_name)) for task in nobodys]
    return [
        Unassigned(
            task.pk,
            task.title,
            task.assignee_name,
            resolution.doubt or Doubt.UNKNOWN,
            resolution.candidates if resolution.doubt else (resolution.name,),
        )
        for task, resolution in found
    ]


def _awaits_assignee(task: Task) -> bool:
    to_be_done = task.status in (*ACTIVE, Task.Status.PROPOSED)
    return to_be_done and not task.assignee_email and task.assignee_user_id is None


def _proposals(tasks: Iterable[Task]) -> list[str]:
    waiting = sum(task.status == Task.Status.PROPOSED for task in tasks)
    if not waiting:
        return []
    them = "1 task is proposed and waits" if waiting == 1 else f"{waiting} tasks are proposed and wait"
    return [f"{them} for a person: nothing is sent before POST /api/v1/tasks/{{id}}/accept (or /dismiss)."]


def _skipped(sent: Iterable[Effect]) -> list[dict]:
    """What did not go out on purpose, and why, each reason once."""
    alike: dict[tuple[str, str], list[UUID]] = {}
    for effect in sent:
        if effect.status == Effect.Status.SKIPPED:
            about = alike.setdefault((effect.kind, effect.reason), [])
            about.extend([effect.task_id] if effect.task_id else [])
    return [{"kind": kind, "reason": reason, "task_ids": about} for (kind, reason), about in alike.items()]


def _automatic(sent: Iterable[Effect]) -> list[Effect]:
    """Without the reports that a person has exported by hand: whoever did was told."""
    return [effect for effect in sent if effect.kind != Effect.Kind.DOCUMENTS]


def _owed(sent: Iterable[Effect]) -> list[Effect]:
    """What the outward steps of a run write. Documents, observers, and changes of tickets that are there
    already are no part of what a run owes, however they fare."""
    return [e for e in sent if e.kind in OUTCOME and e.action == Effect.Action.CREATE]


def _status(run: Run | None, sent: Iterable[Effect], waits: bool) -> str:
    if run is None:
        return "processing" if waits else "pending"
    if run.status == Run.Status.FAILED:
        return "partial" if _was_transcribed(run) else "failed"
    if run.status == Run.Status.CANCELLED:
        return "failed"
    if run.status == Run.Status.OPEN and (run.understood_at is None or run.released_at is not None):
        return "processing"
    if any(effect.status in UNSETTLED for effect in sent):
        return "processing"
    return "partial" if any(effect.status == Effect.Status.FAILED for effect in sent) else "completed"


def _waits_for_observer(meeting: Meeting) -> bool:
    """Whether it is completed, and what a bot has heard is still to come."""
    return meeting.completed_at is not None and bool(selectors.awaiting_observers([meeting.pk]))


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
        {"step": effect.kind, "code": f"{effect.kind}_{effect.status}", "detail": _told(effect)}
        for effect in sent
        if effect.status in troubled
    ]


def _told(effect: Effect) -> str:
    """The reason; of what may have arrived also what its owner can do, since nobody repeats it unasked."""
    if effect.status != Effect.Status.UNKNOWN:
        return effect.reason
    whereto = f" to {effect.destination}" if effect.destination else ""
    return (
        f"{effect.reason} Look whether this ({effect.kind}{whereto}) has arrived; if it has not, "
        f"POST /api/v1/effects/{effect.pk}/send-again sends it once more."
    ).strip()


def finished(meeting_ids: set[str]) -> set[str]:
    """Which of these meetings have nothing under way any more."""
    ids = {UUID(each) for each in meeting_ids}
    busy = set(Run.objects.filter(meeting__in=ids, status=Run.Status.OPEN).values_list("meeting", flat=True))
    sending = Effect.objects.filter(
        meeting_id__in=ids, status__in=UNSETTLED, kind__in=OUTCOME, action=Effect.Action.CREATE
    )
    busy |= set(sending.values_list("meeting_id", flat=True)) | selectors.awaiting_observers(ids)
    return {str(each) for each in ids - busy}


def lifecycle(meeting: Meeting, now) -> str:
    """`scheduled`, `active` or `completed` (README rule 6)."""
    if meeting.completed_at is not None:
        return "completed"
    begun = meeting.start_time <= now or meeting.revision > 0 or selectors.was_streamed_to(meeting)
    return "active" if begun else "scheduled"
