"""`/api/v1/connections` over HTTP: the way to a vendor and back, credentials, and what nobody is shown."""

import logging
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from core import privacy
from core.models import IdempotentRequest
from integrations import registry
from integrations.models import Connection, ConsentAttempt
from integrations.tests.vendors.consent import ConsentVendor
from integrations.tests.vendors.server import Vendor, as_json

pytestmark = pytest.mark.django_db
BACKENDS = {
    name: f"integrations.providers.consent.{name}.{name.title()}Consent"
    for name in ("google", "microsoft", "atlassian", "asana")
}
CONNECTIONS = "/api/v1/connections"
UNKNOWN = {
    "detail": "This consent is not known, has expired or is over already. Please start again.",
    "code": "INVALID_STATE",
}


@pytest.fixture
def consents(settings):
    """`consents("google")` is a server in the vendor's place."""
    servers = []

    def serve(name: str) -> ConsentVendor:
        server = ConsentVendor(name)
        servers.append(server)
        entry = {"BACKEND": BACKENDS[name], "OPTIONS": server.options()}
        settings.PROVIDERS = settings.PROVIDERS | {"consent": settings.PROVIDERS["consent"] | {name: entry}}
        settings.SERVED_BY = settings.SERVED_BY | {"consent": [name]}
        registry.forget()
        return server

    yield serve
    for server in servers:
        server.close()
        assert server.violations == []


