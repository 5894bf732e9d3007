"""The pages behind the links: looking changes nothing, the button does, and a person reads what happened."""

import re
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from accounts.models import MailedToken, User
from accounts.services import sessions
from accounts.tests import mailbox
from core.models import AuditEntry

pytestmark = pytest.mark.django_db
VERIFY, RESET = "/account/verify-email", "/account/reset-password"
OTHER = "a better horse"
OVER = "This link does not work any more"


@pytest.fixture
def ann() -> User:
    return mailbox.ann()


@pytest.fixture
def browser() -> Client:
    """Without cookies, and strict about forged requests as browsers and Django are."""
    return Client(enforce_csrf_checks=True)


def state() -> tuple:
    links = list(MailedToken.objects.order_by("pk").values_list("used_at", "expires_at"))
    return links, list(User.objects.values_list("is_verified", "password")), AuditEntry.objects.count()


def link(path: str, user: User) -> dict[str, str]:
    token = mailbox.token_to_verify(user) if path == VERIFY else mailbox.token_to_reset(user)
    return {"token": token}


def text(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("path", [VERIFY, RESET])
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_whoever_follows_a_link_by_themselves_changes_nothing(browser, ann, path, method):
    given = link(path, ann)
    before = state()
    for _ in range(3):
        assert getattr(browser, method)(path, query_params=given).status_code == 200
    assert state() == before


@pytest.mark.parametrize("path", [VERIFY, RESET])
def test_a_page_says_whose_it_is_and_loads_and_tells_nobody_anything(browser, ann, path):
    answer = browser.get(path, link(path, ann))
    page = text(answer)
    assert ("ann@example.com" in page, "Meeting Assistant" in page) == (True, True)
    assert re.findall(r"(?:src|href)=|<script|@import|url\(", page) == []
    assert re.search(r'<html lang="en">.*<meta name="viewport".*<title>.+</title>', page, re.DOTALL)
    nonce = re.search(r'<style nonce="([^"]+)"', page)[1]
    assert answer["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("no-referrer", "no-store")
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.cookies == {}
    assert nonce not in text(browser.get(path, link(path, ann)))


def test_the_button_verifies_once_and_then_says_that_it_has_happened(browser, ann):
    given = link(VERIFY, ann)
    page = text(browser.get(VERIFY, given))
    assert '<form method="post" action="?">' in page
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', page))
    assert hidden == given
    answer = browser.post(VERIFY, hidden, headers={"Origin": "null"})
    assert (answer.status_code, User.objects.get().is_verified) == (200, True)
    assert "Your e-mail address is verified" in text(answer)
    before = state()
    again = browser.post(VERIFY, hidden)
    assert (again.status_code, OVER in text(again)) == (400, True)
    assert "your address is verified and there is nothing left to do" in text(again)
    assert state() == before


@pytest.mark.parametrize("path", [VERIFY, RESET])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("token", [None, "", "nonsense", "a\x00b", "x" * 100_000])
def test_a_link_that_is_none_gets_a_kind_page_that_names_nobody(browser, ann, path, method, token):
    given = ({} if token is None else {"token": token}) | {"new_password": OTHER, "again": OTHER}
    before = state()
    answer = getattr(browser, method)(path, given)
    assert (answer.status_code, OVER in text(answer)) == (400, True)
    assert ann.email not in text(answer)
    assert answer["Cache-Control"] == "no-store"
    assert state() == before


@pytest.mark.parametrize("path", [VERIFY, RESET])
def test_a_link_that_is_over_says_so_before_anybody_types_anything(browser, ann, path):
    given = link(path, ann)
    MailedToken.objects.update(expires_at=Now() - timedelta(seconds=1))
    answer = browser.get(path, given)
    assert (answer.status_code, OVER in text(answer), "<form" in text(answer)) == (400, True, False)


def test_the_form_sets_the_password_and_signs_every_device_out(browser, ann):
    tokens = sessions.start(ann)
    given = link(RESET, ann)
    answer = browser.post(RESET, given | {"new_password": OTHER, "again": OTHER})
    assert (answer.status_code, "Your new password is set" in text(answer)) == (200, True)
    assert User.objects.get().check_password(OTHER)
    assert not sessions.of(ann).exists()
    assert (tokens.access in text(answer), OTHER in text(answer)) == (False, False)


@pytest.mark.parametrize(
    ("new", "again", "sentence"),
    [
        ("short", "short", "Password must be at least 8 characters"),
        ("password1", "password1", "This password is too common."),
        (OTHER, OTHER + "s", "The two passwords are not the same."),
        (OTHER, "", "This field is required."),
        ("x" * 300, "x" * 300, "Ensure this value has at most 256 characters (it has 300)."),
        ("a horse\x00 with a null", "a horse\x00 with a null", "Null characters are not allowed."),
    ],
)
def test_a_form_that_is_wrong_says_where_and_leaves_the_link_as_it_was(browser, ann, new, again, sentence):
    given = link(RESET, ann)
    before = state()
    answer = browser.post(RESET, given | {"new_password": new, "again": again})
    assert (answer.status_code, state()) == (200, before)
    assert f'<p class="fault">{sentence}</p>' in text(answer)
    assert ('role="alert"' in text(answer), 'aria-invalid="true"' in text(answer)) == (True, True)
    assert f'value="{new}"' not in text(answer)
    browser.post(RESET, given | {"new_password": OTHER, "again": OTHER})
    assert User.objects.get().check_password(OTHER)


def test_spaces_around_a_password_belong_to_it(browser, ann):
    padded = f"  {OTHER} "
    browser.post(RESET, link(RESET, ann) | {"new_password": padded, "again": padded})
    assert User.objects.get().check_password(padded)


@pytest.mark.parametrize("path", [VERIFY, RESET])
def test_a_button_that_is_pressed_too_often_is_told_to_wait_and_looking_is_not(browser, ann, limited, path):
    given = link(path, ann)
    wrong = given | {"token": given["token"] + "x"}
    for _ in range(5):
        assert browser.post(path, wrong).status_code == 400
    before = state()
    answer = browser.post(path, wrong)
    assert (answer.status_code, "Too many attempts" in text(answer)) == (429, True)
    assert 0 < int(answer["Retry-After"]) <= 60
    assert state() == before
    for _ in range(10):
        assert browser.get(path, given).status_code == 200


def test_the_pages_are_for_people_and_not_in_openapi():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    assert [path for path in paths if path.startswith("/account")] == []
