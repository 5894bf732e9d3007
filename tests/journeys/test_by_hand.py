"""Mails, tickets and posts that a person asks for: once for each target, and said as it stands."""

from datetime import date

import pytest
from dramatiq import Message

from integrations import registry
from integrations.errors import Rejected, Unavailable
from integrations.models import Connection, Effect
from meetings.tests import factories
from meetings.tests.working import InlineWorker
from notifications.models import MailTemplate
from tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)

Status = Effect.Status
JIRA, ASANA = "/api/v1/integrations/jira", "/api/v1/integrations/asana"
EMAIL, SLACK = "/api/v1/integrations/email", "/api/v1/notifications/slack"


class AtOnce(InlineWorker):
    """A worker that is never busy: what is queued is done before the client is answered."""

    def _take(self, message: Message, *, delay: int | None = None) -> Message:
        super()._take(message)
        if not delay:
            self.work()
        return message


@pytest.fixture
def at_once():
    with AtOnce() as worker:
        yield worker


@pytest.fixture
def task(owner, meeting) -> Task:
    return Task.objects.create(
        created_by=owner,
        meeting=meeting,
        title="Call the customer",
        assignee_name="Daniel",
        assignee_email="daniel@example.org",
        due_date=date(2026, 12, 1),
    )


def sent(kind: str) -> list:
    return registry.provider(kind, "memory").effects


def jira(task: Task, **fields) -> dict:
    return {
        "task_id": str(task.pk),
        "project_key": "APP",
        "issue_type": "Task",
        "assignee_email": "d@example.org",
    } | fields


def asana(task: Task, **fields) -> dict:
    return {
        "task_id": str(task.pk),
        "workspace_id": "1",
        "project_id": "2",
        "assignee_email": "d@example.org",
    } | fields


def post(client, path: str, body: dict):
    return client.post(path, body, format="json")


@pytest.mark.once
def test_a_ticket_is_opened_where_and_for_whom_the_client_says(api, task, at_once):
    answer = post(api, JIRA, jira(task, project_key="app", issue_type="Bug"))
    assert answer.status_code == 201
    body = answer.json()
    assert {
        name: body[name] for name in ("task_id", "kind", "provider", "key", "url", "status", "reason")
    } == {
        "task_id": str(task.pk),
        "kind": "tickets",
        "provider": "memory",
        "key": "tickets-1",
        "url": "memory://tickets/1",
        "status": "sent",
        "reason": "",
    }
    assert body["id"] == str(Effect.objects.get().pk)
    assert body["created_at"].endswith("Z")
    (ticket,) = sent("tickets")
    assert ticket.payload["place"] == {"workspace": "", "project": "APP", "issue_type": "Bug"}
    assert (ticket.payload["title"], ticket.payload["assignee_email"]) == (
        "Call the customer",
        "d@example.org",
    )
    shown = api.get(f"/api/v1/tasks/{task.pk}").json()["tickets"]
    assert shown == [
        {"provider": "memory", "key": "tickets-1", "url": "memory://tickets/1", "status": "sent"}
    ]


@pytest.mark.parametrize(
    ("path", "body", "other"),
    [(JIRA, jira, {"project_key": "WEB"}), (ASANA, asana, {"project_id": "3"})],
)
def test_the_same_target_has_one_ticket_and_another_target_another(api, task, at_once, path, body, other):
    first = post(api, path, body(task))
    again = post(api, path, body(task, assignee_email="somebody@example.org"))
    elsewhere = post(api, path, body(task, **other))
    assert (first.status_code, again.status_code, elsewhere.status_code) == (201, 200, 201)
    assert again.json() == first.json()
    assert (first.json()["key"], elsewhere.json()["key"]) == ("tickets-1", "tickets-2")
    assert len(sent("tickets")) == 2


def test_a_ticket_by_hand_is_the_one_that_the_run_has_opened(api, task, at_once):
    """The key is the same, whoever writes it."""
    from integrations.services.effects import Intent, intend
    from tasks.services import tickets

    content = tickets.content_of(task, owner_id=task.created_by_id)
    opened = intend(Intent(Effect.Kind.TICKETS, [str(task.pk)], "APP", content, task_id=task.pk))
    answer = post(api, JIRA, jira(task))
    assert (answer.status_code, answer.json()["id"]) == (200, str(opened.pk))


