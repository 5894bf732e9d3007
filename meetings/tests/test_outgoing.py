"""What leaves after a meeting: where its owner wants it, to whom it belongs, each thing once."""

from collections import Counter
from datetime import date

import pytest
from django.db import transaction
from django.db.models.functions import Now

from calendars.models import CalendarEvent
from core.privacy import DELETED_USER, Person
from integrations import registry
from integrations.models import Connection, Effect, Routing
from meetings import reports
from meetings.services import letters, outgoing, privacy
from tasks.models import Task
from tasks.selectors import account_of, actionable

from . import factories

pytestmark = pytest.mark.django_db(transaction=True)

RUNBOOK, CUSTOMER, PLANTS = "Update the runbook", "Call the customer", "Water the plants"


@pytest.fixture(autouse=True)
def said(meeting) -> None:
    found(meeting, RUNBOOK, "Daniel")
    found(meeting, CUSTOMER, "Maya")


def found(meeting, title: str, who: str) -> Task:
    """A task as a run finds it."""
    address = f"{who.lower()}@example.org"
    evidence = {"segment_ids": ["1"], "quote": f"{who} will do it", "start": 41.0, "confidence": 0.9}
    return Task.objects.create(
        meeting=meeting, source="extracted", title=title, due_date=date(2026, 11, 18), evidence=evidence,
        assignee_name=who, assignee_email=address, assignee_user=account_of([address]).first(),
    )  # fmt: skip


def write(meeting) -> None:
    """What the outward steps of a run do."""
    with transaction.atomic():
        for step in outgoing.BY_STEP.values():
            step(meeting, list(actionable(meeting.pk)))


@pytest.fixture
def leave(meeting, worker):
    """Write everything down and deliver it."""

    def work() -> reports.MeetingReport:
        write(meeting)
        worker.work()
        return reports.compose(meeting)

    return work


@pytest.fixture
def route(owner):
    return lambda **choices: Routing.objects.create(owner=owner, **choices)


@pytest.fixture
def daniel(meeting):
    """Somebody with an account and a proven address, to whom the runbook is given."""
    person = factories.person("daniel@example.org", is_verified=True, language="de-DE")
    Task.objects.filter(title=RUNBOOK).update(assignee_user=person)
    return person


def sent(kind: str) -> list[dict]:
    return [effect.payload for effect in registry.provider(kind, "memory").effects]


def mails_to(address: str) -> list[dict]:
    return [mail for mail in sent("mail") if mail["to"] == address]


def connected(person, vendor: str, **fields) -> Connection:
    return Connection.objects.create(owner=person, vendor=vendor, account=f"{vendor}-1", **fields)


def test_a_ticket_goes_to_its_place_and_to_the_account_that_routing_names(leave, route):
    accounts = {"Maya": "acc-1", "DANIEL@example.org": "acc-2"}
    route(tickets_provider="memory", project="OPS", issue_type="Bug", assignees=accounts)
    leave()
    place = {"workspace": "", "project": "OPS", "issue_type": "Bug"}
    assert [(each["title"], each["place"], each["assignee"]) for each in sent("tickets")] == [
        (RUNBOOK, place, "acc-2"),
        (CUSTOMER, place, "acc-1"),
    ]
    assert set(Effect.objects.filter(kind="tickets").values_list("destination", flat=True)) == {"OPS"}


def test_tickets_and_posts_are_written_for_the_account_that_was_chosen(owner, meeting, route):
    jira, slack = connected(owner, "atlassian"), connected(owner, "slack", options={"channel": "#weekly"})
    chosen = {"tickets_provider": "jira", "tickets_connection": jira, "project": "OPS"}
    route(**chosen, chat_provider="slack", chat_connection=slack)
    write(meeting)
    written = Effect.objects.filter(kind__in=["tickets", "chat"]).order_by("kind")
    assert set(written.values_list("kind", "provider", "connection", "destination")) == {
        ("tickets", "jira", jira.pk, "OPS"),
        ("chat", "slack", slack.pk, "#weekly"),
    }


@pytest.mark.once
@pytest.mark.parametrize(
    ("choices", "skipped"),
    [
        ({"tickets_provider": "none"}, {("tickets", "the owner's routing says so", 2)}),
        (
            {"tickets_provider": "jira"},
            {("tickets", "a Jira project is to be chosen in the routing", 2)},
        ),
        ({"mail_assignees": False}, {("mail", "the owner's routing says so", 0)}),
        ({"chat_provider": "none"}, {("chat", "the owner's routing says so", 0)}),
        ({"chat_channel": "#weekly"}, set()),
        ({"sync_calendars": False}, set()),
    ],
)
def test_what_is_not_wanted_does_not_go_out_and_the_report_says_why(leave, route, choices, skipped):
    route(**choices)
    told = {(each["kind"], each["reason"], len(each["task_ids"])) for each in leave().skipped}
    silent = (
        {("chat", "no channel is set", 0)} if not {"chat_provider", "chat_channel"} & set(choices) else set()
    )
    assert told == skipped | silent
    expected = {"tickets": 2, "mail": 2, "chat": int("chat_channel" in choices), "calendars": 2}
    missing = {kind for kind, _, _ in skipped} | ({"calendars"} if "sync_calendars" in choices else set())
    assert {kind: len(sent(kind)) for kind in expected} == expected | dict.fromkeys(missing, 0)


