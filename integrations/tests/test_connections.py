"""A person's account: connected once, renewed by one at a time, asked for again once when it lapses."""

import threading
from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from integrations import registry
from integrations.contracts.calendars import EntryDraft
from integrations.errors import ConsentNeeded, Misconfigured, Unavailable
from integrations.models import Connection, Effect
from integrations.services import connecting, connections, delivery, renewals
from integrations.services.connecting import Account
from integrations.tests.vendors.calendar_of_a_person import CalendarVendor
from integrations.tests.vendors.committing import Fault

pytestmark = pytest.mark.django_db(transaction=True)
CALENDAR = "integrations.tests.vendors.calendar_of_a_person.PersonsCalendar"
CONSENT = "integrations.providers.consent.{0}.{1}Consent"


@pytest.fixture
def vendor(settings):
    """Google, with refresh tokens that rotate as Atlassian's do."""
    server = CalendarVendor()
    consent = {
        "BACKEND": CONSENT.format("atlassian", "Atlassian"),
        "OPTIONS": server.options(account_url=f"{server.url}/me"),
    }
    calendar = {"BACKEND": CALENDAR, "OPTIONS": {"base_url": server.url, "access_token": "of-the-server"}}
    settings.PROVIDERS = settings.PROVIDERS | {
        "consent": {"google": consent},
        "calendars": settings.PROVIDERS["calendars"] | {"google": calendar},
    }
    settings.SERVED_BY = settings.SERVED_BY | {"consent": ["google"]}
    registry.forget()
    yield server
    server.close()


@pytest.fixture
def connection(owner, vendor) -> Connection:
    return connected(owner, vendor)


def connected(owner, server, **changes) -> Connection:
    refresh, access = f"refresh-{len(server.good)}", f"access-{len(server.access)}"
    server.good.add(refresh)
    server.access.add(access)
    account = {
        "vendor": "google",
        "account": "1084",
        "name": "user@example.com",
        "secrets": {"access_token": access, "refresh_token": refresh},
        "options": {"calendar_id": "primary"},
        "scopes": ("https://www.googleapis.com/auth/calendar.events",),
        "expires_in": 3600.0,
    }
    return connecting.connect(owner.pk, Account(**account | changes))


def expire(connection: Connection, seconds: float = 60) -> None:
    until = Now() + timedelta(seconds=seconds)
    Connection.objects.filter(pk=connection.pk).update(expires_at=until)


def entry(connection: Connection, key: str = "1", **fields) -> Effect:
    payload = {"title": "Call", "day": "2026-11-20", "description": ""}
    return Effect.objects.create(
        key=key, kind="calendars", provider="google", connection=connection, payload=payload, **fields
    )


def add(effect: Effect):
    draft = EntryDraft("Call", date(2026, 11, 20), "", "", str(effect.pk))
    return connections.provider_of(effect).add(draft)


def read(connection: Connection) -> Connection:
    return Connection.objects.get(pk=connection.pk)


def letters() -> list[Effect]:
    return list(Effect.objects.filter(kind="mail").order_by("created_at"))


def test_an_effect_is_carried_out_with_the_persons_token_and_not_the_servers(connection, vendor):
    assert add(entry(connection)).id == "1"
    assert [each["calendar"] for each in vendor.entries] == ["primary"]
    assert vendor.refreshes() == 0
    assert read(connection).last_used_at is not None


def test_a_token_that_is_about_to_expire_is_renewed_before_it_is_used(connection, vendor):
    expire(connection, 119)
    add(entry(connection))
    kept = read(connection)
    assert vendor.refreshes() == 1
    assert {kept.secrets["refresh_token"]} == vendor.good
    assert kept.secrets["access_token"] in vendor.access
    assert kept.refreshing_until is None
    assert kept.expires_at > connection.expires_at - timedelta(minutes=1)
    add(entry(connection, "2"))
    assert vendor.refreshes() == 1


def test_a_refused_token_is_renewed_and_the_call_made_once_more(connection, vendor):
    vendor.access.clear()
    assert add(entry(connection)).id == "1"
    assert (vendor.refreshes(), len(vendor.entries)) == (1, 1)
    assert sum(asked.path == "/entries" for asked in vendor.asked) == 2


def test_a_vendor_that_refuses_a_fresh_token_is_asked_twice_and_not_for_ever(connection, vendor):
    vendor.refuses_all = True
    with pytest.raises(ConsentNeeded, match="has to be connected anew"):
        add(entry(connection))
    assert (vendor.refreshes(), vendor.entries) == (1, [])
    assert sum(asked.path == "/entries" for asked in vendor.asked) == 2
    with pytest.raises(ConsentNeeded):
        add(entry(connection, "2"))
    assert sum(asked.path == "/entries" for asked in vendor.asked) == 2


