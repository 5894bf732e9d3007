"""Tasks that wait for a person: nothing of them leaves before their word, and their word is final."""

import pytest

from integrations import registry
from integrations.models import Effect, Routing
from meetings.models import Finding, Run
from meetings.pipeline.step import RunView
from meetings.pipeline.steps.create_tasks import CreateTasks
from notifications.languages import words_for
from tasks.models import Task

from . import factories

pytestmark = pytest.mark.django_db(transaction=True)

RUNBOOK, CUSTOMER = "Update the runbook", "Call the customer"


@pytest.fixture
def path(meeting) -> str:
    factories.say(meeting)
    return f"/api/v1/meetings/{meeting.pk}"


@pytest.fixture
def reviewed(owner) -> Routing:
    return Routing.objects.create(owner=owner, review_before_send=True)


def sent(kind: str) -> list[str]:
    return [effect.payload["title"] for effect in registry.provider(kind, "memory").effects]


def mails() -> dict[str, str]:
    return {each.payload["to"]: each.payload["text"] for each in registry.provider("mail", "memory").effects}


def proposed() -> dict[str, str]:
    return {task.title: f"/api/v1/tasks/{task.pk}" for task in Task.objects.filter(status="proposed")}


def complete(api, worker, path: str) -> dict:
    api.post(f"{path}/complete", headers={"Prefer": "respond-async"})
    worker.work()
    return api.get(f"{path}/report").json()


def test_under_review_everything_waits_and_the_report_says_so(api, worker, path, reviewed):
    report = complete(api, worker, path)
    assert report["status"] == "completed"
    assert {task["title"]: task["status"] for task in report["tasks"]} == {
        RUNBOOK: "proposed",
        CUSTOMER: "proposed",
    }
    assert report["notices"][-1].startswith("2 tasks are proposed and wait for a person")
    assert (report["tickets"], sent("tickets"), sent("calendars"), mails()) == ([], [], [], {})


def test_what_is_accepted_after_the_end_goes_out_at_once_and_once(api, worker, path, reviewed):
    complete(api, worker, path)
    task = proposed()[RUNBOOK]
    for _ in range(2):
        accepted = api.post(f"{task}/accept")
        assert (accepted.status_code, accepted.json()["status"]) == (200, "open")
        worker.work()
    assert (sent("tickets"), sent("calendars"), list(mails())) == (
        [RUNBOOK],
        [RUNBOOK],
        ["daniel@example.org"],
    )
    assert [ticket["status"] for ticket in api.get(task).json()["tickets"]] == ["sent"]
    ticket = Effect.objects.get(kind="tickets").external_id
    assert f"{words_for('en').tickets} {ticket}" in mails()["daniel@example.org"]


@pytest.mark.once
def test_what_is_accepted_before_the_end_goes_out_with_the_rest(api, worker, meeting, path, reviewed):
    api.post(f"{path}/recordings", {"file": factories.upload()})
    worker.work()
    assert api.post(f"{proposed()[RUNBOOK]}/accept").json()["status"] == "open"
    worker.work()
    assert Effect.objects.count() == 0
    complete(api, worker, path)
    assert (sent("tickets"), list(mails())) == ([RUNBOOK], ["daniel@example.org"])


@pytest.mark.once
def test_setting_it_to_open_is_accepting_it(api, worker, path, reviewed):
    complete(api, worker, path)
    api.patch(proposed()[CUSTOMER], {"status": "in_progress"}, format="json")
    worker.work()
    assert (sent("tickets"), list(mails())) == ([CUSTOMER], ["maya@example.org"])


def test_a_later_run_keeps_to_what_was_decided(api, worker, meeting, path, reviewed):
    complete(api, worker, path)
    tasks = proposed()
    api.post(f"{tasks[RUNBOOK]}/accept")
    assert api.post(f"{tasks[CUSTOMER]}/dismiss").json()["status"] == "dismissed"
    worker.work()
    factories.say(meeting, "Action: Maya will water the plants.", at=300)
    report = complete(api, worker, path)
    assert {task["title"]: task["status"] for task in report["tasks"]} == {
        RUNBOOK: "open",
        "Water the plants": "proposed",
    }
    assert sent("tickets") == [RUNBOOK]
    assert api.post(f"{tasks[CUSTOMER]}/accept").json()["status"] == "open"
    worker.work()
    assert sent("tickets") == [RUNBOOK, CUSTOMER]


def test_without_review_a_later_run_opens_what_nobody_has_decided(api, worker, meeting, path, reviewed):
    complete(api, worker, path)
    Routing.objects.update(review_before_send=False)
    factories.say(meeting, "Point: One more.", at=300)
    complete(api, worker, path)
    assert (proposed(), sorted(sent("tickets"))) == ({}, [CUSTOMER, RUNBOOK])


SURE = {"segment_ids": ["1"], "quote": "I will", "confidence": 0.5}


@pytest.mark.once
@pytest.mark.parametrize(
    ("evidence", "waits"),
    [
        (SURE, False),
        (SURE | {"confidence": 0.49}, True),
        (SURE | {"quote": ""}, True),
        (SURE | {"segment_ids": []}, True),
        ({}, True),
    ],
)
def test_what_cannot_be_shown_or_is_not_sure_is_proposed(meeting, evidence, waits):
    meeting.findings.create(kind=Finding.Kind.ACTION_ITEM, position=0, text=RUNBOOK, evidence=evidence)
    view = RunView(Run(meeting=meeting), meeting, {}, lambda key, produce: produce(), lambda share: None)
    assert [each.proposed for each in CreateTasks().work(view).result] == [waits]


@pytest.mark.once
@pytest.mark.parametrize("what", ["accept", "dismiss", "open", "dismissed"])
def test_whoever_is_merely_assigned_does_not_decide(worker, meeting, stranger, what):
    person = factories.person("daniel@example.org", is_verified=True)
    daniel = factories.client(person)
    made = Task.objects.create(meeting=meeting, title=RUNBOOK, status="proposed", assignee_user=person)
    task, before = f"/api/v1/tasks/{made.pk}", list(Task.objects.values())
    for person, status in ((daniel, 403), (stranger, 404)):
        if what in ("accept", "dismiss"):
            answer = person.post(f"{task}/{what}")
        else:
            answer = person.patch(task, {"status": what}, format="json")
        assert answer.status_code == status
    assert (list(Task.objects.values()), worker.queue, Effect.objects.count()) == (before, [], 0)


@pytest.mark.once
def test_a_task_without_a_meeting_is_accepted_without_any_effect(api):
    body = {"title": "Water the plants", "status": "proposed"}
    task = api.post("/api/v1/tasks/", body, format="json").json()
    assert api.post(f"/api/v1/tasks/{task['id']}/accept").json()["status"] == "open"
    assert Effect.objects.count() == 0
