"""All transitions of runs and steps: each a conditional UPDATE that must hit one row.

Nobody else assigns a status. Every transition holds the meeting's row first, as does everybody who changes
its runs, so that nobody waits in a circle on PostgreSQL, and then touches the run's row where it is open,
which excludes a cancelled run everywhere. All times are the database's.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from audio.selectors import unsealed_streams
from meetings.events import StepChanged, publish
from meetings.models import Meeting, Run, StepRun
from meetings.services import meetings, notices

from .definition import BY_NAME
from .step import LostLease

MAX_FAILURES = 3
MAX_DEATHS = 3
Status = StepRun.Status


@dataclass(frozen=True)
class Claim:
    """The right to work on one step: worthless as soon as the row's `claim` has grown."""

    run_id: str
    step_id: str
    name: str
    number: int


def _touch_open(run_id) -> bool:
    _hold(run_id)
    return Run.objects.filter(pk=run_id, status=Run.Status.OPEN).update(updated_at=Now()) == 1


def _hold(run_id) -> None:
    meetings.hold(Run.objects.filter(pk=run_id).values("meeting")[:1])


def free() -> Q:
    """Rows that nobody works on: due, left by one who is gone, or leased absurdly far (a clock jumped)."""
    due = Q(not_before__isnull=True) | Q(not_before__lte=Now())
    expired = Q(lease_until__lte=Now()) | Q(lease_until__gt=Now() + 2 * settings.STEP_LEASE)
    return Q(status__in=[Status.PENDING, Status.PARKED]) & due | Q(status=Status.RUNNING) & expired


@transaction.atomic
def claim(run_id) -> Claim | None:
    """Take the run's next step, if it is free and allowed; None otherwise."""
    if not _touch_open(run_id):
        return None
    run = Run.objects.get(pk=run_id)
    step = run.steps.exclude(status=Status.SUCCEEDED).order_by("position").first()
    if step is None or step.status == Status.FAILED or (_is_outward(step.name) and run.released_at is None):
        return None
    died = F("deaths") + 1 if step.status == Status.RUNNING else F("deaths")
    taken = StepRun.objects.filter(free(), pk=step.pk, status=step.status).update(
        status=Status.RUNNING,
        claim=F("claim") + 1,
        deaths=died,
        lease_until=Now() + settings.STEP_LEASE,
        not_before=None,
        started_at=Now(),
        finished_at=None,
        updated_at=Now(),
    )
    if not taken:
        return None
    step.refresh_from_db()
    if step.deaths >= MAX_DEATHS:
        _fail(step, "worker_died", "The process that worked on this step died three times.")
        return None
    show(run.meeting_id)
    _announce(run, step)
    return Claim(run.pk, step.pk, step.name, step.claim)


def _is_outward(name: str) -> bool:
    return BY_NAME[name].outward


def _mine(held: Claim):
    return StepRun.objects.filter(pk=held.step_id, claim=held.number, status=Status.RUNNING)


def renew(held: Claim) -> bool:
    """Prolong the lease; False when it is lost or the run is no longer open."""
    if not Run.objects.filter(pk=held.run_id, status=Run.Status.OPEN).exists():
        return False
    return _mine(held).update(lease_until=Now() + settings.STEP_LEASE) == 1


def report_progress(held: Claim, share: float) -> None:
    """Raises LostLease."""
    with transaction.atomic():
        require(held)
        _mine(held).update(progress=share)
        step = StepRun.objects.select_related("run").get(pk=held.step_id)
        _announce(step.run, step)


def require(held: Claim) -> None:
    """Inside a transaction: hold the run's row and prove the claim. Raises LostLease."""
    if not _touch_open(held.run_id) or not _mine(held).exists():
        raise LostLease(held.name)


def progressed(held: Claim) -> None:
    """Something durable was won: earlier deaths no longer count."""
    _mine(held).update(deaths=0)


def succeed(held: Claim, figures: dict) -> None:
    """Inside the transaction that saves the step's rows. Raises LostLease."""
    require(held)
    _mine(held).update(
        status=Status.SUCCEEDED,
        output=figures,
        progress=1,
        lease_until=None,
        failures=0,
        deaths=0,
        error="",
        error_code="",
        finished_at=Now(),
        updated_at=Now(),
    )
    step = StepRun.objects.select_related("run__meeting").get(pk=held.step_id)
    _advance_run(step.run)
    _announce(step.run, step)


def _advance_run(run: Run) -> None:
    waiting = set(run.steps.exclude(status=Status.SUCCEEDED).values_list("name", flat=True))
    if all(_is_outward(name) for name in waiting):
        Run.objects.filter(pk=run.pk, understood_at__isnull=True).update(understood_at=Now())
        release_by_itself(run)
    if not waiting:
        Run.objects.filter(pk=run.pk).update(status=Run.Status.COMPLETED, finished_at=Now())
    show(run.meeting_id)


@transaction.atomic
def retry_later(held: Claim, code: str, message: str, delay: timedelta) -> None:
    """A counted failure: back to the queue, or failed after the third."""
    if not _touch_open(held.run_id):
        return
    _mine(held).update(failures=F("failures") + 1, error_code=code, error=message)
    step = StepRun.objects.select_related("run").get(pk=held.step_id)
    if step.claim != held.number or step.status != Status.RUNNING:
        return
    if step.failures > MAX_FAILURES:
        _fail(step, code, message)
        return
    _mine(held).update(status=Status.PENDING, lease_until=None, not_before=Now() + delay, updated_at=Now())
    step.refresh_from_db()
    _announce(step.run, step)


