"""Who waits for whom: a request that changes a meeting's runs, and a worker in the middle of a step."""

import pytest
from django.db import transaction

from audio.models import Recording, StorageDeletion
from integrations.composers import NotWanted
from integrations.models import Effect
from integrations.services import effects
from meetings.models import Meeting, Run
from meetings.pipeline import intake, runs, states
from meetings.services import letters, meetings, outgoing
from tasks.models import Task
from tasks.services import extracted, tasks
from tasks.services.extracted import Candidate

from . import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def held(meeting):
    """A worker's claim on the first step of the meeting's run."""
    factories.add_recording(meeting)
    return states.claim(runs.begin(meeting).pk)


def test_input_that_arrives_while_a_step_ends_waits_for_it(servers, beside, until_blocked, meeting, held):
    with transaction.atomic():
        states.require(held)
        upload = factories.upload(factories.wav(1.0))
        added = beside(lambda: intake.add(Meeting.objects.get(pk=meeting.pk), [upload]))
        until_blocked()
        states.succeed(held, {})
    assert added.result(10).position == 1
    assert sorted(Run.objects.values_list("status", flat=True)) == ["open", "superseded"]


def test_a_step_that_ends_while_its_meeting_is_deleted_is_lost(servers, beside, until_blocked, meeting, held):
    def succeed():
        with transaction.atomic():
            states.succeed(held, {})

    with transaction.atomic():
        meetings.remove(Meeting.objects.get(pk=meeting.pk))
        ended = beside(succeed)
        until_blocked()
    with pytest.raises(states.LostLease):
        ended.result(10)
    assert not Meeting.objects.exists()


def test_a_deletion_that_meets_a_step_in_the_middle_waits_for_it(
    servers, beside, until_blocked, meeting, held
):
    with transaction.atomic():
        states.require(held)
        removed = beside(lambda: meetings.remove(Meeting.objects.get(pk=meeting.pk)))
        until_blocked()
        states.succeed(held, {})
    removed.result(10)
    assert not Run.objects.exists()


def test_a_completion_that_meets_newer_input_releases_the_newer_run(
    servers, beside, until_blocked, meeting, held
):
    with transaction.atomic():
        newer = runs.begin(Meeting.objects.get(pk=meeting.pk))
        completed = beside(lambda: runs.complete(Meeting.objects.get(pk=meeting.pk)))
        until_blocked()
    assert completed.result(10).pk == newer.pk
    assert Run.objects.get(status=Run.Status.OPEN).released_at is not None


def test_newer_input_that_meets_a_completion_is_released_too(servers, beside, until_blocked, meeting, held):
    with transaction.atomic():
        runs.complete(Meeting.objects.get(pk=meeting.pk))
        newer = beside(lambda: runs.begin(Meeting.objects.get(pk=meeting.pk)))
        until_blocked()
    assert Run.objects.get(pk=newer.result(10).pk).released_at is not None


def test_a_recording_that_arrives_while_its_meeting_is_deleted_leaves_no_file(
    servers, beside, until_blocked, meeting, held
):
    stale = Meeting.objects.prefetch_related("recordings").get(pk=meeting.pk)
    with transaction.atomic():
        meetings.hold(meeting.pk)
        removed = beside(lambda: meetings.remove(stale))
        until_blocked()
        factories.add_recording(meeting, factories.wav(1.0))
        names = set(Recording.objects.values_list("file", flat=True))
    removed.result(10)
    assert set(StorageDeletion.objects.values_list("file", flat=True)) == names


def test_a_run_that_meets_somebody_who_edits_a_task_does_not_set_it_back(
    servers, beside, until_blocked, owner, meeting
):
    candidate = Candidate("Update the runbook", "", "", None, "", {"start": 1.0, "end": 2.0})

    def found_again():
        with transaction.atomic():
            extracted.reconcile(meeting.pk, [candidate], owner_id=owner.pk, run_id=None)

    found_again()
    with transaction.atomic():
        tasks.update(Task.objects.get(), owner, title="Rewrite the manual", status="dismissed")
        rerun = beside(found_again)
        until_blocked()
    rerun.result(10)
    kept = Task.objects.get()
    assert (kept.title, kept.status, kept.edited_fields) == (
        "Rewrite the manual",
        "dismissed",
        ["status", "title"],
    )


def test_a_task_that_is_taken_back_while_a_letter_leaves_it_out_is_told_by_another(
    servers, beside, until_blocked, owner, meeting
):
    task = Task.objects.create(
        meeting=meeting, source="extracted", title="Update the runbook", assignee_name="Maya",
        assignee_email="maya@example.org", status="dismissed",
    )  # fmt: skip
    with transaction.atomic():
        outgoing.mail_assignees(meeting, [task])
    effect = Effect.objects.get()

    def accept():
        with transaction.atomic():
            held = Task.objects.get()
            tasks.update(held, owner, status="open")
            outgoing.mail_assignees(meeting, [held])

    with transaction.atomic():
        with pytest.raises(NotWanted):
            letters.assignment(str(effect.pk))
        accepted = beside(accept)
        until_blocked()
    accepted.result(10)
    assert [len(effects.subjects_of(each)) for each in Effect.objects.order_by("created_at")] == [0, 1]
