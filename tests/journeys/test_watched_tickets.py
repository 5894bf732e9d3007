"""Tasks follow their tickets: by the poll, and sooner by a tracker's webhook."""

import hashlib
import hmac
import json
import uuid
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from integrations.contracts.tickets import Ticket, TicketState
from integrations.errors import Misconfigured, Unavailable
from integrations.models import Circuit, Connection, Effect
from meetings.tests import factories
from tasks.events import TaskClosed
from tasks.models import Task, TicketHook, TicketWatch
from tasks.services import hooks, watching

pytestmark = pytest.mark.django_db(transaction=True)

TASKS = "/api/v1/tasks/"


class Tracker:
    """Tickets that somebody else closes; counts what it is asked."""

    class Options:
        pass

    search_lag = 0.0
    asked: list[list[str]]
    updated: list[tuple[str, bool]]
    states_of: dict[str, TicketState]
    fails: Exception | None

    def __init__(self, options=None):
        pass

    def states(self, ticket_ids):
        self.asked.append(list(ticket_ids))
        if self.fails:
            raise self.fails
        return {each: self.states_of.get(each, TicketState.OPEN) for each in ticket_ids}

    def update(self, ticket_id, change):
        self.updated.append((ticket_id, change.done))
        self.states_of[ticket_id] = TicketState.DONE if change.done else TicketState.OPEN
        return Ticket(ticket_id, "https://tracker.example.org/" + ticket_id)


@pytest.fixture
def tracker(serve):
    serve("tickets", f"{__name__}.Tracker")
    Tracker.asked, Tracker.updated, Tracker.states_of, Tracker.fails = [], [], {}, None
    return Tracker


@pytest.fixture
def task(owner, meeting) -> Task:
    return Task.objects.create(created_by=owner, meeting=meeting, title="Call the customer")


def opened(task: Task, key: str = "APP-1", *, connection: Connection | None = None, **fields) -> Effect:
    fields = {"provider": "chosen", "status": Effect.Status.SENT, "owner_id": task.created_by_id} | fields
    way = connection.pk if connection else fields["provider"]
    return Effect.objects.create(
        key=f"{task.pk}:tickets:{way}:{key}",
        kind=Effect.Kind.TICKETS,
        external_id=key,
        task_id=task.pk,
        connection=connection,
        **fields,
    )


def poll(worker) -> None:
    watching.poll()
    worker.work()


def status(task: Task) -> str:
    task.refresh_from_db()
    return task.status