@transaction.atomic
def park(held: Claim, code: str, message: str, delay: timedelta) -> None:
    """Something outside is down: wait, count nothing, show it as waiting."""
    if not _touch_open(held.run_id):
        return
    hit = _mine(held).update(
        status=Status.PARKED,
        parks=F("parks") + 1,
        deaths=0,
        lease_until=None,
        not_before=Now() + delay,
        error_code=code,
        error=message,
        updated_at=Now(),
    )
    if hit:
        step = StepRun.objects.select_related("run").get(pk=held.step_id)
        _announce(step.run, step)


@transaction.atomic
def fail(held: Claim, code: str, message: str) -> None:
    """Nothing would be different next time: the run stops here until somebody resumes it."""
    if _touch_open(held.run_id) and _mine(held).exists():
        _fail(StepRun.objects.get(pk=held.step_id), code, message)


def _fail(step: StepRun, code: str, message: str) -> None:
    StepRun.objects.filter(pk=step.pk).update(
        status=Status.FAILED,
        error_code=code,
        error=message,
        lease_until=None,
        finished_at=Now(),
        updated_at=Now(),
    )
    Run.objects.filter(pk=step.run_id).update(
        status=Run.Status.FAILED, error_code=code, error=message, finished_at=Now()
    )
    step.refresh_from_db()
    run = Run.objects.get(pk=step.run_id)
    show(run.meeting_id)
    _announce(run, step)


@transaction.atomic
def let_go(held: Claim) -> None:
    """The process is asked to stop: give the step back at once, counting nothing."""
    _touch_open(held.run_id)
    _mine(held).update(status=Status.PENDING, lease_until=None, not_before=None, updated_at=Now())


def release(run_id) -> bool:
    """Allow the outward steps; True for the one caller who did."""
    return Run.objects.filter(pk=run_id, released_at__isnull=True).update(released_at=Now()) == 1


def release_by_itself(run: Run) -> bool:
    """The same, where the owner has set so, and no live sound is still to come in; the meeting is held."""
    if not run.meeting.auto_complete or unsealed_streams(run.meeting_id).exists():
        return False
    return release(run.pk)


@transaction.atomic
def resume(run_id) -> bool:
    """Reopen a failed or cancelled run at the step that stopped it; True for the one caller who did.

    Raises IntegrityError where another run of the meeting is open by now.
    """
    _hold(run_id)
    resumable = [Run.Status.FAILED, Run.Status.CANCELLED]
    reopened = Run.objects.filter(pk=run_id, status__in=resumable).update(
        status=Run.Status.OPEN, error_code="", error="", finished_at=None, updated_at=Now()
    )
    if not reopened:
        return False
    StepRun.objects.filter(run=run_id).exclude(status=Status.SUCCEEDED).update(
        status=Status.PENDING,
        failures=0,
        deaths=0,
        parks=0,
        lease_until=None,
        not_before=None,
        error_code="",
        error="",
        updated_at=Now(),
    )
    show(Run.objects.values_list("meeting_id", flat=True).get(pk=run_id))
    return True


@transaction.atomic
def close(run_id, status: Run.Status, message: str = "") -> bool:
    """Cancel or supersede an open run; whoever works on it notices at the next renewal or checkpoint."""
    _hold(run_id)
    closed = Run.objects.filter(pk=run_id, status=Run.Status.OPEN).update(
        status=status, error_code=status.value, error=message, finished_at=Now(), updated_at=Now()
    )
    if closed:
        show(Run.objects.values_list("meeting_id", flat=True).get(pk=run_id))
    return bool(closed)


def release_all_leases() -> int:
    """For the one process that can prove all others dead (`serve` holds the lock of its DATA_DIR).

    The hints that they had taken died with them.
    """
    Run.objects.filter(status=Run.Status.OPEN).update(swept_at=None)
    return StepRun.objects.filter(status=Status.RUNNING).update(lease_until=Now())


def show(meeting_id) -> None:
    """Derive what the meeting shows from its newest run."""
    run = Run.objects.filter(meeting=meeting_id).exclude(status=Run.Status.SUPERSEDED).first()
    shown = _processing(run)
    analysed = _analysed(run, shown)
    row = Meeting.objects.filter(pk=meeting_id)
    changes = row.exclude(processing=shown).exists()
    row.update(processing=shown, analytics_processing=analysed, updated_at=Now())
    if changes:
        notices.became(meeting_id, shown)


def _processing(run: Run | None) -> str:
    if run is None:
        return Meeting.Processing.PENDING
    if run.understood_at is not None:
        return Meeting.Processing.COMPLETED
    done = set(run.steps.filter(status=Status.SUCCEEDED).values_list("name", flat=True))
    if run.status == Run.Status.FAILED:
        partial = "transcribe" in done
        return Meeting.Processing.COMPLETED if partial else Meeting.Processing.FAILED
    if run.status == Run.Status.CANCELLED:
        return Meeting.Processing.FAILED
    begun = bool(done) or run.steps.filter(claim__gt=0).exists()
    return Meeting.Processing.PROCESSING if begun else Meeting.Processing.PENDING


def _analysed(run: Run | None, shown: str) -> str:
    if run is not None and run.steps.filter(name="analyse", status=Status.SUCCEEDED).exists():
        return Meeting.Processing.COMPLETED
    finished = run is not None and run.status in (Run.Status.FAILED, Run.Status.CANCELLED)
    return Meeting.Processing.FAILED if finished else shown


def _announce(run: Run, step: StepRun) -> None:
    publish(run.meeting_id, StepChanged.of(run, step))
