"""Two that look alike are not two people, and nobody gets another's name or mail by an odd letter."""

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from accounts.errors import BadAddress, BadUsername, EmailTaken, UsernameTaken
from accounts.models import User
from accounts.services import accounts, spelling
from accounts.tests.mailbox import SECRET


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ann@Example.COM ", "ann@example.com"),
        ("ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
        ("ann@\uff45xample.com", "ann@example.com"),
        ("a.n+n@example.com", "a.n+n@example.com"),
    ],
)
def test_an_address_has_one_spelling(typed, kept):
    assert spelling.address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "\u212aim@example.com",  # the Kelvin sign is a k in small letters
        "\u017fam@example.com",  # the long s is an s in capitals
        "аnn@example.com",  # a Cyrillic a
        "ann\u200b@example.com",
        "an\x00n@example.com",
        "ann@exa\x00mple.com",
        "ann@.com",
        f"ann@{'x' * 64}.com",
        f"ann@{'.'.join(['ü' * 20 + 'bücherei'] * 8)}.com",  # longer in DNS than a column is
        "ann@",
        "@example.com",
        "ann",
        "",
    ],
)
def test_what_could_be_somebody_elses_address_is_none(typed):
    with pytest.raises(BadAddress):
        spelling.address(typed)


@given(st.text(max_size=40), st.text(max_size=40))
def test_an_address_is_ascii_in_small_letters_and_stays_as_it_is(name, domain):
    try:
        address = spelling.address(f"{name}@{domain}")
    except BadAddress:
        return
    assert address.isascii()
    assert address == address.lower() == spelling.address(address)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (None, None),
        ("  ", None),
        (" Ann.Lee-2 ", "Ann.Lee-2"),
        ("\uff21nn", "Ann"),
        ("Zoë", "Zoë"),
        ("Zoe\u0308", "Zoë"),
        ("Мария", "Мария"),
        ("田中さん", "田中さん"),
        ("ラーメン", "ラーメン"),
        ("김철수", "김철수"),
        ("\u1eb9\u0301", "\u1eb9\u0301"),
    ],
)
def test_a_username_has_one_spelling(typed, kept):
    assert spelling.username(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "аnn",  # a Cyrillic a before Latin letters
        "ann\u03bf",  # a Greek o
        "ann\u200b",
        "a\u202enn",
        "an\x00n",
        "ann\u034f",
        "\u3164",
        "ann\ufe0f",
        "ann\u00ad",
        "ann\ud800",
        "a\nb",
        "☃",
        "\ufdfa" * 10,  # one sign that NFKC makes eighteen of
    ],
)
def test_a_username_that_deceives_the_eye_is_refused(typed):
    with pytest.raises(BadUsername):
        spelling.username(typed)


@given(st.text(max_size=60))
def test_a_username_that_is_taken_stays_as_it_is(typed):
    try:
        name = spelling.username(typed)
    except BadUsername:
        return
    assert name is None or (spelling.username(name) == name and name.isprintable())


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "second"), [("Ann", "aNN"), ("Zoë", "ZOË"), ("Ann", "\uff41nn")])
def test_a_username_is_taken_in_any_case(first, second):
    accounts.register("ann@example.com", password=SECRET, username=first)
    with pytest.raises(UsernameTaken):
        accounts.register("bob@example.com", password=SECRET, username=second)
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_the_database_too_refuses_a_username_in_another_case():
    User.objects.create(email="ann@example.com", username="ann")
    with pytest.raises(IntegrityError):
        User.objects.create(email="bob@example.com", username="ANN")


@pytest.mark.django_db
def test_an_address_is_taken_however_its_domain_is_written():
    accounts.register("ann@bücher.example", password=SECRET)
    with pytest.raises(EmailTaken):
        accounts.register("ann@XN--BCHER-KVA.example", password=SECRET)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/auth/register", "/v1/auth/register"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "\u212aim@example.com"),
        ("email", "x" * 1_000_000 + "@example.com"),
        ("email", "a\x00@example.com"),
        ("username", "аnn"),
        ("username", "a\x00"),
        ("username", "x" * 1_000_000),
        ("password", "x" * 1_000_000),
        ("full_name", "x" * 1_000_000),
    ],
)
def test_odd_registrations_are_refused_by_the_name_of_the_field(client, path, field, value):
    body = {"email": "ann@example.com", "password": SECRET, field: value}
    answer = client.post(path, body, content_type="application/json")
    assert answer.status_code == (400 if path.startswith("/v1") else 422)
    said = answer.json()
    named = said["error"]["details"] if "error" in said else {fault["loc"][1] for fault in said["detail"]}
    assert set(named) == {field}
    assert not User.objects.exists()
