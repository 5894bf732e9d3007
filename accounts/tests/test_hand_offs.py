"""Back to the app: to its own addresses only, with a code that is good once, for a minute, for that app."""

import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.models.functions import Now
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import HandOff, Session, SignInAttempt, User
from accounts.services import hand_offs, sessions
from accounts.tests.browsing import Browser, nobody_came, refusals, sent_back
from core import codes, return_addresses
from core.errors import ReturnAddressNotAllowed
from integrations.tests.forged_tokens import changed
from integrations.tests.vendors.server import Reply

pytestmark = pytest.mark.django_db
PAGE = "https://app.example.com/signed-in"
APP = "com.example.app:/signed-in"
VERIFIER = "a-verifier-of-the-app-that-is-at-least-43-letters-long"
PKCE = {"code_challenge": codes.challenge_of(VERIFIER), "code_challenge_method": "S256"}
NO_CODE = {
    "detail": "This code is not known, has expired or was used already. Please sign in again.",
    "code": "INVALID_CODE",
}


@pytest.fixture(autouse=True)
def addresses(settings):
    settings.FRONTEND_URL = "https://app.example.com/home"
    settings.SIGN_IN_RETURN_URIS = [APP, "http://localhost:3000/back?from=login"]


@pytest.fixture
def browser(oidc) -> Browser:
    return Browser(oidc)


@pytest.fixture
def code(browser) -> str:
    """A one-time code for an app without PKCE."""
    return sent_back(browser.sign_in(redirect_uri=PAGE), PAGE)["code"]


def test_whoever_signs_out_everywhere_voids_codes_that_nobody_has_exchanged(browser, code):
    sessions.sign_out_everywhere(User.objects.get())
    assert browser.exchange(code=code).json() == NO_CODE
    assert not Session.objects.exists()


@pytest.mark.parametrize("address", [PAGE, APP, "https://app.example.com", "https://app.example.com/"])
def test_an_app_gets_a_code_in_its_address_and_tokens_for_the_code(browser, address):
    begun = browser.login(redirect_uri=address, **PKCE).json()
    answer = browser.callback(**browser.oidc.visit(begun["auth_url"]))
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
    brought = sent_back(answer, address)
    assert brought.keys() == {"code", "state"}
    assert brought["state"] == begun["state"]
    assert not Session.objects.exists()
    assert HandOff.objects.get().code_digest == codes.digest(brought["code"])
    tokens = browser.exchange(code=brought["code"], code_verifier=VERIFIER)
    assert (tokens.status_code, tokens["Cache-Control"]) == (200, "no-store")
    assert tokens.json().keys() == {"access_token", "refresh_token", "token_type", "expires_in", "user"}
    assert tokens.json()["user"]["email"] == "user@example.com"
    assert Session.objects.get().provider == "google"


def test_an_address_keeps_the_query_that_it_has(browser):
    address = "http://localhost:3000/back?from=login"
    assert browser.sign_in(redirect_uri=address)["Location"].startswith(f"{address}&code=")


def test_a_code_is_good_once(browser, code):
    assert browser.exchange(code=code).status_code == 200
    again = browser.exchange(code=code)
    assert (again.status_code, again.json()) == (401, NO_CODE)
    assert Session.objects.count() == 1


def test_a_code_is_good_for_a_minute(browser, code):
    given = HandOff.objects.get()
    assert abs(given.expires_at - given.created_at - hand_offs.LIFETIME).total_seconds() < 1
    HandOff.objects.update(expires_at=Now())
    answer = browser.exchange(code=code)
    assert (answer.status_code, answer.json()) == (401, NO_CODE)
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "shown", [{}, {"code_verifier": VERIFIER[::-1]}, {"code_verifier": PKCE["code_challenge"]}]
)
def test_a_code_without_the_verifier_that_it_is_bound_to_is_used_up_in_vain(browser, shown):
    code = sent_back(browser.sign_in(redirect_uri=APP, **PKCE), APP)["code"]
    stolen = browser.exchange(code=code, **shown)
    assert (stolen.status_code, stolen.json()) == (401, NO_CODE)
    assert browser.exchange(code=code, code_verifier=VERIFIER).json() == NO_CODE
    assert not Session.objects.exists()


def test_a_verifier_for_a_code_that_was_bound_to_none_is_refused(browser, code):
    assert browser.exchange(code=code, code_verifier=VERIFIER).json() == NO_CODE
    assert not Session.objects.exists()


@pytest.mark.parametrize("made_up", ["x", "x" * 256, "ä", "' OR 1=1 --"])
def test_a_code_of_nobody_is_refused_and_leaves_others_good(browser, code, made_up):
    assert browser.exchange(code=made_up).json() == NO_CODE
    assert browser.exchange(code=HandOff.objects.get().code_digest).json() == NO_CODE
    assert browser.exchange(code=code).status_code == 200


@pytest.mark.parametrize(
    "body", [{}, {"code": None}, {"code": ["x"]}, {"code": "x" * 1_000_000}, {"code": "x\x00"}, {"code": {}}]
)
def test_what_is_no_code_at_all_is_told_by_field(browser, body):
    answer = browser.exchange(**body)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][:2] == ["body", "code"]


@pytest.mark.parametrize("change", ["closed", "of another company"])
def test_a_code_opens_nothing_where_its_person_may_not_come_in_any_more(browser, code, change, settings):
    if change == "closed":
        User.objects.update(is_active=False)
    else:
        settings.COMPANY_DOMAINS = ["example.org"]
    answer = browser.exchange(code=code)
    assert answer.status_code == 403
    assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_bring_one_code_at_once_one_is_signed_in(browser, code):
    def bring(_: int) -> int:
        try:
            return Browser(browser.oidc).exchange(code=code).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as crowd:
        assert sorted(crowd.map(bring, range(4))) == [200, 401, 401, 401]
    assert Session.objects.count() == 1