def seen() -> list[str]:
    return list(TicketWatch.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize("before", [Task.Status.OPEN, Task.Status.IN_PROGRESS])
def test_a_task_is_done_when_its_ticket_is_closed(task, tracker, worker, before):
    Task.objects.update(status=before)
    opened(task)
    poll(worker)
    assert (status(task), seen()) == (before, ["open"])
    tracker.states_of = {"APP-1": TicketState.DONE}
    poll(worker)
    assert (status(task), task.edited_fields, seen()) == (Task.Status.DONE, [], ["done"])
    poll(worker)
    assert len(tracker.asked) == 2


def test_who_watches_the_meeting_is_told(task, meeting, tracker, worker, monkeypatch):
    told = []
    monkeypatch.setattr("core.realtime.publish", lambda group, event: told.append((group, event)))
    opened(task)
    tracker.states_of = {"APP-1": TicketState.DONE}
    poll(worker)
    closed = TaskClosed(meeting_id=str(meeting.pk), task_id=str(task.pk))
    assert told == [(f"meeting.{meeting.pk}", closed)]


def test_a_ticket_that_was_closed_before_anybody_looked_ends_its_task(task, tracker, worker):
    opened(task)
    tracker.states_of = {"APP-1": TicketState.DONE}
    poll(worker)
    assert status(task) == Task.Status.DONE


def test_the_other_tickets_of_a_task_that_was_ended_are_closed(task, tracker, worker):
    opened(task, "APP-1")
    opened(task, "WEB-1")
    tracker.states_of = {"APP-1": TicketState.DONE}
    poll(worker)
    assert (status(task), tracker.updated) == (Task.Status.DONE, [("WEB-1", True)])


def test_what_a_person_opens_again_stays_open(api, task, tracker, worker, settings):
    settings.ROUTING = settings.ROUTING | {"update_tickets": False}
    opened(task)
    tracker.states_of = {"APP-1": TicketState.DONE}
    poll(worker)
    api.patch(f"{TASKS}{task.pk}", {"status": "open"}, format="json")
    assert seen() == ["unsure"]
    poll(worker)
    poll(worker)
    assert (status(task), seen()) == (Task.Status.OPEN, ["done"])
    tracker.states_of = {}
    poll(worker)
    tracker.states_of = {"APP-1": TicketState.DONE}
    poll(worker)
    assert status(task) == Task.Status.DONE


def test_a_task_that_is_opened_again_opens_its_ticket(api, task, tracker, worker):
    opened(task)
    tracker.states_of = {"APP-1": TicketState.DONE}
    poll(worker)
    api.patch(f"{TASKS}{task.pk}", {"status": "in_progress"}, format="json")
    poll(worker)
    poll(worker)
    assert (status(task), tracker.updated, seen()) == (
        Task.Status.IN_PROGRESS,
        [("APP-1", False)],
        ["open"],
    )


def test_a_ticket_that_was_closed_meanwhile_is_not_opened_by_a_new_title(api, task, tracker, worker):
    opened(task)
    tracker.states_of = {"APP-1": TicketState.DONE}
    api.patch(f"{TASKS}{task.pk}", {"title": "Write to her"}, format="json")
    worker.work()
    assert tracker.updated == [("APP-1", True)]
    poll(worker)
    assert status(task) == Task.Status.DONE


def test_a_wish_to_open_it_again_survives_a_newer_change(api, task, tracker, worker):
    Task.objects.update(status=Task.Status.DONE)
    opened(task)
    tracker.states_of = {"APP-1": TicketState.DONE}
    api.patch(f"{TASKS}{task.pk}", {"status": "open"}, format="json")
    api.patch(f"{TASKS}{task.pk}", {"title": "Write to her"}, format="json")
    worker.work()
    assert tracker.updated == [("APP-1", False)]


def test_nothing_is_concluded_while_a_change_of_ours_is_on_its_way(api, task, tracker, worker):
    opened(task)
    api.patch(f"{TASKS}{task.pk}", {"title": "Write to her"}, format="json")
    worker.queue.clear()
    tracker.states_of = {"APP-1": TicketState.DONE}
    poll(worker)
    assert (status(task), seen()) == (Task.Status.OPEN, ["open"])


def test_a_ticket_that_is_gone_is_noted_and_not_asked_for_again(task, tracker, worker):
    ticket = opened(task)
    tracker.states_of = {"APP-1": TicketState.GONE}
    poll(worker)
    poll(worker)
    ticket.refresh_from_db()
    assert (status(task), ticket.status, ticket.reason) == ("open", "sent", watching.GONE)
    assert (seen(), len(tracker.asked)) == (["gone"], 1)


def test_one_call_asks_for_many_and_those_first_that_were_not_looked_at_for_longest(
    owner, tracker, worker, monkeypatch
):
    monkeypatch.setattr(watching, "BATCH", 2)
    monkeypatch.setattr(watching, "BATCHES", 2)
    tickets = [opened(Task.objects.create(created_by=owner, title="T"), f"APP-{n}") for n in range(5)]
    for hours, ticket in enumerate(tickets[:4], start=1):
        TicketWatch.objects.create(effect=ticket, looked_at=Now() - timedelta(hours=hours))
    poll(worker)
    assert [sorted(each) for each in tracker.asked] == [["APP-3", "APP-4"], ["APP-1", "APP-2"]]


@pytest.mark.parametrize("state", ["done", "dismissed", "proposed", "removed"])
def test_tickets_of_what_nobody_has_to_do_are_not_looked_at(task, tracker, worker, state):
    opened(task)
    change = {"removed_at": Now()} if state == "removed" else {"status": state}
    Task.objects.update(**change)
    poll(worker)
    assert tracker.asked == []


def test_a_tracker_that_is_down_is_left_alone(task, tracker, worker):
    opened(task)
    tracker.fails = Unavailable("It is down.")
    for _ in range(4):
        poll(worker)
    assert (len(tracker.asked), status(task), seen()) == (3, "open", [])
    assert Circuit.objects.get().name == "tickets:chosen"


@pytest.mark.once
def test_a_tracker_that_is_set_up_wrongly_changes_nothing(task, tracker, worker):
    opened(task)
    tracker.fails = Misconfigured("The token is wrong.")
    poll(worker)
    assert (status(task), seen(), Circuit.objects.exists()) == ("open", [], False)


def test_a_ticket_of_a_connection_that_is_gone_is_asked_of_nobody_else(owner, task, tracker, worker):
    connection = Connection.objects.create(owner=owner, vendor="jira", account="1")
    opened(task, connection=connection)
    connection.delete()
    poll(worker)
    assert tracker.asked == []


def test_each_connection_is_asked_by_itself(owner, task, tracker, worker):
    for number in ("1", "2"):
        connection = Connection.objects.create(owner=owner, vendor="jira", account=number)
        opened(task, f"APP-{number}", connection=connection)
    opened(task, "APP-3")
    assert watching.poll() == 3


def address(api, vendor: str) -> tuple[str, str]:
    found = next(each for each in api.get("/api/v1/hooks").json() if each["vendor"] == vendor)
    return "/" + found["url"].split("/", 3)[3], found["secret"]


def jira_said(key: str) -> bytes:
    return json.dumps({"webhookEvent": "jira:issue_updated", "issue": {"key": key}}).encode()


def tell(api, path: str, body: bytes, **headers):
    return api.post(path, body, content_type="application/json", headers=headers)


def signed(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_a_webhook_of_jira_has_the_ticket_looked_at(api, task, tracker, worker):
    opened(task)
    opened(task, "APP-2")
    path, _ = address(api, "jira")
    tracker.states_of = {"APP-1": TicketState.DONE}
    assert tell(api, path, jira_said("APP-1")).status_code == 204
    worker.work()
    assert (status(task), tracker.asked) == (Task.Status.DONE, [["APP-1"]])


@pytest.mark.once
def test_a_forged_webhook_costs_a_look_and_changes_nothing(api, task, tracker, worker):
    opened(task)
    path, _ = address(api, "jira")
    body = json.dumps({"issue": {"key": "APP-1", "fields": {"status": {"name": "Done"}}}}).encode()
    assert tell(api, path, body).status_code == 204
    worker.work()
    assert (status(task), tracker.asked) == ("open", [["APP-1"]])


@pytest.mark.once
def test_a_signature_of_jiras_must_be_right_where_there_is_one(api, task, tracker, worker):
    opened(task)
    path, secret = address(api, "jira")
    body = jira_said("APP-1")
    wrong = tell(api, path, body, **{"X-Hub-Signature": f"sha256={signed('another', body)}"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "SIGNATURE_MISMATCH")
    worker.work()
    assert tracker.asked == []
    good = tell(api, path, body, **{"X-Hub-Signature": f"sha256={signed(secret, body)}"})
    worker.work()
    assert (good.status_code, tracker.asked) == (204, [["APP-1"]])


@pytest.mark.once
def test_asana_shakes_hands_and_signs_what_it_says(api, task, tracker, worker):
    opened(task, "1201")
    path, _ = address(api, "asana")
    body = json.dumps({"events": [{"resource": {"gid": "7"}, "parent": {"gid": "1201"}}]}).encode()
    assert tell(api, path, body, **{"X-Hook-Signature": signed("", body)}).status_code == 401
    shaken = tell(api, path, b"{}", **{"X-Hook-Secret": "theirs"})
    assert (shaken.status_code, shaken.headers["X-Hook-Secret"]) == (204, "theirs")
    assert tell(api, path, body).status_code == 401
    assert tell(api, path, body + b" ", **{"X-Hook-Signature": signed("theirs", body)}).status_code == 401
    worker.work()
    assert tracker.asked == []
    tracker.states_of = {"1201": TicketState.DONE}
    assert tell(api, path, body, **{"X-Hook-Signature": signed("theirs", body)}).status_code == 204
    worker.work()
    assert (status(task), tracker.asked) == (Task.Status.DONE, [["1201"]])


def test_asana_may_have_several_webhooks_but_not_any_number(api, monkeypatch):
    monkeypatch.setattr(hooks, "MOST_SECRETS", 2)
    path, _ = address(api, "asana")
    for secret in ("one", "two", "three"):
        tell(api, path, b"{}", **{"X-Hook-Secret": secret})
    assert [hook.secret["secret"] for hook in TicketHook.objects.all()] == ["three", "two"]
    body = b'{"events": []}'
    answers = [tell(api, path, body, **{"X-Hook-Signature": signed(s, body)}) for s in ("one", "two")]
    assert [answer.status_code for answer in answers] == [401, 204]


@pytest.mark.once
@pytest.mark.parametrize("vendor", ["jira", "asana"])
@pytest.mark.parametrize("said", [b"[]", b"{}", b'{"issue": 1, "events": [1, {"resource": {"gid": 1}}]}'])
def test_a_body_that_names_nothing_is_no_reason_to_look(api, task, tracker, worker, vendor, said):
    opened(task)
    path, _ = address(api, vendor)
    tell(api, path, b"{}", **{"X-Hook-Secret": "theirs"})
    assert tell(api, path, said, **{"X-Hook-Signature": signed("theirs", said)}).status_code == 204
    worker.work()
    assert tracker.asked == []


def test_an_address_reaches_only_the_tickets_of_its_person(api, task, tracker, worker):
    opened(task)
    other = factories.client(factories.person("other@example.org"))
    path, _ = address(other, "jira")
    assert tell(api, path, jira_said("APP-1")).status_code == 204
    worker.work()
    assert tracker.asked == []


@pytest.mark.once
@pytest.mark.parametrize("spoil", [lambda t: f"{t}x", lambda t: f"{uuid.uuid4()}{t[36:]}", lambda t: "x"])
def test_an_address_that_was_not_given_out_is_not_there(api, spoil):
    path, _ = address(api, "jira")
    base, _, token = path.rpartition("/")
    assert tell(api, f"{base}/{spoil(token)}", b"{}").status_code == 404


@pytest.mark.once
def test_the_addresses_of_somebody_else_are_not_shown(api, stranger):
    assert address(api, "jira") != address(stranger, "jira")
