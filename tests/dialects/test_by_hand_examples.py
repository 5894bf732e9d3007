"""The calls of the documents that send something outside, with the bodies that they print."""

import pytest

from meetings.tests import factories
from tasks.models import Task
from tests.dialects.shapes import differences
from tests.journeys.test_by_hand import AtOnce

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

EFFECT = {
    "id": "550e8400-e29b-41d4-a716-446655440000",
    "kind": "tickets",
    "provider": "jira",
    "key": "APP-1",
    "url": "https://example.atlassian.net/browse/APP-1",
    "status": "sent",
    "reason": "",
    "created_at": "2024-01-10T14:30:00Z",
}
OF_A_TASK = EFFECT | {"task_id": "550e8400-e29b-41d4-a716-446655440000"}
PRINTED = {
    "/api/v1/integrations/email": {"task_id": "", "template_id": None},
    "/api/v1/integrations/asana": {
        "task_id": "",
        "workspace_id": "1",
        "project_id": "2",
        "assignee_email": "a@example.org",
    },
    "/api/v1/integrations/jira": {
        "task_id": "",
        "project_key": "APP",
        "issue_type": "Task",
        "assignee_email": "a@example.org",
    },
    "/api/v1/notifications/slack": {"channel": "#team", "message": "The report is there."},
}


@pytest.fixture
def task(owner, meeting) -> Task:
    return Task.objects.create(
        created_by=owner,
        meeting=meeting,
        title="Call the customer",
        assignee_email="a@example.org",
        due_date="2026-12-01",
    )


@pytest.mark.parametrize("slash", ["", "/"])
def test_each_call_is_answered_with_what_it_has_brought_about(api, task, slash):
    with AtOnce():
        for path, body in PRINTED.items():
            about = {"task_id": str(task.pk)} if "task_id" in body else {}
            answer = api.post(f"{path}{slash}", body | about, format="json")
            assert answer.status_code == 201, (path, answer.content)
            assert differences(OF_A_TASK if about else EFFECT, answer.json()) == [], path


def test_notifying_is_answered_for_both_ways(api, task):
    with AtOnce():
        answer = api.post(f"/notify/{task.pk}")
    assert answer.status_code == 201
    example = {"task_id": OF_A_TASK["task_id"], "mail": OF_A_TASK, "calendar": OF_A_TASK}
    assert differences(example, answer.json()) == []


@pytest.mark.parametrize("assignee", ["id", "email", "name"])
def test_tasks_are_narrowed_by_meeting_status_and_assignee(api, owner, meeting, task, assignee):
    daniel = factories.person("daniel@example.org", full_name="Daniel Doe", is_verified=True)
    Task.objects.filter(pk=task.pk).update(
        assignee_user=daniel, assignee_name="Daniel Doe", assignee_email=daniel.email
    )
    elsewhere = factories.meeting(owner)
    Task.objects.create(created_by=owner, meeting=elsewhere, title="Other", assignee_name="Daniel Doe")
    Task.objects.create(created_by=owner, meeting=meeting, title="Done", status=Task.Status.DONE)
    wanted = {"id": str(daniel.pk), "email": "DANIEL@example.org", "name": "daniel doe"}[assignee]
    query = {"meeting_id": str(meeting.pk), "status": "open", "assignee": wanted}
    assert [each["id"] for each in api.get("/api/v1/tasks/", query).json()] == [str(task.pk)]