def test_what_is_wanted_after_all_goes_out_the_next_time(leave, route):
    route(tickets_provider="none", mail_assignees=False)
    leave()
    Routing.objects.update(tickets_provider="", mail_assignees=None)
    leave()
    assert (len(sent("tickets")), len(sent("mail"))) == (2, 2)


@pytest.mark.once
def test_one_mail_has_a_persons_whole_list_with_tickets_and_a_calendar_file(leave, meeting):
    found(meeting, PLANTS, "Daniel")
    leave()
    (mail,) = mails_to("daniel@example.org")
    assert mail["subject"] == "2 tasks for you from Weekly sync"
    for text in (mail["text"], mail["html"]):
        assert RUNBOOK in text
        assert "Water the plants" in text
        assert CUSTOMER not in text
    assert mail["text"].count("Ticket") == 2
    (calendar,) = mail["attachments"]
    assert calendar["text"].count("BEGIN:VEVENT") == 2
    assert Effect.objects.get(kind="mail", destination="daniel@example.org").payload.keys() == {
        "composer",
        "id",
    }


def test_a_task_that_comes_later_is_told_alone(leave, meeting):
    leave()
    found(meeting, PLANTS, "Daniel")
    leave()
    first, second = mails_to("daniel@example.org")
    assert ("Water the plants" in first["text"], RUNBOOK in first["text"]) == (False, True)
    assert ("Water the plants" in second["text"], RUNBOOK in second["text"]) == (True, False)


@pytest.mark.once
def test_a_mail_is_in_its_readers_language_or_in_the_owners(leave, daniel):
    factories.person("maya@example.org", language="de-DE")
    leave()
    assert mails_to("daniel@example.org")[0]["text"].startswith("Guten Tag Daniel")
    assert mails_to("maya@example.org")[0]["text"].startswith("Hello Maya")


@pytest.mark.once
@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"status": "dismissed"}, None),
        ({"status": "done"}, None),
        ({"assignee_name": "Zoe", "assignee_email": "zoe@example.org"}, None),
        ({"title": "Rewrite the manual"}, "Rewrite the manual"),
    ],
)
def test_a_mail_says_how_things_stand_when_it_is_sent(api, worker, meeting, change, text):
    write(meeting)
    task = Task.objects.get(title=RUNBOOK)
    api.patch(f"/api/v1/tasks/{task.pk}", change, format="json")
    worker.work()
    effect = Effect.objects.get(kind="mail", destination="daniel@example.org")
    if text is None:
        assert (effect.status, mails_to("daniel@example.org")) == ("cancelled", [])
        assert effect.reason == "none of these tasks is theirs to do any more"
    else:
        (mail,) = mails_to("daniel@example.org")
        assert (text in mail["text"], RUNBOOK in mail["text"]) == (True, False)


def test_a_mail_waits_for_tickets_that_are_about_to_be_opened_but_not_for_long(meeting, worker):
    write(meeting)
    mail = Effect.objects.get(kind="mail", destination="daniel@example.org")
    with pytest.raises(letters.NotYet):
        letters.assignment(str(mail.pk))
    Effect.objects.filter(pk=mail.pk).update(created_at=Now() - letters.PATIENCE)
    assert RUNBOOK in letters.assignment(str(mail.pk)).text


def test_the_due_date_goes_into_the_calendar_that_the_assignee_has_connected(owner, meeting, worker, daniel):
    maya = factories.person("maya@example.org")
    scopes = ["https://www.googleapis.com/auth/calendar.events"]
    google = connected(daniel, "google", scopes=scopes)
    connected(maya, "google", scopes=scopes)
    connected(owner, "microsoft")
    write(meeting)
    written = Effect.objects.filter(kind="calendars").order_by("destination")
    assert list(written.values_list("destination", "provider", "connection")) == [
        ("daniel@example.org", "google", google.pk),
        ("maya@example.org", "memory", None),
    ]
    event = CalendarEvent.objects.get()
    assert (event.owner, event.title, event.effect_id) == (daniel, RUNBOOK, written[0].pk)


