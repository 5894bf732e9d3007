"""The way to Microsoft or Google and back: who comes is signed in, and every trick on the way is refused."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.db.models.functions import Now

from accounts.models import Identity, Session, SignInAttempt, User
from accounts.services import attempts
from accounts.tests.browsing import OVER, Browser, nobody_came, open_attempts, refusals
from core import codes
from core.models import AuditEntry
from integrations import registry
from integrations.tests.forged_tokens import FORGED, FORGED_FOR_GOOGLE, FORGED_FOR_MICROSOFT, changed
from integrations.tests.oidc_server import CLIENT_SECRET, JOHN, OBJECT, TENANT, rsa, signed

pytestmark = pytest.mark.django_db
NOT_CONFIRMED = {
    "detail": "Google did not confirm who you are. Nothing was changed; please start again.",
    "code": "NOT_CONFIRMED",
}


@pytest.fixture
def browser(oidc) -> Browser:
    return Browser(oidc)


@pytest.mark.parametrize("mount", ["/api/v1/mobile", "/api/v1/web"])
@pytest.mark.parametrize(
    ("provider", "subject"), [("google", JOHN["sub"]), ("microsoft", f"{TENANT}:{OBJECT}")]
)
def test_somebody_new_comes_to_an_account_and_is_signed_in(oidc, mount, provider, subject):
    browser = Browser(oidc, provider, mount)
    answer = browser.sign_in()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    user = User.objects.get()
    assert answer.json()["user"]["id"] == str(user.pk)
    assert (user.email, user.full_name, user.first_name, user.last_name) == (
        "user@example.com",
        "John Doe",
        "John",
        "Doe",
    )
    assert (user.auth_provider, user.is_verified, user.has_usable_password()) == (provider, True, False)
    assert Identity.objects.values_list("provider", "subject", "user").get() == (provider, subject, user.pk)
    assert Session.objects.get().provider == provider
    me = browser.client.get(
        f"{mount}/auth/me", headers={"Authorization": f"Bearer {answer.json()['access_token']}"}
    )
    assert me.json()["email"] == "user@example.com"
    assert list(AuditEntry.objects.order_by("id").values_list("action", "subject_id")) == [
        ("registered", user.pk),
        ("identity_linked", user.pk),
        ("signed_in", user.pk),
    ]


def test_whoever_comes_again_comes_to_the_same_account_by_the_subject_and_not_by_the_address(browser):
    first = browser.sign_in().json()["user"]
    browser.oidc.person |= {"email": "renamed@example.org", "email_verified": False}
    assert browser.sign_in().json()["user"] == first
    assert User.objects.get().email == "user@example.com"
    assert Identity.objects.get().email == "renamed@example.org"


def test_the_way_there_carries_all_that_protects_it_and_state_is_kept_as_a_digest(browser, settings):
    settings.SIGN_IN_REDIRECT_URIS = {"google": "https://here.example.org/back"}
    answer = browser.login()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    query = {k: v[0] for k, v in parse_qs(urlsplit(answer.json()["auth_url"]).query).items()}
    attempt = SignInAttempt.objects.get()
    assert query == {
        "response_type": "code",
        "client_id": "client-of-the-tests",
        "redirect_uri": "https://here.example.org/back",
        "scope": "openid email profile",
        "state": answer.json()["state"],
        "nonce": attempt.nonce,
        "code_challenge": codes.challenge_of(attempt.verifier),
        "code_challenge_method": "S256",
        "prompt": "select_account",
    }
    assert attempt.state_digest == codes.digest(answer.json()["state"])
    assert attempt.redirect_uri == "https://here.example.org/back"
    lifetime = attempt.expires_at - attempt.created_at
    assert abs(lifetime - attempts.LIFETIME).total_seconds() < 1


def test_every_attempt_has_secrets_of_its_own(browser):
    for _ in range(3):
        browser.login()
    for field in ("state_digest", "verifier", "nonce"):
        assert SignInAttempt.objects.values(field).distinct().count() == 3


@pytest.mark.parametrize("wrong", [*FORGED, *FORGED_FOR_GOOGLE])
def test_a_forged_token_signs_nobody_in(browser, wrong):
    browser.oidc.forge, _why = (FORGED | FORGED_FOR_GOOGLE)[wrong]
    answer = browser.sign_in()
    assert (answer.status_code, answer.json()) == (401, NOT_CONFIRMED)
    assert nobody_came()
    assert refusals() == ["not_confirmed"]


@pytest.mark.parametrize("wrong", FORGED_FOR_MICROSOFT)
def test_a_forged_token_of_microsoft_signs_nobody_in(oidc, wrong):
    oidc.forge, _why = FORGED_FOR_MICROSOFT[wrong]
    answer = Browser(oidc, "microsoft").sign_in()
    assert (answer.status_code, answer.json()["code"]) == (401, "NOT_CONFIRMED")
    assert nobody_came()
    assert refusals() == ["not_confirmed"]


def test_a_rotated_key_is_fetched(browser):
    browser.sign_in()
    registry.provider("identity", "google")._tokens.keys._pause = 0.0
    browser.oidc.keys = [rsa("second")]
    browser.oidc.forge = lambda payload: signed(payload, rsa("second"))
    assert browser.sign_in().status_code == 200
    assert browser.oidc.times_asked("/jwks") == 2


def test_a_state_is_good_once(browser):
    back = browser.visit()
    assert browser.callback(**back).status_code == 200
    again = browser.callback(**back)
    assert (again.status_code, again.json()) == (400, OVER)
    assert (Session.objects.count(), User.objects.count(), refusals()) == (1, 1, ["invalid_state"])
    assert browser.oidc.times_asked("/token") == 1


def test_a_state_expires(browser):
    back = browser.visit()
    SignInAttempt.objects.update(expires_at=Now())
    answer = browser.callback(**back)
    assert (answer.status_code, answer.json()) == (400, OVER)
    assert nobody_came()
    assert browser.oidc.times_asked("/token") == 0


@pytest.mark.parametrize("state", ["made-up", "x" * 256, "ä😀", "' OR 1=1 --"])
def test_a_state_of_nobody_is_refused(browser, state):
    back = browser.visit() | {"state": state}
    answer = browser.callback(**back)
    assert (answer.status_code, answer.json()) == (400, OVER)
    assert nobody_came()
    assert open_attempts() == 1


def test_the_digest_that_the_database_has_is_no_state(browser):
    back = browser.visit()
    answer = browser.callback(**(back | {"state": SignInAttempt.objects.get().state_digest}))
    assert (answer.status_code, answer.json()) == (400, OVER)
    assert nobody_came()


def test_a_state_of_the_other_provider_is_refused_and_stays_good_for_its_own(browser):
    back = browser.visit()
    answer = browser.callback("microsoft", **back)
    assert (answer.status_code, answer.json()) == (400, OVER)
    assert nobody_came()
    assert browser.callback(**back).status_code == 200


def test_the_code_of_another_sign_in_is_refused(browser):
    stolen, own = browser.visit(), browser.visit()
    answer = browser.callback(state=own["state"], code=stolen["code"])
    assert (answer.status_code, answer.json()) == (401, NOT_CONFIRMED)
    assert nobody_came()


def test_a_code_that_was_used_is_refused(browser):
    used = browser.visit()
    browser.callback(**used)
    answer = browser.callback(state=browser.visit()["state"], code=used["code"])
    assert (answer.status_code, answer.json()) == (401, NOT_CONFIRMED)
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"), [("verifier", "x" * 43), ("redirect_uri", "http://there/"), ("nonce", "x")]
)
def test_a_code_is_bound_to_verifier_address_and_nonce_of_its_attempt(browser, field, value):
    back = browser.visit()
    SignInAttempt.objects.update(**{field: value})
    answer = browser.callback(**back)
    assert (answer.status_code, answer.json()) == (401, NOT_CONFIRMED)
    assert nobody_came()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_come_back_at_once_with_one_state_one_is_signed_in(browser):
    back = browser.visit()

    def come(_: int) -> int:
        try:
            return Browser(browser.oidc).callback(**back).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as crowd:
        assert sorted(crowd.map(come, range(4))) == [200, 400, 400, 400]
    assert (Session.objects.count(), User.objects.count()) == (1, 1)
    assert browser.oidc.times_asked("/token") == 1


@pytest.mark.django_db(transaction=True)
def test_one_newcomer_who_signs_in_several_times_at_once_has_one_account(browser):
    ways_back = [browser.visit() for _ in range(4)]

    def come(back: dict[str, str]) -> int:
        try:
            return Browser(browser.oidc).callback(**back).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as crowd:
        assert list(crowd.map(come, ways_back)) == [200] * 4
    assert (User.objects.count(), Identity.objects.count(), Session.objects.count()) == (1, 1, 4)


@pytest.mark.parametrize("provider", ["github", "memory", "Google", "google%00"])
def test_a_provider_that_we_do_not_know_is_not_found(browser, provider):
    assert browser.client.get(f"/api/v1/mobile/auth/{provider}/login").status_code == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"code": "x"}, "state"),
        ({"state": "x"}, "code"),
        ({}, "state"),
        ({"state": "x" * 257, "code": "x"}, "state"),
        ({"state": "x", "code": "x" * 1_000_000}, "code"),
        ({"state": "x\x00", "code": "x"}, "state"),
        ({"state": "x", "error": "x" * 101}, "error"),
    ],
)
def test_a_callback_that_lacks_something_or_is_absurd_is_told_which_field(browser, query, field):
    answer = browser.callback(**query)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", field]
    assert nobody_came()


def test_looking_at_a_callback_without_following_it_changes_nothing(browser):
    back = browser.visit()
    path = f"{browser.mount}/auth/google/callback"
    assert browser.client.head(path, back).status_code == 405
    assert browser.client.post(path, back).status_code == 405
    assert open_attempts() == 1


def test_an_address_that_the_provider_does_not_vouch_for_is_nobodys(browser):
    browser.oidc.forge = changed(email_verified=False)
    answer = browser.sign_in()
    assert (answer.status_code, answer.json()) == (
        403,
        {
            "detail": "Google does not vouch for an e-mail address of yours. Verify it with Google, or "
            "register here with a password.",
            "code": "EMAIL_NOT_VERIFIED",
        },
    )
    assert nobody_came()


def test_only_the_companys_people_come_in(browser, settings):
    settings.COMPANY_DOMAINS = ["example.org"]
    answer = browser.sign_in()
    assert (answer.status_code, answer.json()["code"]) == (403, "DOMAIN_NOT_ALLOWED")
    assert nobody_came()
    settings.COMPANY_DOMAINS = ["example.com"]
    assert browser.sign_in().status_code == 200


def test_no_secret_is_written_down(browser, caplog):
    with caplog.at_level("DEBUG"):
        back = browser.visit()
        tokens = browser.callback(**back).json()
        browser.callback(state=browser.visit()["state"], code="a-code-that-was-never-given")
    attempt = SignInAttempt.objects.first()
    ours = [record for record in caplog.records if "/authorize" not in record.getMessage()]
    text = "\n".join(record.getMessage() for record in ours) + repr(list(AuditEntry.objects.values()))
    secrets = [CLIENT_SECRET, attempt.verifier, back["code"], tokens["access_token"], "never-given"]
    assert [secret for secret in secrets if secret in text] == []


def test_attempts_that_are_long_over_are_forgotten(browser):
    browser.login()
    assert attempts.forget_old() == 0
    SignInAttempt.objects.update(expires_at=Now() - 2 * attempts.KEPT)
    assert attempts.forget_old() == 1