def begin(api, vendor: str, **fields) -> dict:
    answer = api.post(f"{CONNECTIONS}/{vendor}/authorize", fields, format="json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def come_back(vendor: str, **query):
    return Client().get(f"{CONNECTIONS}/{vendor}/callback", query)


@pytest.mark.parametrize(
    ("vendor", "account", "kinds"),
    [
        ("google", "1084", ["calendars", "documents"]),
        ("microsoft", "87d349ed", ["calendars"]),
        ("atlassian", "1324a887", ["tickets"]),
        ("asana", "4673218951", ["tickets"]),
    ],
)
def test_somebody_consents_and_their_account_is_connected(api, owner, consents, vendor, account, kinds):
    server = consents(vendor)
    begun = begin(api, vendor)
    back = server.visit(begun["auth_url"])
    assert back["state"] == begun["state"]
    page = come_back(vendor, **back)
    assert (page.status_code, page["Referrer-Policy"], page["Cache-Control"]) == (
        200,
        "no-referrer",
        "no-store",
    )
    assert "owner@example.org" in page.content.decode()
    (shown,) = api.get(CONNECTIONS).json()
    assert (shown["vendor"], shown["account"], shown["kinds"]) == (vendor, account, kinds)
    assert (shown["status"], shown["reason"], shown["is_primary"]) == ("active", "", True)
    row = Connection.objects.get(owner=owner)
    assert row.secrets["access_token"] in server.access
    assert row.secrets["refresh_token"] in server.good
    assert "secrets" not in shown
    assert not {row.secrets["access_token"], row.secrets["refresh_token"]} & set(str(shown).split("'"))


def test_a_state_is_good_once_for_its_vendor_and_for_a_while(api, consents):
    server = consents("google")
    back = server.visit(begin(api, "google")["auth_url"])
    assert come_back("microsoft", **back).json() == UNKNOWN
    assert come_back("google", **(back | {"state": "made-up"})).json() == UNKNOWN
    assert come_back("google", **back).status_code == 200
    again = come_back("google", **back)
    assert (again.status_code, again.json()) == (400, UNKNOWN)
    late = server.visit(begin(api, "google")["auth_url"])
    ConsentAttempt.objects.filter(used_at=None).update(expires_at=Now())
    assert come_back("google", **late).json() == UNKNOWN
    assert Connection.objects.count() == 1


def test_a_code_of_somebody_elses_consent_is_refused_by_the_proof(api, stranger, consents):
    server = consents("google")
    mine, theirs = begin(api, "google"), begin(stranger, "google")
    stolen = server.visit(mine["auth_url"])["code"]
    answer = come_back("google", code=stolen, state=theirs["state"])
    assert (answer.status_code, answer.json()["code"]) == (422, "CODE_REFUSED")
    assert not Connection.objects.exists()


@pytest.mark.once
def test_who_does_not_consent_is_told_and_nothing_is_kept(api, consents):
    consents("google")
    state = begin(api, "google")["state"]
    answer = come_back("google", state=state, error="access_denied")
    assert (answer.status_code, answer.json()["code"]) == (403, "ACCESS_DENIED")
    assert not Connection.objects.exists()


@pytest.mark.once
def test_an_app_gets_its_browser_back(api, consents, settings):
    settings.FRONTEND_URL = "https://app.example.org"
    server = consents("google")
    begun = begin(api, "google", return_to="https://app.example.org/settings")
    answer = come_back("google", **server.visit(begun["auth_url"]))
    where = urlsplit(answer["Location"])
    assert (answer.status_code, where.netloc, where.path) == (302, "app.example.org", "/settings")
    said = {"connection": [str(Connection.objects.get().pk)], "state": [begun["state"]]}
    assert parse_qs(where.query) == said
    denied = begin(api, "google", return_to="https://app.example.org/settings")
    answer = come_back("google", state=denied["state"], error="access_denied")
    assert parse_qs(urlsplit(answer["Location"]).query)["error"] == ["access_denied"]


@pytest.mark.once
def test_nobody_is_sent_to_another_address(api, consents):
    consents("google")
    fields = {"return_to": "https://evil.example/"}
    answer = api.post(f"{CONNECTIONS}/google/authorize", fields, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "RETURN_ADDRESS_NOT_ALLOWED")
    assert not ConsentAttempt.objects.exists()


@pytest.mark.once
def test_a_vendor_that_this_server_is_not_registered_at_says_so(api):
    answer = api.post(f"{CONNECTIONS}/asana/authorize", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "PROVIDER_NOT_CONFIGURED")


def test_the_same_account_again_is_the_same_connection_with_its_choices(api, consents):
    server = consents("google")
    for _ in range(2):
        assert come_back("google", **server.visit(begin(api, "google")["auth_url"])).status_code == 200
        (shown,) = api.get(CONNECTIONS).json()
        one = f"{CONNECTIONS}/{shown['id']}"
        changed = api.patch(one, {"options": {"calendar_id": "work"}}, format="json").json()
        assert changed["options"]["calendar_id"] == "work"
    assert Connection.objects.get().options["owner_email"] == "user@example.com"


def test_disconnecting_revokes_at_the_vendor_and_keeps_the_row(api, consents):
    server = consents("google")
    come_back("google", **server.visit(begin(api, "google")["auth_url"]))
    one = f"{CONNECTIONS}/{Connection.objects.get().pk}"
    assert api.delete(one).status_code == 204
    assert server.good == set()
    assert (api.get(one).json()["status"], Connection.objects.get().secrets) == ("disconnected", {})
    assert api.delete(one).status_code == 204
    assert sum(asked.path == "/revoke" for asked in server.asked) == 1
    changed = api.patch(one, {"is_primary": True}, format="json")
    assert (changed.status_code, changed.json()["code"]) == (409, "CONNECTION_ENDED")
    assert not Connection.objects.get().is_primary


def test_who_leaves_takes_their_access_along(api, owner, consents, django_capture_on_commit_callbacks):
    server = consents("google")
    come_back("google", **server.visit(begin(api, "google")["auth_url"]))
    hook = next(hook for hook in privacy.hooks() if hook.app == "integrations")
    with django_capture_on_commit_callbacks(execute=True):
        hook.erase(privacy.Person(owner.pk, owner.email))
        assert server.good != set()
    assert server.good == set()
    assert not Connection.objects.exists()


@pytest.mark.once
def test_a_check_tells_whether_the_vendor_takes_the_access(api, consents):
    server = consents("google")
    come_back("google", **server.visit(begin(api, "google")["auth_url"]))
    one = f"{CONNECTIONS}/{Connection.objects.get().pk}/check"
    assert api.post(one).json()["status"] == "active"
    server.withdraw()
    shown = api.post(one).json()
    assert (shown["status"], "connected anew" in shown["reason"]) == ("needs_consent", True)


@pytest.mark.once
def test_tokens_are_in_no_answer_page_log_or_kept_answer(api, consents, client, caplog):
    caplog.set_level(logging.DEBUG)
    server = consents("google")
    begun = api.post(
        f"{CONNECTIONS}/google/authorize", {}, format="json", headers={"Idempotency-Key": "once"}
    ).json()
    come_back("google", **server.visit(begun["auth_url"]))
    row = Connection.objects.get()
    tokens = [*row.secrets.values(), begun["state"]]
    client.force_login(get_user_model().objects.create_superuser("operator@example.org", "a-long-password"))
    pages = [
        client.get(reverse("admin:integrations_connection_change", args=[row.pk])).content.decode(),
        client.get(reverse("admin:integrations_connection_changelist")).content.decode(),
        str(list(IdempotentRequest.objects.values())),
        api.get(CONNECTIONS).content.decode(),
        caplog.text,
    ]
    assert "1084" in pages[0]
    assert [token for token in tokens for page in pages if token in page] == []


def test_an_operator_can_disconnect(client, owner, consents):
    row = Connection.objects.create(owner=owner, vendor="asana", account="1", secrets={"token": "x"})
    client.force_login(get_user_model().objects.create_superuser("operator@example.org", "a-long-password"))
    page = reverse("admin:integrations_connection_changelist")
    client.post(page, {"action": "disconnect", "_selected_action": [str(row.pk)]})
    row = Connection.objects.get()
    assert (row.status, row.secrets) == ("disconnected", {})


def test_a_row_that_no_key_opens_is_listed_all_the_same(api, owner, client, settings):
    settings.ENCRYPTION_KEYS = ["one"]
    row = Connection.objects.create(owner=owner, vendor="asana", account="1", secrets={"token": "x"})
    settings.ENCRYPTION_KEYS = ["another"]
    assert api.get(CONNECTIONS).status_code == 200
    assert api.post(f"{CONNECTIONS}/{row.pk}/check").json()["status"] == "needs_consent"
    client.force_login(get_user_model().objects.create_superuser("operator@example.org", "a-long-password"))
    assert client.get(reverse("admin:integrations_connection_change", args=[row.pk])).status_code == 200
    assert api.delete(f"{CONNECTIONS}/{row.pk}").status_code == 204


JIRA_CLOUD = {"vendor": "jira", "email": "user@example.com", "api_token": "ATATT-secret"}


@pytest.mark.once
def test_a_jira_of_ones_own_is_asked_whose_credentials_they_are(api, vendor: Vendor):
    vendor.replies = [as_json({"accountId": "5b10", "emailAddress": "user@example.com"})]
    answer = api.post(CONNECTIONS, JIRA_CLOUD | {"base_url": f"{vendor.url}/jira"}, format="json")
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert (shown["account"], shown["kinds"]) == (f"{vendor.url}/jira#5b10", ["tickets"])
    assert shown["options"] == {"base_url": f"{vendor.url}/jira", "email": "user@example.com"}
    assert "ATATT" not in answer.content.decode()
    (asked,) = vendor.asked
    assert (asked.method, asked.path) == ("GET", "/jira/rest/api/2/myself")
    assert Connection.objects.get().secrets == {"api_token": "ATATT-secret"}


@pytest.mark.once
def test_a_data_center_is_one_by_its_token(api, vendor: Vendor):
    vendor.replies = [as_json({"key": "JIRAUSER1", "name": "john"})]
    fields = {"vendor": "jira", "base_url": vendor.url, "personal_token": "NjA-secret"}
    answer = api.post(CONNECTIONS, fields, format="json")
    assert (answer.status_code, answer.json()["options"]["deployment"]) == (201, "server")
    assert vendor.asked[0].headers["authorization"] == "Bearer NjA-secret"


def test_wrong_credentials_are_not_kept(api, vendor: Vendor):
    vendor.replies = [as_json({"message": "Unauthorized ATATT-secret"}, 401)]
    answer = api.post(CONNECTIONS, JIRA_CLOUD | {"base_url": vendor.url}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "CREDENTIALS_REFUSED")
    assert "ATATT" not in answer.content.decode()
    assert not Connection.objects.exists()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://169.254.169.254/latest", "http://[::1]/"])
def test_no_request_goes_to_a_private_address_unless_the_operator_allows_it(api, settings, url):
    settings.PRIVATE_ADDRESSES_ALLOWED = False
    answer = api.post(CONNECTIONS, JIRA_CLOUD | {"base_url": url}, format="json")
    assert answer.status_code == 422, answer.content
    assert "public" in answer.content.decode()
    assert not Connection.objects.exists()


@pytest.mark.parametrize(
    ("fields", "reply", "account"),
    [
        (
            {"vendor": "slack", "bot_token": "xoxb-secret"},
            {"ok": True, "team_id": "T1", "bot_id": "B1", "team": "Example"},
            "T1#B1",
        ),
        (
            {"vendor": "asana", "personal_token": "2/12/secret"},
            {"data": {"gid": "12", "name": "John Doe"}},
            "12",
        ),
    ],
)
def test_slack_and_asana_say_whose_token_it_is(api, vendor, settings, fields, reply, account):
    kind, alias = {"slack": ("chat", "slack"), "asana": ("tickets", "asana")}[fields["vendor"]]
    entry = settings.PROVIDERS[kind][alias]
    here = entry | {"OPTIONS": entry.get("OPTIONS", {}) | {"base_url": vendor.url}}
    settings.PROVIDERS = settings.PROVIDERS | {kind: settings.PROVIDERS[kind] | {alias: here}}
    vendor.replies = [as_json(reply), as_json(reply)]
    answer = api.post(CONNECTIONS, fields, format="json")
    assert (answer.status_code, answer.json()["account"]) == (201, account)
    one = f"{CONNECTIONS}/{answer.json()['id']}/check"
    assert api.post(one).json()["status"] == "active"


def test_slack_says_no_with_200(api, vendor, settings):
    entry = settings.PROVIDERS["chat"]["slack"]
    here = entry | {"OPTIONS": entry.get("OPTIONS", {}) | {"base_url": vendor.url}}
    settings.PROVIDERS = settings.PROVIDERS | {"chat": settings.PROVIDERS["chat"] | {"slack": here}}
    vendor.replies = [as_json({"ok": False, "error": "invalid_auth"})]
    answer = api.post(CONNECTIONS, {"vendor": "slack", "bot_token": "xoxb-secret"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "CREDENTIALS_REFUSED")


def test_a_webhook_is_asked_to_post_nothing(api, vendor: Vendor):
    hook = f"{vendor.url}/services/T/B/secret"
    vendor.replies = [as_json("no_text", 400), as_json("no_service", 404)]
    answer = api.post(
        CONNECTIONS, {"vendor": "slack", "webhook_url": hook, "channel": "#team"}, format="json"
    )
    assert (answer.status_code, answer.json()["options"]) == (201, {"channel": "#team"})
    assert hook not in answer.content.decode()
    assert vendor.asked[0].body == b"{}"
    checked = api.post(f"{CONNECTIONS}/{answer.json()['id']}/check").json()
    assert checked["status"] == "needs_consent"


@pytest.mark.once
@pytest.mark.parametrize(
    "fields",
    [
        {"vendor": "jira", "base_url": "https://example.net"},
        {"vendor": "jira", "personal_token": "x"},
        {"vendor": "slack"},
        {"vendor": "asana", "personal_token": "x", "api_token": "y"},
        {"vendor": "asana", "personal_token": "x\u0000y"},
        {"vendor": "google"},
    ],
)
def test_credentials_that_are_not_complete_are_refused(api, fields):
    answer = api.post(CONNECTIONS, fields, format="json")
    assert answer.status_code == 422
    assert not Connection.objects.exists()


def test_two_people_may_connect_the_same_account(api, stranger, consents):
    server = consents("asana")
    for client in (api, stranger):
        come_back("asana", **server.visit(begin(client, "asana")["auth_url"]))
        assert len(client.get(CONNECTIONS).json()) == 1
