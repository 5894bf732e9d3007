"""Whose account it is: by the provider's key; by an address only where the provider vouches for it."""

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.errors import AccountClosed, AnotherIdentity, BadCredentials, DomainNotAllowed, EmailNotVerified
from accounts.models import HandOff, Identity, Session, User
from accounts.services import accounts, hand_offs, identities, sessions
from core.models import AuditEntry
from integrations.contracts.identity import Claims

pytestmark = pytest.mark.django_db
ANN = Claims("subject-of-ann", "ann@example.com", True, "Ann Lee", "Ann", "Lee")
SECRET = "correct horse battery"


def unverified(**changes: object) -> Claims:
    return Claims(**({"subject": "subject-of-mallory", "email": "ann@example.com"} | changes))


@pytest.fixture
def ann() -> User:
    """Registered with a password, address verified."""
    return User.objects.create_user("ann@example.com", SECRET, is_verified=True, full_name="Ann")


@pytest.fixture
def squatted() -> User:
    """Registered by somebody who never proved to read Ann's mail."""
    return User.objects.create_user("ann@example.com", SECRET, full_name="Mallory")


def test_a_verified_address_leads_to_the_account_that_has_it_and_leaves_it_as_it_is(ann):
    before = sessions.start(ann)
    assert identities.account_of("google", ANN) == ann
    ann.refresh_from_db()
    assert (ann.full_name, ann.auth_provider, ann.check_password(SECRET)) == ("Ann", "password", True)
    assert (
        APIClient().get("/api/v1/auth/me", headers={"Authorization": f"Bearer {before.access}"}).status_code
        == 200
    )
    assert Identity.objects.values_list("user", "provider", "subject", "email").get() == (
        ann.pk,
        "google",
        "subject-of-ann",
        "ann@example.com",
    )
    linked = AuditEntry.objects.get(action="identity_linked")
    assert (linked.subject_id, linked.details) == (ann.pk, {"provider": "google"})


def test_addresses_compare_in_any_case_of_letters(ann):
    assert identities.account_of("google", Claims("s", "ANN@Example.COM", True)) == ann


def test_one_person_has_an_identity_at_each_provider(ann):
    assert identities.account_of("google", ANN) == ann
    assert identities.account_of("microsoft", ANN) == ann
    assert ann.identities.count() == 2


@pytest.mark.parametrize(
    "claims",
    [
        unverified(),
        unverified(email=""),
        unverified(email="", email_verified=True),
        unverified(email="not an address", email_verified=True),
        unverified(email="ann@exam\u212aple.com"),
    ],
)
def test_an_address_that_nobody_vouches_for_opens_and_claims_nothing(ann, claims):
    with pytest.raises(EmailNotVerified):
        identities.account_of("microsoft", claims)
    with pytest.raises(EmailNotVerified):
        identities.account_of("microsoft", Claims("s", "new@example.com"))
    assert (User.objects.count(), Identity.objects.count(), AuditEntry.objects.count()) == (1, 0, 0)


def test_whoever_registered_an_address_without_proving_it_is_out_when_its_owner_comes(squatted):
    theirs = sessions.start(squatted)
    waiting = hand_offs.give(squatted, provider="google")
    Identity.objects.create(
        user=squatted, provider="microsoft", subject="mallory", email="m@example.net", used_at=timezone.now()
    )
    assert identities.account_of("google", ANN).pk == squatted.pk
    squatted.refresh_from_db()
    assert (squatted.is_verified, squatted.has_usable_password(), squatted.full_name) == (
        True,
        False,
        "Ann Lee",
    )
    assert squatted.auth_provider == "google"
    assert Session.objects.get().ended_because == "taken_over"
    assert Identity.objects.values_list("provider", "subject").get() == ("google", "subject-of-ann")
    assert HandOff.objects.get().used_at is not None
    me = APIClient().get("/api/v1/auth/me", headers={"Authorization": f"Bearer {theirs.access}"})
    assert me.status_code == 401
    with pytest.raises(BadCredentials):
        accounts.log_in("ann@example.com", password=SECRET)
    with pytest.raises(BadCredentials):
        sessions.refresh(theirs.refresh)
    with pytest.raises(hand_offs.UnknownCode):
        hand_offs.exchange(waiting)
    assert AuditEntry.objects.get(action="email_verified").details == {
        "provider": "google",
        "taken_over": True,
    }


def test_an_address_that_was_given_to_somebody_else_does_not_open_the_first_ones_account(ann):
    identities.account_of("google", ANN)
    with pytest.raises(AnotherIdentity):
        identities.account_of("google", Claims("subject-of-the-next-ann", "ann@example.com", True))
    assert Identity.objects.get().subject == "subject-of-ann"


@pytest.mark.parametrize("verified", [True, False])
@pytest.mark.parametrize("connected", [True, False])
def test_a_closed_account_stays_closed(verified, connected):
    ann = User.objects.create_user("ann@example.com", SECRET, is_verified=True)
    if connected:
        identities.account_of("google", ANN)
    User.objects.update(is_active=False, is_verified=verified)
    written = AuditEntry.objects.count()
    with pytest.raises(AccountClosed):
        identities.account_of("google", ANN)
    ann.refresh_from_db()
    assert (ann.is_active, ann.is_verified, ann.check_password(SECRET)) == (False, verified, True)
    assert (Identity.objects.count(), AuditEntry.objects.count()) == (int(connected), written)


@pytest.mark.parametrize("known", [True, False])
def test_company_domains_bind_whoever_is_new_and_whoever_was_here_before(settings, known):
    if known:
        identities.account_of("google", ANN)
    settings.COMPANY_DOMAINS = ["example.org"]
    with pytest.raises(DomainNotAllowed):
        identities.account_of("google", ANN)
    assert (User.objects.count(), Identity.objects.count()) == (int(known), int(known))


def test_a_company_address_at_the_provider_does_not_open_another_address_of_the_same_person(settings):
    identities.account_of("google", ANN)
    settings.COMPANY_DOMAINS = ["example.org"]
    with pytest.raises(DomainNotAllowed):
        identities.account_of("google", Claims("subject-of-ann", "ann@example.org", True))
    assert Identity.objects.get().email == "ann@example.com"


def test_of_two_who_make_one_account_at_once_the_later_finds_it(monkeypatch):
    make = identities._new

    def make_while_another_does(*known) -> User:
        monkeypatch.setattr(identities, "_new", make)
        User.objects.create_user("ann@example.com", None, is_verified=True)
        return make(*known)

    monkeypatch.setattr(identities, "_new", make_while_another_does)
    user = identities.account_of("google", ANN)
    assert (User.objects.get(), Identity.objects.get().user) == (user, user)


def test_names_are_made_of_what_the_provider_says():
    first = identities.account_of("google", Claims("a", "a@example.com", True, "", "Ann", "Lee"))
    second = identities.account_of("google", Claims("b", "b@example.com", True))
    assert (first.full_name, first.name) == ("Ann Lee", "Ann Lee")
    assert (second.full_name, second.name) == ("", "b")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [False, True])
def test_who_has_come_in_elsewhere_in_the_middle_of_a_sign_in_is_let_in(servers, monkeypatch, beside, known):
    if known:
        User.objects.create_user("ann@example.com", SECRET)
    allowed = identities.require_allowed_domain

    def meanwhile(email: str) -> None:
        monkeypatch.undo()
        beside(lambda: identities.account_of("google", ANN)).result(10)
        allowed(email)

    monkeypatch.setattr(identities, "require_allowed_domain", meanwhile)
    assert identities.account_of("google", ANN) == User.objects.get()
    assert Identity.objects.get().subject == "subject-of-ann"
