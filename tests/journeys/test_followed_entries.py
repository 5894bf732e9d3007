"""Calendar entries follow their tasks: what a person changes of a due date is changed in the calendar that it
was put into, here and at the vendor."""

from datetime import UTC, date, datetime

import pytest

from calendars.models import CalendarEvent
from integrations import registry
from integrations.models import Effect
from integrations.services import following
from meetings.tests import factories
from tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)

Status = Effect.Status
TASKS = "/api/v1/tasks/"


@pytest.fixture
def task(owner, worker) -> Task:
    """A task of a completed meeting, whose due date is in Daniel's calendar here and at the vendor."""
    factories.person("daniel@example.org", timezone="Europe/Berlin", is_verified=True)
    meeting = factories.meeting(owner)
    factories.say(meeting, "Action: Daniel will update the runbook by Wednesday.")
    factories.client(owner).post(
        f"/api/v1/meetings/{meeting.pk}/complete", headers={"Prefer": "respond-async"}
    )
    worker.work()
    assert len(calendar().effects) == CalendarEvent.objects.count() == 1
    return Task.objects.get()


def calendar():
    return registry.provider("calendars", "memory")


def changed() -> list[dict]:
    """What was changed at the vendor; an empty one is a removal."""
    return [change.payload for change in calendar().changes]


def written() -> list[tuple[str, str]]:
    rows = Effect.objects.filter(kind=Effect.Kind.CALENDARS, action=Effect.Action.UPDATE)
    return list(rows.order_by("created_at").values_list("status", "reason"))


def test_another_due_date_is_another_day_in_the_calendar(api, task, worker):
    answer = api.patch(f"{TASKS}{task.pk}", {"title": "Write it", "due_date": "2026-12-01"}, format="json")
    assert answer.status_code == 200
    event = CalendarEvent.objects.get()
    assert (event.title, event.start_time) == ("Write it", datetime(2026, 11, 30, 23, tzinfo=UTC))
    worker.work()
    (change,) = changed()
    assert (change["title"], change["day"]) == ("Write it", date(2026, 12, 1))
    assert (change["time_zone"], change["attendee_email"]) == ("Europe/Berlin", "")


@pytest.mark.parametrize(
    "change", [{"due_date": None}, {"status": "dismissed"}, {"assignee_name": "Maya"}], ids=str
)
def test_what_is_nobodys_day_any_more_goes_from_their_calendar(api, task, worker, change):
    api.patch(f"{TASKS}{task.pk}", change, format="json")
    assert CalendarEvent.objects.count() == 0
    worker.work()
    assert (changed(), written()) == ([{}], [(Status.SENT, "")])


@pytest.mark.parametrize("change", [{"status": "done"}, {"category": "ops"}], ids=str)
def test_what_an_entry_does_not_show_asks_nothing_of_the_vendor(api, task, worker, change):
    api.patch(f"{TASKS}{task.pk}", change, format="json")
    worker.work()
    assert (changed(), written(), CalendarEvent.objects.count()) == ([], [], 1)


def test_a_due_date_that_comes_back_in_time_is_never_taken_away(api, task, worker):
    for day in (None, "2026-12-01"):
        api.patch(f"{TASKS}{task.pk}", {"due_date": day}, format="json")
    assert written() == [(Status.CANCELLED, following.SUPERSEDED), (Status.QUEUED, "")]
    worker.work()
    assert [change["day"] for change in changed()] == [date(2026, 12, 1)]


@pytest.mark.parametrize("source", Task.Source.values)
@pytest.mark.parametrize(("query", "removals"), [("", []), ("?tickets=close", [{}])])
def test_a_removed_task_leaves_calendars_here_and_where_that_is_asked_for(
    api, task, worker, source, query, removals
):
    Task.objects.update(source=source)
    assert api.delete(f"{TASKS}{task.pk}{query}").status_code == 204
    assert CalendarEvent.objects.count() == 0
    worker.work()
    assert changed() == removals


def test_an_entry_whose_addressee_was_erased_is_left_alone(api, task, worker):
    Effect.objects.filter(kind=Effect.Kind.CALENDARS).update(destination="")
    api.patch(f"{TASKS}{task.pk}", {"due_date": "2026-12-01"}, format="json")
    worker.work()
    assert (changed(), written()) == ([], [(Status.CANCELLED, "What it was about is gone.")])
