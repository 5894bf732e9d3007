"""Where somebody's outcome goes: what they choose, what is refused, and what holds."""

import pytest

from integrations.models import Connection, Routing
from integrations.services import routing

pytestmark = pytest.mark.django_db

PATH = "/api/v1/routing"


def connected(owner, vendor: str, **fields) -> Connection:
    return Connection.objects.create(owner=owner, vendor=vendor, account=f"{vendor}-1", **fields)


def put(api, **body):
    return api.put(PATH, body, format="json")


def patch(api, **body):
    return api.patch(PATH, body, format="json")


@pytest.mark.once
def test_who_has_chosen_nothing_reads_what_the_server_offers(api, settings):
    settings.ROUTING = settings.ROUTING | {"chat_channel": "#weekly"}
    body = api.get(PATH).json()
    assert {name: value for name, value in body.items() if name != "effective"} == {
        **dict.fromkeys(("tickets_provider", "workspace", "project", "issue_type"), ""),
        **dict.fromkeys(("chat_provider", "chat_channel"), ""),
        **dict.fromkeys(("tickets_connection", "chat_connection", "least_confidence"), None),
        **dict.fromkeys(("mail_assignees", "sync_calendars", "review_before_send", "update_tickets"), None),
        "assignees": {},
    }
    assert body["effective"] == {
        "tickets_provider": "memory",
        "tickets_connection": None,
        "tickets_problem": "",
        "workspace": "",
        "project": "",
        "issue_type": "Task",
        "mail_assignees": True,
        "chat_provider": "memory",
        "chat_connection": None,
        "chat_channel": "#weekly",
        "sync_calendars": True,
        "review_before_send": False,
        "least_confidence": 0.5,
        "update_tickets": True,
    }
    assert not Routing.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize(
    ("served_by", "provider", "problem"),
    [([], "", "no provider"), (["memory"], "none", "the owner's routing says so"), (["memory"], "", "")],
)
def test_why_no_ticket_can_be_opened_is_told_as_it_is(api, settings, served_by, provider, problem):
    settings.SERVED_BY = settings.SERVED_BY | {"tickets": served_by}
    assert put(api, tickets_provider=provider).json()["effective"]["tickets_problem"] == problem


def test_choices_are_kept_and_changed_one_by_one_or_all_at_once(api, owner):
    account = connected(owner, "atlassian")
    chosen = {
        "tickets_connection": str(account.pk),
        "project": "OPS",
        "assignees": {"Maya": "557058:1", "daniel@example.org": "557058:2"},
        "least_confidence": 0.8,
        "mail_assignees": False,
    }
    body = put(api, **chosen).json()
    assert body["tickets_provider"] == "jira"
    assert {name: body[name] for name in chosen} == chosen
    assert body["effective"]["tickets_connection"] == str(account.pk)
    assert body["effective"]["mail_assignees"] is False

    body = patch(api, project="DEV", mail_assignees=None).json()
    assert (body["project"], body["effective"]["mail_assignees"]) == ("DEV", True)
    assert (body["tickets_connection"], body["least_confidence"]) == (str(account.pk), 0.8)
    place = routing.of(owner.pk).place
    assert (place.project, place.issue_type) == ("DEV", "Task")
    assert routing.of(owner.pk).assignees["maya"] == "557058:1"

    body = put(api, chat_channel="#ops").json()
    assert (body["tickets_provider"], body["project"], body["assignees"]) == ("", "", {})
    assert (body["least_confidence"], body["effective"]["tickets_provider"]) == (None, "memory")
    assert Routing.objects.count() == 1


def test_an_account_of_ones_own_is_found_by_its_provider(api, owner):
    connected(owner, "asana", status="disconnected")
    account = Connection.objects.create(owner=owner, vendor="asana", account="2")
    body = put(api, tickets_provider="asana", project="120").json()
    assert body["tickets_connection"] == str(account.pk)
    assert patch(api, tickets_provider="none").json()["tickets_connection"] is None
    assert routing.of(owner.pk).tickets is None


def test_a_project_of_the_servers_tracker_means_nothing_in_ones_own(api, owner, settings):
    settings.ROUTING = settings.ROUTING | {"project": "SERVER", "chat_channel": "#server"}
    assert api.get(PATH).json()["effective"]["project"] == "SERVER"
    jira = connected(owner, "jira")
    refused = put(api, tickets_connection=str(jira.pk))
    assert refused.json()["detail"][0]["loc"] == ["body", "project"]
    put(api, chat_connection=str(connected(owner, "slack").pk))
    assert api.get(PATH).json()["effective"]["chat_channel"] == ""


def unfit(what: str, owner, other) -> dict:
    return {
        "unknown provider": {"tickets_provider": "trello"},
        "unconnected provider": {"tickets_provider": "asana", "project": "1"},
        "somebody else's": {"tickets_connection": str(connected(other, "jira").pk), "project": "OPS"},
        "not there": {"chat_connection": "00000000-0000-4000-8000-000000000000"},
        "of another kind": {"chat_connection": str(connected(owner, "google").pk)},
        "of another vendor": {
            "tickets_connection": str(connected(owner, "atlassian").pk),
            "tickets_provider": "asana",
        },
        "not good any more": {"chat_connection": str(connected(owner, "slack", status="needs_consent").pk)},
        "without project": {"tickets_connection": str(connected(owner, "jira").pk)},
        "too sure": {"least_confidence": 1.01},
        "less than nothing": {"least_confidence": -0.1},
        "no number": {"least_confidence": "nan"},
        "no names": {"assignees": {"": "1"}},
        "no text": {"assignees": {"a\x00": "1"}},
        "a list": {"assignees": ["Maya"]},
    }[what]


@pytest.mark.once
@pytest.mark.parametrize(
    ("what", "field"),
    [
        ("unknown provider", "tickets_provider"),
        ("unconnected provider", "tickets_provider"),
        ("somebody else's", "tickets_connection"),
        ("not there", "chat_connection"),
        ("of another kind", "chat_connection"),
        ("of another vendor", "tickets_provider"),
        ("not good any more", "chat_connection"),
        ("without project", "project"),
        ("too sure", "least_confidence"),
        ("less than nothing", "least_confidence"),
        ("no number", "least_confidence"),
        ("no names", "assignees"),
        ("no text", "assignees"),
        ("a list", "assignees"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(api, owner, django_user_model, what, field):
    other = django_user_model.objects.create_user("other@example.org", "a-long-password")
    put(api, chat_channel="#ops")
    body, before = unfit(what, owner, other), Routing.objects.values().get()
    for answer in (put(api, **body), patch(api, **body)):
        assert answer.status_code == 422
        (place,) = answer.json()["detail"]
        assert place["loc"][:2] == ["body", field]
        assert place["msg"]
    assert Routing.objects.values().get() == before


def test_somebody_elses_choices_are_theirs(api, stranger):
    put(api, chat_channel="#ops")
    assert stranger.get(PATH).json()["chat_channel"] == ""
    assert patch(stranger, project="X").status_code == 200
    assert api.get(PATH).json()["chat_channel"] == "#ops"
    assert Routing.objects.count() == 2


def test_an_account_that_was_ended_opens_nothing_and_the_answer_says_so(api, owner):
    account = connected(owner, "jira")
    put(api, tickets_connection=str(account.pk), project="OPS")
    Connection.objects.update(status="disconnected")
    effective = api.get(PATH).json()["effective"]
    assert effective["tickets_problem"] == "the account that was chosen is not connected any more"
