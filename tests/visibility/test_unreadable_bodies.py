"""Bodies that are no JSON, or JSON with a trap in it, at the open door of each dialect."""

import json

import pytest
from rest_framework.test import APIClient

from accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.once]

DOORS = {"/api/v1/auth/register": 422, "/api/v1/mobile/auth/register": 422, "/v1/auth/register": 400}
"""With the status of invalid fields."""
GOOD = {"email": "ann@example.org", "password": "a-long-password"}
UNREADABLE = {
    "cut off": b'{"email": "ann@example.org", "passw',
    "words": b"email=ann@example.org",
    "apostrophes": b"{'email': 'ann@example.org'}",
    "a comma too many": b'{"email": "ann@example.org",}',
    "two bodies": json.dumps(GOOD).encode() * 2,
    "not a number": b'{"email": NaN}',
    "a number without end": b'{"email": ' + b"9" * 5000 + b"}",
    "another encoding": json.dumps(GOOD).encode("utf-16"),
    "no encoding": b'{"email": "\xff\xfe@example.org"}',
    "half a character": rb'{"email": "\ud800@example.org"}',
    "a hundred thousand brackets": b"[" * 100_000,
    "a hundred thousand objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
}
INVALID = {
    "nothing": b"",
    "null": b"null",
    "a string": b'"email"',
    "a list of accounts": json.dumps([GOOD, GOOD]).encode(),
    "a megabyte of e-mail": json.dumps(GOOD | {"email": "a" * 1_000_000 + "@example.org"}).encode(),
    "a megabyte of password": json.dumps(GOOD | {"password": "a" * 1_000_000}).encode(),
    "a null byte": json.dumps(GOOD | {"email": "ann\x00@example.org"}).encode(),
    "a line too many": json.dumps(GOOD | {"email": "ann@example.org\r\nBcc: all@example.org"}).encode(),
    "two addresses": json.dumps(GOOD | {"email": "ann@example.org,eve@example.org"}).encode(),
}


@pytest.fixture
def client() -> APIClient:
    return APIClient(raise_request_exception=False)


def post(client: APIClient, path: str, raw: bytes):
    return client.post(path, raw, content_type="application/json")


def code_of(answer) -> str:
    body = answer.json()
    return body["code"] if "code" in body else body["error"]["code"]


@pytest.mark.parametrize("raw", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("path", DOORS)
def test_what_is_no_json_is_said_to_be_unreadable(client, path, raw):
    answer = post(client, path, raw)
    unreadable = "VALIDATION_ERROR" if path.startswith("/v1") else "MALFORMED"
    assert (answer.status_code, code_of(answer)) == (400, unreadable)
    assert len(answer.content) < 1000
    assert not User.objects.exists()


@pytest.mark.parametrize("raw", INVALID.values(), ids=INVALID)
@pytest.mark.parametrize("path", DOORS)
def test_what_is_json_but_no_account_is_invalid(client, path, raw):
    answer = post(client, path, raw)
    assert (answer.status_code, code_of(answer)) == (DOORS[path], "VALIDATION_ERROR")
    assert len(answer.content) < 1000
    assert not User.objects.exists()


def test_of_two_fields_with_one_name_the_last_counts_for_all_who_read_it(client):
    raw = b'{"email": "eve@example.org", "email": "ann@example.org", "password": "a-long-password"}'
    answer = post(client, "/api/v1/auth/register", raw)
    assert (answer.status_code, answer.json()["user"]["email"]) == (201, "ann@example.org")
    assert list(User.objects.values_list("email", flat=True)) == ["ann@example.org"]