@pytest.mark.once
@pytest.mark.parametrize("why", ["wants none", "needs consent", "for documents only"])
def test_a_calendar_that_is_not_to_be_used_is_not(leave, daniel, why):
    scope = "drive.file" if why == "for documents only" else "calendar"
    status = "needs_consent" if why == "needs consent" else "active"
    scopes = [f"https://www.googleapis.com/auth/{scope}"]
    connected(daniel, "google", scopes=scopes, status=status)
    Routing.objects.create(owner=daniel, sync_calendars=why != "wants none")
    leave()
    assert not Effect.objects.filter(kind="calendars").exclude(connection=None).exists()


@pytest.mark.once
def test_without_a_calendar_provider_who_has_an_account_has_the_event_and_nothing_is_skipped(
    leave, serve, daniel
):
    serve("calendars")
    skipped = {each["kind"]: len(each["task_ids"]) for each in leave().skipped}
    assert CalendarEvent.objects.get().owner == daniel
    assert skipped == {"chat": 0, "calendars": 1}


def test_a_task_has_one_ticket_entry_and_mail_however_routing_changes_between_two_runs(leave, route, daniel):
    chosen = route(tickets_provider="memory", project="OPS")
    leave()
    connected(daniel, "google", scopes=["https://www.googleapis.com/auth/calendar.events"])
    Routing.objects.filter(pk=chosen.pk).update(project="LAB")
    leave()
    written = Effect.objects.filter(kind__in=["tickets", "calendars", "mail"])
    assert Counter(written.values_list("kind", "destination")) == {
        ("tickets", "OPS"): 2,
        **{(kind, f"{who}@example.org"): 1 for kind in ("calendars", "mail") for who in ("daniel", "maya")},
    }


def test_another_provider_of_mail_tells_nobody_what_they_were_told_by_the_first(leave, serve):
    leave()
    serve("mail", "integrations.providers.mail.memory.MemoryMail")
    leave()
    assert Effect.objects.filter(kind="mail").count() == 2


@pytest.mark.parametrize(
    ("status", "opened"), [("queued", 2), ("unknown", 2), ("failed", 3), ("cancelled", 3), ("skipped", 3)]
)
def test_a_ticket_is_opened_elsewhere_only_where_there_can_be_none(meeting, route, status, opened):
    chosen = route(tickets_provider="memory", project="OPS")
    write(meeting)
    task = Task.objects.get(title=RUNBOOK)
    Effect.objects.filter(kind="tickets", task_id=task.pk).update(status=status)
    Routing.objects.filter(pk=chosen.pk).update(project="LAB")
    write(meeting)
    assert Effect.objects.filter(kind="tickets").count() == opened


def test_what_was_dismissed_before_it_went_out_goes_out_once_it_is_taken_back(api, worker, meeting):
    write(meeting)
    path = f"/api/v1/tasks/{Task.objects.get(title=RUNBOOK).pk}"
    api.post(f"{path}/dismiss")
    worker.work()
    assert ([each["title"] for each in sent("tickets")], len(sent("mail"))) == ([CUSTOMER], 1)
    api.post(f"{path}/accept")
    write(meeting)
    worker.work()
    assert sorted(each["title"] for each in sent("tickets")) == [CUSTOMER, RUNBOOK]
    assert sorted(each["title"] for each in sent("calendars")) == [CUSTOMER, RUNBOOK]
    (mail,) = mails_to("daniel@example.org")
    assert RUNBOOK in mail["text"]


def test_a_task_that_was_left_out_of_a_mail_is_told_once_it_is_taken_back(api, worker, meeting):
    found(meeting, PLANTS, "Daniel")
    write(meeting)
    path = f"/api/v1/tasks/{Task.objects.get(title=RUNBOOK).pk}"
    api.post(f"{path}/dismiss")
    worker.work()
    for _ in range(2):
        api.post(f"{path}/accept")
        write(meeting)
        worker.work()
    first, second = mails_to("daniel@example.org")
    assert (PLANTS in first["text"], RUNBOOK in first["text"]) == (True, False)
    assert (PLANTS in second["text"], RUNBOOK in second["text"]) == (False, True)


def test_a_post_names_nobody_who_has_left(meeting, route):
    route(chat_channel="#weekly")
    people = [{"name": who, "email": f"{who.lower()}@example.org"} for who in ("Daniel", "Maya")]
    meeting.participants = people
    meeting.save()
    write(meeting)
    daniel = factories.person("daniel@example.org", is_verified=True)
    with transaction.atomic():  # as an erasure is
        privacy.erase(Person(daniel.pk, daniel.email, proven=True))
    text = Effect.objects.get(kind="chat").payload["text"]
    assert (f"{RUNBOOK} ({DELETED_USER}, 2026-11-18)" in text, "Daniel" in text) == (True, False)
    assert f"{CUSTOMER} (Maya, 2026-11-18)" in text