def test_a_no_at_the_provider_goes_back_to_the_app(browser):
    browser.oidc.denies = "access_denied"
    begun = browser.login(redirect_uri=APP).json()
    answer = browser.callback(**browser.oidc.visit(begun["auth_url"]))
    assert sent_back(answer, APP) == {"error": "access_denied", "state": begun["state"]}
    assert nobody_came()
    assert SignInAttempt.objects.get().used_at is not None


def _unverified(browser: Browser) -> None:
    browser.oidc.forge = changed(email_verified=False)


def _forged(browser: Browser) -> None:
    browser.oidc.forge = changed(nonce="another")


def _down(browser: Browser) -> None:
    browser.oidc.answers("/token", Reply(503))


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (_unverified, "email_not_verified"),
        (_forged, "not_confirmed"),
        (_down, "temporarily_unavailable"),
    ],
)
def test_what_goes_wrong_is_told_to_the_app_by_one_word(browser, trouble, error):
    trouble(browser)
    answer = browser.sign_in(redirect_uri=PAGE)
    assert sent_back(answer, PAGE)["error"] == error
    assert nobody_came()
    assert refusals() == [error]


def test_a_state_that_is_no_good_is_never_sent_anywhere(browser):
    back = browser.visit(redirect_uri=PAGE)
    browser.callback(**back)
    again = browser.callback(**back)
    assert (again.status_code, again.json()["code"]) == (400, "INVALID_STATE")
    assert HandOff.objects.count() == 1


ELSEWHERE = [
    "https://evil.example.net/",
    "https://app.example.com.evil.example.net/",
    "https://app.example.community/",
    "https://app.example.com@evil.example.net/",
    "https://app.example.com:pass@evil.example.net/",
    "https://app.example.com:444/",
    "https://app.example.com:443/",
    "https://user@app.example.com/",
    "http://app.example.com/",
    "HTTPS://app.example.com/",
    "//app.example.com/",
    "//evil.example.net/",
    "/\\evil.example.net/",
    "https:app.example.com/",
    "https:///app.example.com/",
    "https://app.example.com\\@evil.example.net/",
    "https://app.example.com/\\evil",
    "https://app.example.com#@evil.example.net/",
    "https://app.example.com/#token",
    "https://app.example.com/\r\nSet-Cookie: a=b",
    "https://app.example.com/ x",
    "https://app.example.com/\u202emoc",
    "https://app.ex\u0430mple.com/",
    "https://app.example.com/?code=attackers",
    "https://app.example.com/?a=b&state=attackers",
    "https://app.example.com/?%63ode=attackers",
    "javascript:alert(1)",
    "data:text/html,x",
    "com.example.app:/signed-in/more",
    "com.example.app:/signed-i",
    "com.example.app://evil",
    "http://localhost:3000/back",
    "https://app.example.com/" + "x" * 480,
    "",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_browser_is_sent_nowhere_else(address):
    with pytest.raises(ReturnAddressNotAllowed):
        return_addresses.require_allowed(address)


@given(rest=st.text(min_size=1) | st.from_regex(r"[/?@:.\\#][!-~]*", fullmatch=True))
def test_whatever_follows_the_origin_stays_within_it(rest):
    address = f"https://app.example.com{rest}"
    try:
        return_addresses.require_allowed(address)
    except ReturnAddressNotAllowed:
        assert not re.fullmatch(r"/[a-z]*", rest)
        return
    assert urlsplit(address)[:2] == ("https", "app.example.com")
    assert rest[0] in "/?"
    assert re.fullmatch(r"[!-~]*", rest)
    assert not set(rest) & set("\\#")


@pytest.mark.parametrize("frontend", ["", "app.example.com", "https://", "javascript:alert(1)", "file:///"])
def test_without_a_frontend_only_listed_addresses_are_allowed(settings, frontend):
    settings.FRONTEND_URL = frontend
    for address in (PAGE, "https://", "https:///x", frontend or "/"):
        with pytest.raises(ReturnAddressNotAllowed):
            return_addresses.require_allowed(address)
    return_addresses.require_allowed(APP)


def test_a_redirect_elsewhere_is_refused_before_anything_begins(browser):
    answer = browser.login(redirect_uri="https://app.example.com@evil.example.net/")
    assert (answer.status_code, answer.json()["code"]) == (403, "RETURN_ADDRESS_NOT_ALLOWED")
    assert "evil" not in answer.content.decode()
    assert not SignInAttempt.objects.exists()


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"code_challenge": PKCE["code_challenge"]}, "redirect_uri"),
        ({"redirect_uri": PAGE, "code_challenge": "short"}, "code_challenge"),
        ({"redirect_uri": PAGE, **PKCE, "code_challenge_method": "plain"}, "code_challenge_method"),
        ({"redirect_uri": PAGE + "x" * 500}, "redirect_uri"),
    ],
)
def test_a_way_there_that_protects_nothing_is_refused(browser, query, field):
    answer = browser.login(**query)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", field]
    assert not SignInAttempt.objects.exists()


def test_codes_that_are_long_over_are_forgotten(code):
    assert hand_offs.forget_old() == 0
    HandOff.objects.update(expires_at=Now() - 2 * hand_offs.KEPT)
    assert hand_offs.forget_old() == 1
