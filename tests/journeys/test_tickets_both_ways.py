"""A ticket over Jira's own library: opened once by hand, changed with its task, and closed from there."""

from collections.abc import Iterator

import pytest

from integrations.models import Effect
from integrations.tests.vendors.jira import JiraVendor
from tasks.models import Task
from tasks.services import watching
from tests.journeys.test_by_hand import AtOnce

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

JIRA = "/api/v1/integrations/jira"


@pytest.fixture
def tracker(serve) -> Iterator[JiraVendor]:
    server = JiraVendor()
    backend = "integrations.providers.tickets.jira.JiraTickets"
    serve("tickets", backend, base_url=server.url, email="bot@example.com", api_token="not-a-secret")
    yield server
    server.close()
    assert server.violations == []


def test_a_ticket_follows_its_task_and_the_task_its_ticket(api, owner, meeting, tracker):
    task = Task.objects.create(created_by=owner, meeting=meeting, title="Call the customer")
    body = {
        "task_id": str(task.pk),
        "project_key": "APP",
        "issue_type": "Task",
        "assignee_email": "d@example.com",
    }
    with AtOnce() as worker:
        opened = api.post(JIRA, body, format="json")
        again = api.post(JIRA, body, format="json")
        elsewhere = api.post(JIRA, body | {"project_key": "WEB"}, format="json")
        assert [answer.status_code for answer in (opened, again, elsewhere)] == [201, 200, 201]
        assert (opened.json()["key"], again.json(), elsewhere.json()["key"]) == (
            "APP-1",
            opened.json(),
            "WEB-2",
        )
        assert opened.json()["url"] == f"{tracker.url}/browse/APP-1"

        assert (
            api.patch(f"/api/v1/tasks/{task.pk}", {"title": "Write to her"}, format="json").status_code == 200
        )
        assert [issue["fields"]["summary"] for issue in tracker.committed] == ["Write to her"] * 2
        watching.poll()
        task.refresh_from_db()
        assert task.status == Task.Status.OPEN

        tracker.committed[0]["status"] = "31"
        watching.poll()
        task.refresh_from_db()
        assert task.status == Task.Status.DONE
        assert [issue["status"] for issue in tracker.committed] == ["31", "31"]
        assert worker.queue == []
    assert {effect.status for effect in Effect.objects.all()} == {Effect.Status.SENT}