def test_a_withdrawn_consent_is_said_in_the_row_and_once_by_mail(connection, vendor, worker):
    vendor.withdraw()
    effects = [entry(connection, str(number)) for number in range(3)]
    for effect in effects:
        with pytest.raises(ConsentNeeded):
            add(effect)
    lapsed = read(connection)
    assert lapsed.status == Connection.Status.NEEDS_CONSENT
    assert lapsed.reason == (
        "user@example.com at Google has to be connected anew: Atlassian refused: invalid_grant."
    )
    assert [asked.path for asked in vendor.asked] == ["/entries", "/token"]
    worker.work()
    assert [(each.destination, each.status) for each in letters()] == [("owner@example.org", "sent")]


def test_whose_effect_waits_for_somebody_elses_account_is_not_told_its_name(connection, vendor):
    vendor.withdraw()
    asker = get_user_model().objects.create_user("asker@example.org")
    theirs, own = (entry(connection, str(who.pk), owner_id=who.pk) for who in (asker, connection.owner))
    for effect in (theirs, own):
        delivery.deliver(str(effect.pk))
        effect.refresh_from_db()
    rest = "has to be connected anew: Atlassian refused: invalid_grant."
    assert theirs.reason == f"the assignee's account at Google {rest}"
    assert theirs.attempts.get().detail == theirs.reason
    assert own.reason == f"user@example.com at Google {rest}"


def test_effects_wait_for_consent_and_go_on_when_it_is_given(connection, vendor, worker, owner):
    vendor.withdraw()
    effect = entry(connection)
    delivery.deliver(str(effect.pk))
    effect.refresh_from_db()
    assert (effect.status, effect.doubtful) == (Effect.Status.QUEUED, False)
    assert "connected anew" in effect.reason
    renewed = connected(owner, vendor)
    assert (renewed.pk, renewed.status, renewed.reason) == (connection.pk, "active", "")
    worker.work()
    effect.refresh_from_db()
    assert (effect.status, len(vendor.entries)) == (Effect.Status.SENT, 1)
    (letter,) = letters()
    assert letter.status == Effect.Status.CANCELLED


def test_whoever_lapses_again_is_told_again(connection, vendor, owner):
    for _ in range(2):
        vendor.withdraw()
        with pytest.raises(ConsentNeeded):
            add(entry(connection, str(len(vendor.asked))))
        connected(owner, vendor)
    assert len(letters()) == 2


@pytest.mark.parametrize("refused", [False, True])
def test_two_that_need_a_new_token_at_once_cost_one_refresh(connection, vendor, beside, monkeypatch, refused):
    """The vendor answers the first only when the second waits for it."""
    if refused:
        vendor.access.clear()
    else:
        expire(connection)
    second_waits = threading.Event()
    claim, ask = renewals._claim, renewals._asked

    def claimed(row):
        won = claim(row)
        if not won:
            second_waits.set()
        return won

    def asked(consent, token):
        assert second_waits.wait(10)
        return ask(consent, token)

    monkeypatch.setattr(renewals, "_claim", claimed)
    monkeypatch.setattr(renewals, "_asked", asked)
    one, other = entry(connection, "1"), entry(connection, "2")
    running = beside(lambda: add(one))
    assert {add(other).id, running.result().id} == {"1", "2"}
    assert (vendor.refreshes(), len(vendor.entries)) == (1, 2)
    assert {read(connection).secrets["refresh_token"]} == vendor.good


def test_while_one_renews_another_uses_a_token_that_is_still_good(connection, vendor):
    Connection.objects.filter(pk=connection.pk).update(refreshing_until=Now() + timedelta(seconds=30))
    assert add(entry(connection)).id == "1"
    assert vendor.refreshes() == 0


def test_who_waits_in_vain_comes_again_later(connection, vendor, monkeypatch):
    monkeypatch.setattr(renewals, "PATIENCE", 0.0)
    expire(connection)
    Connection.objects.filter(pk=connection.pk).update(refreshing_until=Now() + timedelta(seconds=30))
    with pytest.raises(Unavailable) as later:
        add(entry(connection))
    assert (later.value.retry_after, vendor.asked) == (5, [])


def test_a_renewal_whose_process_died_is_taken_over(connection, vendor):
    """The vendor has rotated the token, and nobody here has the new one."""
    expire(connection)
    old = connection.secrets["refresh_token"]
    renewals.consent_of("google").refresh(old)
    Connection.objects.filter(pk=connection.pk).update(
        refreshing_until=Now() - timedelta(seconds=1), refreshes=F("refreshes") + 1
    )
    add(entry(connection))
    assert vendor.refreshes() == 2
    assert read(connection).secrets["refresh_token"] in vendor.good