def test_an_answer_that_is_not_there_yet_says_so(api, task, worker):
    answer = post(api, JIRA, jira(task))
    assert (answer.status_code, answer.json()["status"], answer.json()["key"]) == (202, "queued", "")
    assert post(api, JIRA, jira(task)).json() == answer.json()
    worker.work()
    later = post(api, JIRA, jira(task))
    assert (later.status_code, later.json()["status"], len(sent("tickets"))) == (200, "sent", 1)


def test_a_waiting_client_is_told_when_nothing_is_left_to_wait_for(api, task, worker):
    from integrations.services.by_hand import settled

    first = post(api, JIRA, jira(task)).json()["id"]
    other = post(api, JIRA, jira(task, project_key="WEB")).json()["id"]
    both = f"{first}+{other}"
    assert settled({first, other, both}) == set()
    Effect.objects.filter(pk=first).update(status=Status.SENT)
    assert settled({first, other, both}) == {first}
    Effect.objects.filter(pk=other).update(status=Status.UNKNOWN)
    assert settled({first, other, both}) == {first, other, both}


class Refusing:
    """A tracker that does as it is told."""

    answers: list = []

    def __init__(self, options):
        pass

    class Options:
        pass

    def open(self, draft):
        raise type(self).answers.pop(0)

    def find(self, key, place):
        return []

    search_lag = 0.0


@pytest.fixture
def refusing(serve):
    serve("tickets", f"{__name__}.Refusing")
    return Refusing


@pytest.mark.once
def test_what_the_vendor_refuses_is_told_in_its_words_and_may_be_asked_for_again(
    api, task, at_once, refusing
):
    refusing.answers = [Rejected("There is no project APP."), Rejected("There is no project APP.")]
    for _ in range(2):
        answer = post(api, JIRA, jira(task))
        assert (answer.status_code, answer.json()["code"]) == (422, "REJECTED_BY_VENDOR")
        assert [each["msg"] for each in answer.json()["detail"]] == ["There is no project APP."]
    assert refusing.answers == []
    assert Effect.objects.get().status == Status.FAILED


@pytest.mark.once
def test_a_vendor_that_is_down_gets_it_later(api, task, at_once, refusing):
    refusing.answers = [Unavailable("Jira is down.")]
    answer = post(api, JIRA, jira(task))
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    assert answer.json()["reason"] == "Jira is down."


def test_what_may_have_got_through_is_answered_as_unknown_and_not_repeated(api, task, worker):
    post(api, JIRA, jira(task))
    worker.queue.clear()
    Effect.objects.update(status=Status.UNKNOWN, reason="The answer was lost.")
    answer = post(api, JIRA, jira(task))
    worker.work()
    assert (answer.status_code, answer.json()["status"]) == (200, "unknown")
    assert answer.json()["reason"] == "The answer was lost."
    assert sent("tickets") == []


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED, Status.SKIPPED])
def test_what_came_to_nothing_is_tried_again(api, task, at_once, status):
    post(api, JIRA, jira(task))
    Effect.objects.update(status=status, reason="no", withdrawn="no", failures=7)
    answer = post(api, JIRA, jira(task, issue_type="Bug"))
    assert (answer.status_code, answer.json()["status"], answer.json()["reason"]) == (201, "sent", "")
    assert Effect.objects.count() == 1


def test_a_letter_about_several_tasks_is_not_cut_down_when_it_is_tried_again(api, owner, task, at_once):
    from integrations.services.effects import Intent, intend

    other = Task.objects.create(created_by=owner, title="Another")
    payload = {"subject": "Two", "text": "Two tasks", "html": ""}
    intend(Intent(Effect.Kind.MAIL, [str(task.pk), str(other.pk)], "daniel@example.org", payload))
    Effect.objects.update(status=Status.FAILED)
    assert post(api, EMAIL, {"task_id": str(task.pk)}).status_code == 201
    assert [mail.payload["subject"] for mail in sent("mail")] == ["Two", "Two"]


