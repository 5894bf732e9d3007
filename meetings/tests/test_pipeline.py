import pytest

from integrations import registry
from integrations.models import Effect
from meetings.models import Finding, Run, StepRun
from meetings.pipeline import runs
from meetings.pipeline.definition import INWARD, NAMES
from tasks.models import Task

from . import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting():
    made = factories.meeting()
    factories.add_recording(made)
    return made


def test_a_recording_is_understood_and_waits_for_its_release(meeting, worker):
    run = runs.begin(meeting)
    worker.work()
    run.refresh_from_db()
    meeting.refresh_from_db()
    assert run.status == Run.Status.OPEN
    done = set(run.steps.filter(status=StepRun.Status.SUCCEEDED).values_list("name", flat=True))
    assert done == set(INWARD)
    assert meeting.processing == "COMPLETED"
    assert meeting.analytics_processing == "COMPLETED"
    assert meeting.segments.count() > 0
    assert meeting.findings.filter(kind=Finding.Kind.DECISION).count() == 1
    assert not Effect.objects.exists()


def test_completing_releases_the_outward_steps_once(meeting, worker):
    runs.begin(meeting)
    worker.work()
    for _ in range(3):
        runs.complete(meeting)
        worker.work()
    run = Run.objects.get(meeting=meeting)
    assert run.status == Run.Status.COMPLETED
    assert run.steps.filter(status=StepRun.Status.SUCCEEDED).count() == len(NAMES)
    tasks = Task.objects.filter(meeting=meeting).count()
    assert tasks == 2
    assert len(registry.provider("tickets", "memory").effects) == tasks
    assert len(registry.provider("mail", "memory").effects) == 2
    assert set(Effect.objects.filter(kind="tickets").values_list("status", flat=True)) == {"sent"}


def test_a_rerun_finds_the_same_tasks_and_repeats_no_effect(meeting, worker):
    runs.begin(meeting)
    runs.complete(meeting)
    worker.work()
    before = set(Task.objects.filter(meeting=meeting).values_list("pk", flat=True))
    effects = set(Effect.objects.values_list("pk", flat=True))
    runs.begin(meeting)
    runs.complete(meeting)
    worker.work()
    assert Run.objects.filter(meeting=meeting, status=Run.Status.COMPLETED).count() == 2
    assert set(Task.objects.filter(meeting=meeting).values_list("pk", flat=True)) == before
    assert set(Effect.objects.values_list("pk", flat=True)) == effects
