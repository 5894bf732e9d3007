"""What people have made of a meeting's tasks survives every later run of it."""

import pytest

from integrations import registry
from integrations.models import Effect
from tasks.models import Task

from . import factories

pytestmark = pytest.mark.django_db(transaction=True)

RUNBOOK, CUSTOMER = "Update the runbook", "Call the customer"


@pytest.fixture
def rerun(api, worker, meeting):
    """Run the meeting once; calling it adds to the transcript and runs it again, up to all effects."""
    path = f"/api/v1/meetings/{meeting.pk}/complete"
    factories.say(meeting)
    api.post(path)
    worker.work()

    def again() -> dict[str, dict]:
        factories.say(meeting, "Point: One more thing.", at=500)
        api.post(path)
        worker.work()
        report = api.get(f"/api/v1/meetings/{meeting.pk}/report").json()
        assert report["status"] == "completed"
        return {task["title"]: task for task in report["tasks"]}

    return again


def task_called(api, title: str) -> dict:
    return next(task for task in api.get("/api/v1/tasks/").json() if task["title"] == title)


def sent(kind: str) -> list:
    return registry.provider(kind, "memory").effects


def test_what_a_person_has_set_is_not_set_back(api, rerun):
    path = f"/api/v1/tasks/{task_called(api, RUNBOOK)['id']}"
    changes = {
        "title": "Rewrite the manual",
        "assignee_name": "Zoe",
        "due_date": "2026-12-24",
        "status": "in_progress",
    }
    edited = api.patch(path, changes, format="json").json()
    tasks = rerun()
    assert set(tasks) == {"Rewrite the manual", CUSTOMER}
    kept = api.get(path).json()
    assert {name: kept[name] for name in changes} == changes
    assert (kept["assignee_email"], kept["due_text"]) == ("", "")
    assert kept["evidence"]["quote"] == edited["evidence"]["quote"]
    assert len(kept["tickets"]) == 1
    assert len(sent("tickets")) == 2


def test_what_nobody_has_set_follows_the_talk(api, rerun):
    task = task_called(api, CUSTOMER)
    api.patch(f"/api/v1/tasks/{task['id']}", {"status": "done"}, format="json")
    Task.objects.filter(pk=task["id"]).update(title="Call customer", due_date=None)
    again = rerun()[CUSTOMER]
    assert (again["id"], again["due_date"], again["status"]) == (task["id"], "2026-11-17", "done")


@pytest.mark.parametrize("how", ["dismiss", "delete", "delete at the root"])
def test_what_a_person_does_not_want_does_not_come_back(api, rerun, how):
    task = task_called(api, RUNBOOK)
    path = f"/api/v1/tasks/{task['id']}"
    if how == "dismiss":
        assert api.patch(path, {"status": "dismissed"}, format="json").status_code == 200
    else:
        assert api.delete(path if how == "delete" else f"/tasks/{task['id']}").status_code == 204
    assert set(rerun()) == {CUSTOMER}
    shown = api.get(path)
    assert (shown.status_code, shown.json().get("status")) == (
        (200, "dismissed") if how == "dismiss" else (404, None)
    )
    assert Task.objects.count() == 2
    assert len(sent("tickets")) == 2
    dashboard = api.get(f"/meeting/{task['meeting_id']}").json()
    assert [each["name"] for each in dashboard["action_items"]] == [CUSTOMER]


@pytest.mark.parametrize("how", ["dismiss", "delete"])
def test_a_ticket_that_still_waits_is_not_opened_for_a_task_nobody_wants(api, worker, serve, meeting, how):
    serve("tickets", "integrations.providers.tickets.memory.MemoryTickets", fail_first=2)
    factories.say(meeting)
    api.post(f"/api/v1/meetings/{meeting.pk}/complete")
    worker.work()
    path = f"/api/v1/tasks/{task_called(api, RUNBOOK)['id']}"
    api.patch(path, {"status": "dismissed"}, format="json") if how == "dismiss" else api.delete(path)
    worker.wait()
    opened = registry.provider("tickets", "chosen").effects
    assert [effect.payload["title"] for effect in opened] == [CUSTOMER]
    statuses = Effect.objects.filter(kind="tickets").order_by("status").values_list("status", flat=True)
    assert list(statuses) == ["cancelled", "sent"]
    report = api.get(f"/api/v1/meetings/{meeting.pk}/report").json()
    assert (report["status"], len(report["tickets"])) == ("completed", 1)


def test_who_is_named_in_the_talk_and_has_an_account_sees_the_task(api, rerun):
    daniel = factories.person("daniel@example.org", full_name="Daniel Doe", is_verified=True)
    assert factories.client(daniel).get("/api/v1/tasks/").json() == []
    rerun()
    (task,) = factories.client(daniel).get("/api/v1/tasks/").json()
    assert (task["title"], task["assignee_user_id"]) == (RUNBOOK, str(daniel.pk))
    assert factories.client(daniel).get(f"/api/v1/meetings/{task['meeting_id']}").status_code == 404
    assert [effect.payload["to"] for effect in sent("mail")] == ["daniel@example.org", "maya@example.org"]