@pytest.mark.once
@pytest.mark.parametrize(("path", "kind"), [(JIRA, "tickets"), (EMAIL, "mail"), (SLACK, "chat")])
def test_nothing_configured_says_what_to_do_and_writes_nothing(api, task, serve, path, kind):
    serve(kind)
    body = {JIRA: jira(task), EMAIL: {"task_id": str(task.pk)}, SLACK: {"channel": "#a", "message": "Hi"}}
    answer = post(api, path, body[path])
    assert (answer.status_code, answer.json()["code"]) == (409, "NOT_CONFIGURED")
    assert not Effect.objects.exists()


def test_the_assignee_is_mailed_once_at_their_own_address(api, owner, task, at_once):
    answer = post(api, EMAIL, {"task_id": str(task.pk), "to": "victim@example.net"})
    assert (answer.status_code, answer.json()["kind"], answer.json()["status"]) == (201, "mail", "sent")
    assert post(api, EMAIL, {"task_id": str(task.pk)}).status_code == 200
    (mail,) = sent("mail")
    assert (mail.payload["to"], mail.payload["reply_to"]) == ("daniel@example.org", owner.email)
    assert "Call the customer" in mail.payload["text"]
    assert "daniel" not in str(Effect.objects.get().payload)


@pytest.mark.once
def test_an_unknown_mail_template_is_refused(api, task):
    answer = post(api, EMAIL, {"task_id": str(task.pk), "template_id": "nothing-like-it"})
    assert (answer.status_code, answer.json()["code"]) == (422, "UNKNOWN_TEMPLATE")
    assert answer.json()["detail"][0]["loc"] == ["body", "template_id"]
    assert not Effect.objects.exists()


def test_a_mail_that_waits_does_not_go_to_whom_the_task_was_taken_from(api, task, worker):
    post(api, EMAIL, {"task_id": str(task.pk)})
    Task.objects.update(assignee_email="maya@example.org")
    worker.work()
    assert (sent("mail"), Effect.objects.get().status) == ([], Status.CANCELLED)
    worker.queue.clear()
    assert post(api, EMAIL, {"task_id": str(task.pk)}).status_code == 202
    worker.work()
    assert [mail.payload["to"] for mail in sent("mail")] == ["maya@example.org"]


@pytest.mark.once
def test_a_mail_in_other_words_is_another_mail(api, task, at_once):
    template = MailTemplate.objects.create(slug="nudge", name="Nudge", subject="Nudge", text="Hi {{ name }}")
    requests = [{}, {"template_id": "nudge"}, {"template_id": str(template.pk)}]
    answers = [post(api, EMAIL, {"task_id": str(task.pk)} | each) for each in requests]
    assert [answer.status_code for answer in answers] == [201, 201, 200]
    assert (answers[1].json()["id"], len(sent("mail"))) == (answers[2].json()["id"], 2)
    assert (sent("mail")[1].payload["subject"], sent("mail")[1].payload["text"]) == ("Nudge", "Hi Daniel")


@pytest.mark.once
@pytest.mark.parametrize("path", [EMAIL, "/notify/{}"])
def test_a_task_of_somebody_without_an_address_mails_nobody(api, task, path):
    Task.objects.update(assignee_email="")
    body = {"task_id": str(task.pk)} if path == EMAIL else {}
    answer = post(api, path.format(task.pk), body)
    assert (answer.status_code, answer.json()["code"]) == (422, "NO_ADDRESS")
    assert not Effect.objects.exists()


@pytest.mark.once
def test_an_address_that_an_account_merely_claims_is_mailed_nothing(api, task):
    claimed = factories.person("claimed@example.org", is_verified=False)
    Task.objects.update(assignee_email="", assignee_user=claimed)
    assert post(api, EMAIL, {"task_id": str(task.pk)}).status_code == 422


def test_each_post_is_one_of_its_own(api, at_once):
    for _ in range(2):
        answer = post(api, SLACK, {"channel": "#team", "message": "Standup now"})
        assert (answer.status_code, answer.json()["status"], answer.json()["task_id"]) == (201, "sent", None)
    assert [(each.payload["channel"], each.payload["text"]) for each in sent("chat")] == [
        ("#team", "Standup now"),
        ("#team", "Standup now"),
    ]


