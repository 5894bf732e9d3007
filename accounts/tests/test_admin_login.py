"""The admin's log-in is one more way in: the same limits, the same words, and a page instead of an error."""

import limits
import pytest
from django.test import Client

from accounts.errors import InvalidToken
from accounts.models import Session, User
from accounts.services import mailed_tokens
from accounts.services.mailed_tokens import Purpose
from core.models import AuditEntry

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"
PASSWORD = "a-long-password"
WRONG = "Please enter the correct email and password for a staff account."


@pytest.fixture
def operator():
    return User.objects.create_superuser("operator@example.org", PASSWORD)


def log_in(email: str, password: str = PASSWORD, address: str = "203.0.113.7"):
    return Client().post(LOGIN, {"username": email, "password": password}, REMOTE_ADDR=address)


def actions() -> list[tuple]:
    return list(AuditEntry.objects.order_by("id").values_list("action", "subject_id", "details"))


def test_staff_sign_in_in_any_case_of_letters_and_it_is_written_down(operator):
    answer = log_in("Operator@Example.ORG")
    assert (answer.status_code, answer.url) == (302, "/accounts/profile/")
    assert actions() == [("signed_in", operator.pk, {"provider": "admin"})]


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("operator@example.org", "wrong"),
        ("who@example.org", PASSWORD),
        ("user@example.org", PASSWORD),
        ("no address", PASSWORD),
        ("operator@example.org", "𝔭𝔞𝔰𝔰"),
    ],
)
def test_whoever_is_not_let_in_reads_one_sentence(operator, email, password):
    User.objects.create_user("user@example.org", PASSWORD)
    answer = log_in(email, password)
    assert (answer.status_code, answer.context["user"].is_authenticated) == (200, False)
    assert answer.context["form"].non_field_errors() == [
        f"{WRONG} Note that both fields may be case-sensitive."
    ]


def test_null_bytes_are_refused_by_the_form(operator):
    answer = log_in("operator@example.org\x00", "a\x00b")
    assert (answer.status_code, answer.context["user"].is_authenticated) == (200, False)
    assert set(answer.context["form"].errors) >= {"username", "password"}


def test_failures_slow_the_admin_down_with_a_sentence(operator, limited, settings):
    settings.SIGN_IN_FAILURES = limits.parse("2/5 minutes")
    for _ in range(2):
        log_in("operator@example.org", "wrong")
    answer = log_in("operator@example.org", address="203.0.113.8")
    assert (answer.status_code, answer.context["user"].is_authenticated) == (200, False)
    said = ["Too many attempts with a wrong password; try again later."]
    assert answer.context["form"].non_field_errors() == said


def test_an_address_counts_in_the_admin_as_on_every_mount(operator, limited):
    limited(credentials="2/minute")
    assert (
        Client()
        .post(
            "/v1/auth/login",
            {"email": "operator@example.org", "password": "wrong"},
            content_type="application/json",
            REMOTE_ADDR="203.0.113.7",
        )
        .status_code
        == 401
    )
    log_in("OPERATOR@example.org", "wrong")
    assert log_in("operator@example.org").status_code == 200
    assert log_in("operator@example.org", address="203.0.113.8").status_code == 302


def test_company_domains_bind_the_admin_too(operator, settings):
    settings.COMPANY_DOMAINS = ["corp.example"]
    answer = log_in("operator@example.org")
    said = ["Only e-mail addresses of this company may sign in here."]
    assert (answer.status_code, answer.context["form"].non_field_errors()) == (200, said)
    assert actions() == [("sign_in_refused", None, {"reason": "domain"})]


CHANGE = "/admin/password_change/"


def change(client: Client, old: str):
    new = "another-long-password"
    return client.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": new})


def test_staff_change_their_password_and_every_device_is_signed_out(operator, client, sign_in):
    sign_in(operator)
    letter = mailed_tokens.sign(mailed_tokens.issue(operator, Purpose.RESET_PASSWORD))
    client.force_login(operator)
    assert client.get(CHANGE).status_code == 200
    assert change(client, PASSWORD).status_code == 302
    operator.refresh_from_db()
    assert operator.check_password("another-long-password")
    assert list(Session.objects.values_list("ended_because", flat=True)) == ["password_changed"]
    assert actions()[-1] == ("password_changed", operator.pk, {})
    assert client.get("/admin/").status_code == 200
    with pytest.raises(InvalidToken):
        mailed_tokens.look(letter, Purpose.RESET_PASSWORD)


def test_an_open_browser_is_no_place_to_guess_the_old_password(operator, client, limited, settings):
    settings.SIGN_IN_FAILURES = limits.parse("2/5 minutes")
    client.force_login(operator)
    for _ in range(2):
        answer = change(client, "wrong")
        assert answer.context["form"].errors["old_password"] == [
            "Your old password was entered incorrectly. Please enter it again."
        ]
    answer = change(client, PASSWORD)
    said = ["Too many attempts with a wrong password; try again later."]
    assert answer.context["form"].errors["old_password"] == said
    operator.refresh_from_db()
    assert operator.check_password(PASSWORD)
