"""What people are told where the provider says no, is down, or is not set up: nothing has changed then."""

import pytest

from accounts.models import SignInAttempt
from accounts.tests.browsing import OVER, Browser, nobody_came, open_attempts, refusals
from integrations import registry
from integrations.tests.vendors.server import Reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(oidc) -> Browser:
    return Browser(oidc)


def test_a_no_at_the_provider_is_a_sentence_and_ends_the_attempt(browser):
    browser.oidc.denies = "access_denied"
    back = browser.visit()
    answer = browser.callback(**back)
    assert (answer.status_code, answer.json()) == (
        403,
        {"detail": "You did not allow Google to sign you in. Nothing was changed.", "code": "ACCESS_DENIED"},
    )
    assert nobody_came()
    assert browser.callback(**back).json() == OVER
    assert refusals() == ["access_denied", "invalid_state"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        ("temporarily_unavailable", 503, "SERVICE_UNAVAILABLE"),
        ("server_error", 503, "SERVICE_UNAVAILABLE"),
        ("<script>alert(1)</script>", 401, "NOT_CONFIRMED"),
    ],
)
def test_another_error_of_the_provider_is_told_in_our_words(browser, error, status, code):
    browser.oidc.denies = error
    answer = browser.sign_in()
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert error not in answer.content.decode()
    assert nobody_came()


@pytest.mark.parametrize("path", ["/token", "/jwks"])
@pytest.mark.parametrize(
    ("reply", "status", "code"),
    [
        (Reply(500, b"oops"), 503, "SERVICE_UNAVAILABLE"),
        (Reply(hang_up=True), 503, "SERVICE_UNAVAILABLE"),
        (Reply(200, b"<html>"), 401, "NOT_CONFIRMED"),
        (Reply(200, b" " * 300_000), 401, "NOT_CONFIRMED"),
    ],
)
def test_a_provider_in_trouble_is_answered_in_the_contracts_form(browser, path, reply, status, code):
    browser.oidc.answers(path, reply)
    answer = browser.sign_in()
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert nobody_came()
    assert open_attempts() == 0


@pytest.fixture
def changed_options(settings):
    def change(**options: object) -> None:
        google = settings.PROVIDERS["identity"]["google"]
        google = google | {"OPTIONS": google["OPTIONS"] | options}
        settings.PROVIDERS = settings.PROVIDERS | {"identity": {"google": google}}
        registry.forget()

    return change


def test_a_provider_that_cannot_be_reached_is_503(browser, changed_options):
    changed_options(token_url="http://127.0.0.1:1/token")
    answer = browser.sign_in()
    assert (answer.status_code, answer.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert nobody_came()


def test_a_provider_that_is_slow_is_504(browser, changed_options):
    changed_options(timeout=0.1)
    browser.oidc.answers("/token", Reply(trickle=True))
    answer = browser.sign_in()
    assert (answer.status_code, answer.json()["code"]) == (504, "TIMEOUT")
    assert nobody_came()


def test_a_secret_that_the_provider_does_not_take_is_the_operators_affair(browser, changed_options):
    changed_options(client_secret="another-secret-0123456789")
    answer = browser.sign_in()
    assert (answer.status_code, answer.json()) == (
        503,
        {"detail": "Signing in with Google is not set up on this server.", "code": "PROVIDER_NOT_CONFIGURED"},
    )
    assert nobody_came()


@pytest.mark.parametrize("provider", ["microsoft", "google"])
def test_a_provider_that_is_not_set_up_says_so(provider):
    browser = Browser(oidc=None, provider=provider)
    for answer in (browser.login(), browser.callback(state="x", code="x")):
        assert (answer.status_code, answer.json()) == (
            503,
            {
                "detail": f"Signing in with {provider.title()} is not set up on this server.",
                "code": "PROVIDER_NOT_CONFIGURED",
            },
        )
    assert not SignInAttempt.objects.exists()


def test_a_provider_without_a_secret_is_not_set_up(browser, changed_options):
    changed_options(client_secret="")
    assert browser.login().json()["code"] == "PROVIDER_NOT_CONFIGURED"
