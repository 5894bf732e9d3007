"""Addresses of whoever keeps a task are told when it is made and changed."""

import pytest

from integrations import registry
from integrations.models import Effect
from integrations.services import webhooks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(owner, worker):
    webhooks.create(owner.pk, url="https://hooks.example.org/", events=["task.created", "task.updated"])

    def look() -> list[tuple[str, dict]]:
        worker.work()
        bodies = (each.payload["body"] for each in registry.provider("webhooks", "memory").effects)
        return [(body["type"], body["data"]) for body in bodies]

    return look


def test_a_task_is_told_when_it_is_made_and_each_time_it_is_changed(api, told):
    task = api.post("/api/v1/tasks/", {"title": "Call Northwind"}, format="json").json()
    api.patch(f"/api/v1/tasks/{task['id']}", {"status": "done"}, format="json")
    facts = {"task_id": task["id"], "meeting_id": None, "source": "manual"}
    assert told() == [
        ("task.created", facts | {"status": "open"}),
        ("task.updated", facts | {"status": "done"}),
    ]


def test_what_is_refused_is_not_told(api, told):
    assert api.post("/api/v1/tasks/", {"title": ""}, format="json").status_code == 422
    assert (told(), Effect.objects.count()) == ([], 0)
