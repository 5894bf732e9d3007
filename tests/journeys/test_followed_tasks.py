"""Tickets follow their tasks: what a person changes is changed at the vendor, the newest change last."""

from datetime import date

import pytest
from django.db import transaction
from django.db.models.functions import Now

from integrations import registry
from integrations.changes import change_of
from integrations.composers import NotYet
from integrations.models import Connection, Effect
from integrations.services import effects, following
from integrations.services.effects import Intent
from tasks.models import Task
from tasks.services import tickets

pytestmark = pytest.mark.django_db(transaction=True)

Status = Effect.Status
TASKS = "/api/v1/tasks/"


@pytest.fixture
def task(owner, meeting) -> Task:
    return Task.objects.create(
        created_by=owner, meeting=meeting, title="Call the customer", assignee_email="daniel@example.org"
    )


def intend(task: Task, **options) -> Effect:
    payload = tickets.content_of(task, owner_id=task.created_by_id)
    with transaction.atomic():
        return effects.intend(
            Intent(
                Effect.Kind.TICKETS,
                [str(task.pk)],
                "APP",
                payload,
                owner_id=task.created_by_id,
                task_id=task.pk,
                **options,
            )
        )


@pytest.fixture
def ticket(task, worker) -> Effect:
    """A ticket that has been opened for the task."""
    effect = intend(task)
    worker.work()
    effect.refresh_from_db()
    assert effect.status == Status.SENT
    return effect


def changes() -> list[dict]:
    return [change.payload for change in registry.provider("tickets", "memory").changes]


def written() -> list[tuple[str, str]]:
    rows = Effect.objects.filter(action=Effect.Action.UPDATE).order_by("created_at")
    return [(row.status, row.reason) for row in rows]


def test_what_a_person_changes_is_changed_in_the_ticket(api, task, ticket, worker):
    answer = api.patch(
        f"{TASKS}{task.pk}", {"title": "Write to her", "due_date": "2026-12-01"}, format="json"
    )
    assert answer.status_code == 200
    assert [(row["key"], row["status"]) for row in answer.json()["tickets"]] == [("tickets-1", "sent")]
    worker.work()
    (change,) = changes()
    assert (change["title"], change["due"], change["done"]) == ("Write to her", date(2026, 12, 1), False)
    assert change["assignee_email"] == "daniel@example.org"
    assert [(each["status"]) for each in api.get(f"{TASKS}{task.pk}").json()["tickets"]] == ["sent"]


@pytest.mark.parametrize(
    ("status", "done"), [("done", True), ("dismissed", True), ("in_progress", None), ("open", None)]
)
def test_a_ticket_is_closed_when_nobody_has_to_do_the_task_any_more(api, task, ticket, worker, status, done):
    api.patch(f"{TASKS}{task.pk}", {"status": status}, format="json")
    worker.work()
    assert [change["done"] for change in changes()] == ([] if done is None else [done])


@pytest.mark.once
def test_the_root_address_changes_tickets_too(api, task, ticket, worker):
    assert api.put(f"/tasks/{task.pk}", {"name": "Write to her"}, format="json").status_code == 200
    worker.work()
    assert [change["title"] for change in changes()] == ["Write to her"]


@pytest.mark.once
def test_a_change_that_a_ticket_does_not_show_asks_nothing_of_the_vendor(api, task, ticket, worker):
    api.patch(f"{TASKS}{task.pk}", {"category": "sales", "title": task.title}, format="json")
    worker.work()
    assert (changes(), written()) == ([], [])


@pytest.mark.once
def test_somebody_who_has_switched_it_off_keeps_the_tickets_as_they_are(api, task, ticket, worker, settings):
    settings.ROUTING = settings.ROUTING | {"update_tickets": False}
    api.patch(f"{TASKS}{task.pk}", {"title": "Write to her"}, format="json")
    worker.work()
    assert (changes(), written()) == ([], [])


def test_of_several_changes_that_wait_only_the_newest_is_sent(api, task, ticket, worker):
    for title in ("One", "Two", "Three"):
        api.patch(f"{TASKS}{task.pk}", {"title": title}, format="json")
    superseded = (Status.CANCELLED, following.SUPERSEDED)
    assert written() == [superseded, superseded, (Status.QUEUED, "")]
    worker.work()
    assert [change["title"] for change in changes()] == ["Three"]