def test_a_post_that_is_sent_again_with_its_key_is_posted_once(api, at_once):
    body = {"channel": "#team", "message": "Standup now"}
    answers = [api.post(SLACK, body, format="json", HTTP_IDEMPOTENCY_KEY="standup-1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(sent("chat")) == 1


def test_an_assignee_is_notified_by_mail_and_in_the_calendar(api, task, at_once):
    answer = api.post(f"/notify/{task.pk}")
    assert answer.status_code == 201
    body = answer.json()
    assert body["task_id"] == str(task.pk)
    assert (body["mail"]["kind"], body["mail"]["status"]) == ("mail", "sent")
    assert (body["calendar"]["kind"], body["calendar"]["status"]) == ("calendars", "sent")
    (entry,) = sent("calendars")
    assert (entry.payload["title"], str(entry.payload["day"])) == ("Call the customer", "2026-12-01")
    again = api.post(f"/notify/{task.pk}")
    assert (again.status_code, again.json()) == (200, body)
    assert (len(sent("mail")), len(sent("calendars"))) == (1, 1)


@pytest.mark.once
def test_a_task_without_a_due_date_is_put_into_no_calendar(api, task, at_once):
    Task.objects.update(due_date=None)
    answer = api.post(f"/notify/{task.pk}")
    part = answer.json()["calendar"]
    assert (answer.status_code, part["id"], part["status"]) == (201, None, "skipped")
    assert part["reason"] == "The task has no due date."
    assert sent("calendars") == []


@pytest.mark.once
def test_who_has_no_calendar_is_mailed_all_the_same(api, task, at_once, serve):
    serve("calendars")
    answer = api.post(f"/notify/{task.pk}")
    assert (answer.status_code, answer.json()["calendar"]["status"]) == (201, "skipped")
    assert len(sent("mail")) == 1


@pytest.mark.once
def test_notifying_without_any_provider_says_so(api, task, serve):
    serve("calendars")
    serve("mail")
    answer = api.post(f"/notify/{task.pk}")
    assert (answer.status_code, answer.json()["code"]) == (409, "NOT_CONFIGURED")
    assert not Effect.objects.exists()


def _requests(task: Task) -> list[tuple[str, dict]]:
    return [
        (JIRA, jira(task)),
        (ASANA, asana(task)),
        (EMAIL, {"task_id": str(task.pk)}),
        (f"/notify/{task.pk}", {}),
    ]


def test_only_who_may_edit_a_task_has_anything_sent_for_it(stranger, task):
    daniel = factories.person("daniel@example.org")
    Task.objects.update(assignee_user=daniel)
    for client, status in ((stranger, 404), (factories.client(daniel), 403)):
        answers = [post(client, path, body) for path, body in _requests(task)]
        assert [answer.status_code for answer in answers] == [status] * 4
    assert not Effect.objects.exists()


@pytest.mark.once
def test_one_asks_the_world_only_so_often(api, task, at_once, limited):
    limited(outward="2/minute")
    answers = [post(api, SLACK, {"channel": "#a", "message": str(n)}) for n in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert len(sent("chat")) == 2


@pytest.mark.parametrize("vendor", ["atlassian", "jira"])
def test_a_persons_own_connection_goes_before_the_servers_credentials(api, owner, task, worker, vendor):
    old = Connection.objects.create(owner=owner, vendor=vendor, account="1")
    main = Connection.objects.create(owner=owner, vendor=vendor, account="2", is_primary=True)
    post(api, JIRA, jira(task))
    effect = Effect.objects.get()
    assert (effect.connection, effect.provider) == (main, "jira")
    Connection.objects.filter(pk=main.pk).update(status=Connection.Status.NEEDS_CONSENT)
    post(api, JIRA, jira(task))
    assert set(Effect.objects.values_list("connection", flat=True)) == {main.pk, old.pk}


def test_a_connection_of_somebody_else_or_of_another_vendor_is_not_used(api, owner, task, worker):
    Connection.objects.create(owner=owner, vendor="asana", account="1")
    other = factories.person("other@example.org")
    Connection.objects.create(owner=other, vendor="jira", account="2")
    post(api, JIRA, jira(task))
    assert Effect.objects.get().connection is None
