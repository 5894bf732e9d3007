"""The life of a run: begun, completed, retried, cancelled. Views call this; every verb is idempotent."""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from meetings import selectors
from meetings.errors import MeetingNotFound, NothingToCancel, NothingToComplete, NothingToRetry
from meetings.models import Meeting, Run, StepRun
from meetings.services import meetings

from . import runner, states
from .definition import INWARD, NAMES

STOPPED = (Run.Status.FAILED, Run.Status.CANCELLED)


@transaction.atomic
def begin(meeting: Meeting) -> Run:
    """Open a run on what the meeting has now; an open one is superseded by it.

    Work that an earlier run has checkpointed is found again. Call when input was added.
    Raises MeetingNotFound.
    """
    _hold(meeting)
    released = False
    for old in Run.objects.filter(meeting=meeting, status=Run.Status.OPEN):
        released |= old.released_at is not None
        states.close(old.pk, Run.Status.SUPERSEDED, "newer input has arrived")
    Meeting.objects.filter(pk=meeting.pk).update(revision=F("revision") + 1)
    meeting.refresh_from_db(fields=["revision"])
    run = Run.objects.create(meeting=meeting, revision=meeting.revision)
    StepRun.objects.bulk_create(
        StepRun(run=run, name=name, position=number) for number, name in enumerate(NAMES)
    )
    if released:
        states.release(run.pk)
    states.show(meeting.pk)
    runner.schedule(str(run.pk))
    return run


def _hold(meeting: Meeting) -> None:
    """One caller at a time decides on a meeting's runs. Raises MeetingNotFound."""
    if not meetings.hold(meeting.pk):
        raise MeetingNotFound


@transaction.atomic
def complete(meeting: Meeting) -> Run:
    """Release the outward steps of the meeting's run, opening or resuming one where that is needed.

    Called again, or twenty times at once, it answers for the one run that exists; one that is superseded
    at this moment leaves the release to its successor. Raises NothingToComplete, MeetingNotFound.
    """
    run = ensure(meeting)
    Meeting.objects.filter(pk=meeting.pk, completed_at__isnull=True).update(completed_at=Now())
    if states.release(run.pk):
        runner.schedule(str(run.pk))
    run.refresh_from_db()
    return run


@transaction.atomic
def ensure(meeting: Meeting) -> Run:
    """The run on the meeting's present input, opened or resumed where that is needed.

    Raises NothingToComplete, MeetingNotFound.
    """
    _hold(meeting)
    meeting.refresh_from_db(fields=["revision"])
    run = selectors.newest_run(meeting)
    if run is None or run.revision < meeting.revision:
        return _open(meeting)
    if run.status in STOPPED:
        _resume(run)
    return run


def _open(meeting: Meeting) -> Run:
    if not meeting.recordings.exists() and not meeting.segments.exists():
        raise NothingToComplete
    return begin(meeting)


def _resume(run: Run) -> None:
    if states.resume(run.pk):
        runner.schedule(str(run.pk))
    run.refresh_from_db()


def go_on(meeting: Meeting) -> None:
    """Release a run that has waited for live sound, of which there was none; the meeting is held."""
    run = selectors.newest_run(meeting)
    if run is not None and run.understood_at is not None and states.release_by_itself(run):
        runner.schedule(str(run.pk))


@transaction.atomic
def retry(meeting: Meeting) -> Run:
    """Resume a failed or cancelled run at the step that stopped it.

    Raises NothingToRetry, MeetingNotFound.
    """
    _hold(meeting)
    run = selectors.newest_run(meeting)
    if run is None or run.status not in STOPPED:
        raise NothingToRetry
    _resume(run)
    return run


def cancel(meeting: Meeting) -> Run:
    """Stop the open run; what it has found stays. Raises NothingToCancel."""
    run = Run.objects.filter(meeting=meeting, status=Run.Status.OPEN).first()
    if run is None or not states.close(run.pk, Run.Status.CANCELLED, "cancelled by its owner"):
        raise NothingToCancel
    run.refresh_from_db()
    return run


def transcribed(meeting_ids: set[str]) -> set[str]:
    """Which of these meetings wait for no transcript: their run has passed `transcribe`, or stopped."""
    return _passed(meeting_ids, INWARD.index("transcribe"))


def understood(meeting_ids: set[str]) -> set[str]:
    """Which of these meetings have no inward step left to wait for."""
    return _passed(meeting_ids, len(INWARD) - 1)


def _passed(meeting_ids: set[str], position: int) -> set[str]:
    waiting = StepRun.objects.filter(
        run__meeting__in=meeting_ids, run__status=Run.Status.OPEN, position__lte=position
    ).exclude(status=StepRun.Status.SUCCEEDED)
    return meeting_ids - {str(each) for each in waiting.values_list("run__meeting", flat=True)}
