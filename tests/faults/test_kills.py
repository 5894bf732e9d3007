"""SIGKILL at every boundary of every step: nothing is lost, and nothing happens twice."""

import pytest
from django.db import connection

from integrations.models import Effect
from meetings.models import Meeting, Run, StepRun
from meetings.pipeline import runs
from meetings.pipeline.definition import NAMES
from meetings.tests import factories
from tasks.models import Task

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

BOUNDARIES = [f"{step}:{point}" for step in NAMES for point in ("claimed", "before_save", "after_save")]
CHECKPOINTS = [
    f"{step}:{point}"
    for step in ("transcribe", "diarize")
    for point in ("before_checkpoint", "after_checkpoint")
]


def given_a_meeting() -> Meeting:
    meeting = factories.meeting()
    factories.add_recording(meeting)
    runs.begin(meeting)
    runs.complete(meeting)
    return meeting


def settled(meeting: Meeting) -> bool:
    waiting = Effect.objects.filter(status__in=[Effect.Status.QUEUED, Effect.Status.SENDING])
    done = Run.objects.filter(meeting=meeting, status=Run.Status.COMPLETED).exists()
    return done and not waiting.exists()


def described(meeting: Meeting, house) -> str:
    steps = StepRun.objects.filter(run__meeting=meeting).order_by("position")
    lines = [f"{s.name} {s.status} claim {s.claim} deaths {s.deaths} {s.error}" for s in steps]
    return "\n".join([*lines, *map(str, Effect.objects.all()), house.log()])


def assert_all_is_there_once(meeting: Meeting, house) -> None:
    tasks = list(Task.objects.filter(meeting=meeting))
    assert sorted(task.title for task in tasks) == ["Call the customer", "Update the runbook"]
    assert len(house.effects("tickets")) == 2
    assert len(house.effects("mail")) == 2
    assert len(house.effects("chat")) == 1
    assert len(house.effects("calendars")) == 2
    assert set(Effect.objects.values_list("status", flat=True)) == {Effect.Status.SENT}
    meeting.refresh_from_db()
    assert meeting.processing == Meeting.Processing.COMPLETED
    assert meeting.segments.count() == 6


def test_a_worker_killed_at_every_boundary_finishes_the_meeting(house, eventually):
    meeting = given_a_meeting()
    boundaries = BOUNDARIES if connection.vendor == "sqlite" else BOUNDARIES[::2]  # leases run out by time
    faults = [*boundaries, *CHECKPOINTS]
    with house.workers(*faults):
        eventually(lambda: settled(meeting), 480, lambda: described(meeting, house))
    assert house.fired() == set(faults)
    assert_all_is_there_once(meeting, house)


def test_a_worker_killed_while_it_delivers_opens_each_ticket_once(house, eventually):
    meeting = given_a_meeting()
    faults = [
        f"deliver_{kind}:{point}" for kind in ("tickets", "calendars") for point in ("claimed", "before_save")
    ]
    with house.workers(*faults):
        eventually(lambda: settled(meeting), 120, lambda: described(meeting, house))
    assert house.fired() == set(faults)
    assert_all_is_there_once(meeting, house)


@pytest.mark.parametrize(("point", "arrived"), [("begun", 1), ("before_save", 2)])
def test_a_mail_whose_fate_is_not_known_is_shown_and_not_sent_again(house, eventually, point, arrived):
    meeting = given_a_meeting()
    with house.workers(f"deliver_mail:{point}"):
        eventually(lambda: settled(meeting), 120, lambda: described(meeting, house))
    states = sorted(Effect.objects.filter(kind="mail").values_list("status", flat=True))
    assert states == [Effect.Status.SENT, Effect.Status.UNKNOWN]
    assert len(house.effects("mail")) == arrived


def test_a_step_that_kills_its_worker_every_time_fails_with_a_reason(house, eventually):
    meeting = given_a_meeting()
    run = Run.objects.get(meeting=meeting)
    with house.workers("transcribe:claimed"):
        for _ in range(2):
            eventually(lambda: house.fired() == {"transcribe:claimed"}, 60, house.log)
            (house.marks / "transcribe.claimed").unlink()
        eventually(
            lambda: Run.objects.filter(pk=run.pk, status=Run.Status.FAILED).exists(),
            60,
            lambda: described(meeting, house),
        )
    step = run.steps.get(name="transcribe")
    assert (step.status, step.error_code, step.deaths) == (StepRun.Status.FAILED, "worker_died", 3)
    assert runs.retry(meeting).status == Run.Status.OPEN
    with house.workers():
        eventually(lambda: settled(meeting), 60, lambda: described(meeting, house))
    assert_all_is_there_once(meeting, house)
