"""Each provider with a person's credentials: theirs are used, and none of the server's go along."""

from dataclasses import asdict, fields

import pytest

from integrations import registry
from integrations.models import Connection
from integrations.services.borrowing import provider_with
from integrations.vendors import VENDORS

pytestmark = pytest.mark.once
OF_THE_SERVER = "of-the-server"
CONSENT = {"access_token": "mine", "refresh_token": "to-renew"}
SITE = {"cloud_id": "1324a887", "site_url": "https://example.atlassian.net"}
WORK = {"calendar_id": "work", "owner_email": "me@example.org"}
JIRA = {"base_url": "https://jira.example.org"}
OWN = [
    (
        "google",
        "calendars",
        WORK,
        CONSENT,
        "access_token",
    ),
    (
        "google",
        "documents",
        WORK,
        CONSENT,
        "access_token",
    ),
    ("microsoft", "calendars", {"owner_email": "me@example.org"}, CONSENT, "access_token"),
    ("atlassian", "tickets", SITE, CONSENT, "access_token"),
    (
        "jira",
        "tickets",
        {"base_url": "https://jira.example.org"},
        {"personal_token": "mine"},
        "personal_token",
    ),
    (
        "jira",
        "tickets",
        JIRA | {"email": "me@example.org"},
        {"api_token": "mine"},
        "api_token",
    ),
    ("asana", "tickets", {}, CONSENT, "access_token"),
    ("asana", "tickets", {}, {"token": "mine"}, "token"),
    ("slack", "chat", {}, {"token": "mine"}, "token"),
    ("slack", "chat", {"channel": "#team"}, {"webhook_url": "https://hooks.slack.com/mine"}, "webhook_url"),
]


@pytest.mark.parametrize(("vendor", "kind", "options", "secrets", "used"), OWN)
def test_a_provider_gets_the_persons_credentials_and_none_of_the_servers(
    settings, vendor, kind, options, secrets, used
):
    alias = VENDORS[vendor].serves[kind]
    backend, _ = registry.backend(kind, alias)
    personal = VENDORS[vendor].personal
    theirs = {
        each.name: OF_THE_SERVER for each in fields(backend.Options) if not each.repr or each.name in personal
    }
    entry = settings.PROVIDERS[kind][alias] | {"OPTIONS": theirs}
    settings.PROVIDERS = settings.PROVIDERS | {kind: settings.PROVIDERS[kind] | {alias: entry}}
    connection = Connection(vendor=vendor, options=options, secrets=secrets)
    provider = provider_with(connection, kind, alias)
    given = asdict(provider._options)
    assert given[used] == secrets[used]
    assert OF_THE_SERVER not in str(given)
    assert [name for name in options if name in given and given[name] != options[name]] == []
    assert provider.probe() is None