def test_after_the_vendors_grace_a_lost_rotation_is_the_persons_to_mend(connection, vendor):
    expire(connection)
    renewals.consent_of("google").refresh(connection.secrets["refresh_token"])
    vendor.end_grace()
    with pytest.raises(ConsentNeeded):
        add(entry(connection))
    assert read(connection).status == Connection.Status.NEEDS_CONSENT


def test_a_lost_answer_is_asked_for_again_with_the_same_token(connection, vendor):
    expire(connection)
    vendor.faults = [Fault.DROPPED_AFTER_COMMIT]
    add(entry(connection))
    assert vendor.refreshes() == 2
    assert read(connection).secrets["refresh_token"] in vendor.good


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.TOO_MANY])
def test_a_vendor_that_is_down_costs_no_consent(connection, vendor, fault):
    expire(connection)
    vendor.faults = [fault]
    with pytest.raises(Unavailable):
        add(entry(connection))
    kept = read(connection)
    assert (kept.status, kept.refreshing_until, letters()) == (Connection.Status.ACTIVE, None, [])
    add(entry(connection, "2"))
    assert vendor.refreshes() == 1


def test_who_comes_late_writes_nothing_over_what_is_newer(connection, vendor, owner, monkeypatch):
    expire(connection)
    real = renewals._asked

    def and_meanwhile(consent, token):
        grant = real(consent, token)
        connected(owner, vendor, secrets={"access_token": "access-0", "refresh_token": "newest"})
        return grant

    monkeypatch.setattr(renewals, "_asked", and_meanwhile)
    vendor.access.add("access-0")
    add(entry(connection))
    assert read(connection).secrets["refresh_token"] == "newest"


def test_disconnecting_forgets_the_tokens_and_tells_the_vendor(connection, vendor):
    connections.disconnect(connection)
    ended = read(connection)
    assert (ended.status, ended.secrets, ended.is_primary) == ("disconnected", {}, False)
    with pytest.raises(ConsentNeeded, match="has been disconnected"):
        add(entry(connection))
    assert vendor.entries == []


def test_what_a_renewal_brings_for_a_disconnected_account_is_not_kept(connection, vendor, monkeypatch):
    expire(connection)
    real = renewals._asked

    def and_meanwhile(consent, token):
        grant = real(consent, token)
        connections.disconnect(read(connection))
        return grant

    monkeypatch.setattr(renewals, "_asked", and_meanwhile)
    with pytest.raises(ConsentNeeded):
        add(entry(connection))
    assert read(connection).secrets == {}


def test_tokens_that_no_key_opens_any_more_are_asked_for_again(connection, vendor, settings):
    settings.ENCRYPTION_KEYS = ["another"]
    with pytest.raises(ConsentNeeded, match="can no longer be read"):
        add(entry(connection))
    assert Connection.objects.get().status == Connection.Status.NEEDS_CONSENT
    assert len(letters()) == 1


def test_an_account_whose_credentials_were_pasted_lapses_at_the_first_refusal(owner, vendor):
    row = connected(owner, vendor, secrets={"access_token": "wrong"}, expires_in=None)
    with pytest.raises(ConsentNeeded):
        add(entry(row))
    assert sum(asked.path == "/entries" for asked in vendor.asked) == 1
    assert read(row).status == Connection.Status.NEEDS_CONSENT


def test_a_server_that_is_not_registered_any_more_asks_nobody_for_consent(connection, vendor, settings):
    settings.SERVED_BY = settings.SERVED_BY | {"consent": []}
    expire(connection)
    with pytest.raises(Misconfigured, match="is not set up on this server") as refused:
        add(entry(connection))
    assert not isinstance(refused.value, ConsentNeeded)
    kept = read(connection)
    assert (kept.status, kept.refreshing_until) == (Connection.Status.ACTIVE, None)


def test_the_first_account_of_a_kind_is_the_one_that_is_meant(owner, vendor):
    first = connected(owner, vendor)
    second = connected(owner, vendor, account="2")
    tracker = connected(owner, vendor, vendor="asana", account="3")
    another = get_user_model().objects.create(email="another@example.org")
    of_another = connected(another, vendor)
    before = [read(each).is_primary for each in (first, second, tracker, of_another)]
    assert before == [True, False, True, True]
    connections.change(second, is_primary=True)
    assert [read(each).is_primary for each in (first, second, tracker)] == [False, True, True]


def test_the_same_account_connected_twice_at_once_is_one_row(owner, vendor, beside, servers, until_blocked):
    with transaction.atomic():
        connected(owner, vendor)
        running = beside(lambda: connected(owner, vendor, name="again"))
        until_blocked()
    running.result()
    assert Connection.objects.get().name == "again"
