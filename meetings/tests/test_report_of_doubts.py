"""What a report says of tasks that are nobody's, and of effects that may or may not have arrived."""

import pytest

from integrations.models import Effect
from meetings import reports
from tasks.models import Task

from . import factories

pytestmark = pytest.mark.django_db


def task(meeting, title: str, **fields) -> Task:
    return Task.objects.create(meeting=meeting, title=title, **fields)


def report(api, meeting) -> dict:
    return api.get(f"/api/v1/meetings/{meeting.pk}/report").json()


@pytest.fixture
def meeting(owner):
    people = ["Daniel Roe <roe@example.org>", "Daniel Weber <weber@example.org>", "Sara"]
    listed = [each.removesuffix(">").split(" <") for each in people]
    return factories.meeting(owner, participants=[{"name": n, "email": "".join(e)} for n, *e in listed])


def test_what_is_nobodys_is_listed_with_the_reason_and_who_might_be_meant(api, meeting):
    for said in ("Daniel", "Carla", "Sara", ""):
        task(meeting, f"For {said}", assignee_name=said)
    task(meeting, "Perhaps", assignee_name="Carla", status="proposed")
    task(meeting, "Done", assignee_name="Carla", status="done")
    task(meeting, "Dismissed", assignee_name="Carla", status="dismissed")
    task(meeting, "Given", assignee_name="Daniel Roe", assignee_email="roe@example.org")
    told = report(api, meeting)["unassigned"]
    assert [(each["title"], each["said"], each["reason"], each["candidates"]) for each in told] == [
        ("For Daniel", "Daniel", "ambiguous", ["Daniel Roe", "Daniel Weber"]),
        ("For Carla", "Carla", "unknown", []),
        ("For Sara", "Sara", "no_address", ["Sara"]),
        ("For ", "", "nobody", []),
        ("Perhaps", "Carla", "unknown", []),
    ]
    assert told[0]["task_id"] == str(Task.objects.get(title="For Daniel").pk)


def test_whoever_has_become_known_since_is_named_and_still_not_given_the_task(api, meeting):
    task(meeting, "Ask", assignee_name="Roe")
    (told,) = report(api, meeting)["unassigned"]
    assert (told["reason"], told["candidates"]) == ("unknown", ["Daniel Roe"])
    assert Task.objects.get().assignee_email == ""


def test_more_tasks_that_are_nobodys_take_no_more_queries(
    api, meeting, django_assert_num_queries, django_assert_max_num_queries
):
    task(meeting, "One", assignee_name="Carla")
    with django_assert_max_num_queries(30) as first:
        report(api, meeting)
    for number in range(5):
        task(meeting, f"Task {number}", assignee_name="Daniel")
    with django_assert_num_queries(len(first.captured_queries)):
        assert len(report(api, meeting)["unassigned"]) == 6


def test_what_may_have_arrived_is_shown_with_what_its_owner_can_do(api, owner, meeting):
    effect = Effect.objects.create(
        key="k", kind="mail", provider="smtp", destination="roe@example.org", status="unknown",
        reason="The connection was lost.", owner_id=owner.pk, meeting_id=meeting.pk,
    )  # fmt: skip
    meeting.runs.create(revision=1, status="completed")
    body = report(api, meeting)
    assert body["status"] == "completed"
    assert body["errors"] == [
        {
            "step": "mail",
            "code": "mail_unknown",
            "detail": "The connection was lost. Look whether this (mail to roe@example.org) has arrived; "
            f"if it has not, POST /api/v1/effects/{effect.pk}/send-again sends it once more.",
        }
    ]


def test_what_was_skipped_is_told_once_for_each_reason(api, owner, meeting):
    tasks = [task(meeting, title) for title in ("One", "Two")]
    about = {"kind": "tickets", "status": "skipped", "reason": "no provider", "meeting_id": meeting.pk}
    for each in tasks:
        Effect.objects.create(key=str(each.pk), task_id=each.pk, **about)
    assert report(api, meeting)["skipped"] == [
        {"kind": "tickets", "reason": "no provider", "task_ids": [str(each.pk) for each in tasks]}
    ]


@pytest.mark.parametrize("status", ["queued", "failed"])
@pytest.mark.parametrize(
    "beside",
    [{"kind": "bots"}, {"kind": "documents"}, {"kind": "tickets", "action": "update"}, {"kind": "webhooks"}],
)
def test_what_is_no_part_of_the_outcome_neither_delays_nor_spoils_it(api, meeting, beside, status):
    Effect.objects.create(key="k", status=status, reason="No answer.", meeting_id=meeting.pk, **beside)
    meeting.runs.create(revision=1, status="completed")
    assert report(api, meeting)["status"] == "completed"
    assert reports.finished({str(meeting.pk)}) == {str(meeting.pk)}