def test_a_change_says_what_the_task_is_when_it_is_sent(api, task, ticket, worker):
    api.patch(f"{TASKS}{task.pk}", {"title": "One"}, format="json")
    Task.objects.update(title="Meanwhile")
    worker.work()
    assert [change["title"] for change in changes()] == ["Meanwhile"]


def test_a_change_waits_for_an_older_one_that_is_on_its_way(api, task, ticket):
    api.patch(f"{TASKS}{task.pk}", {"title": "One"}, format="json")
    older = Effect.objects.filter(action=Effect.Action.UPDATE)
    older.update(status=Status.SENDING, claim=1, lease_until=Now())
    api.patch(f"{TASKS}{task.pk}", {"title": "Two"}, format="json")
    newer = Effect.objects.get(action=Effect.Action.UPDATE, status=Status.QUEUED)
    with pytest.raises(NotYet):
        change_of(newer)
    older.filter(status=Status.SENDING).update(status=Status.CANCELLED)
    assert change_of(newer)[1].title == "Two"


def test_a_change_waits_for_the_opening_of_its_ticket(api, task, worker):
    opening = intend(task)
    worker.queue.clear()
    api.patch(f"{TASKS}{task.pk}", {"title": "Write to her"}, format="json")
    worker.work()
    assert (changes(), written()) == ([], [(Status.QUEUED, "the ticket is still to be opened")])
    worker.wait()
    worker.wait()
    opening.refresh_from_db()
    assert (opening.status, [change["title"] for change in changes()]) == (Status.SENT, ["Write to her"])


@pytest.mark.parametrize("status", [Status.FAILED, Status.UNKNOWN, Status.CANCELLED, Status.SKIPPED])
def test_what_was_not_opened_is_not_changed(api, task, ticket, worker, status):
    Effect.objects.filter(pk=ticket.pk).update(status=status)
    api.patch(f"{TASKS}{task.pk}", {"title": "Write to her"}, format="json")
    worker.work()
    assert (changes(), written()) == ([], [])


def test_a_ticket_is_left_alone_when_its_connection_is_gone(api, owner, task, worker):
    """With the server's credentials the same id may be somebody else's ticket."""
    connection = Connection.objects.create(owner=owner, vendor="jira", account="1")
    ticket = intend(task, connection=connection, provider="memory")
    Effect.objects.filter(pk=ticket.pk).update(status=Status.SENT, external_id="tickets-1")
    connection.delete()
    api.patch(f"{TASKS}{task.pk}", {"title": "Write to her"}, format="json")
    assert written() == []


@pytest.mark.parametrize("path", [TASKS, "/tasks/"])
@pytest.mark.parametrize("source", Task.Source.values)
def test_a_removed_task_closes_its_ticket_where_that_is_asked_for(api, task, ticket, worker, path, source):
    Task.objects.update(source=source)
    assert api.delete(f"{path}{task.pk}?tickets=close").status_code == 204
    worker.work()
    assert [(change["title"], change["done"]) for change in changes()] == [("Call the customer", True)]


@pytest.mark.once
@pytest.mark.parametrize("path", [TASKS, "/tasks/"])
def test_a_removed_task_asks_nothing_of_the_vendor_by_itself(api, task, ticket, worker, path):
    assert api.delete(f"{path}{task.pk}").status_code == 204
    worker.work()
    assert (changes(), written()) == ([], [])


@pytest.mark.once
def test_an_unknown_wish_for_the_tickets_removes_nothing(api, task, ticket):
    assert api.delete(f"{TASKS}{task.pk}?tickets=burn").status_code == 422
    assert (Task.objects.count(), written()) == (1, [])


@pytest.mark.once
def test_who_is_merely_assigned_neither_removes_a_task_nor_closes_its_ticket(task, ticket, worker):
    from meetings.tests import factories

    daniel = factories.person("daniel@example.org")
    Task.objects.update(assignee_user=daniel)
    answer = factories.client(daniel).delete(f"{TASKS}{task.pk}?tickets=close")
    worker.work()
    assert (answer.status_code, Task.objects.count(), changes()) == (403, 1, [])
