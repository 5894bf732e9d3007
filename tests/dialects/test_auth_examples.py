"""The documents' examples for accounts, each against the mount that it belongs to."""

import pytest
from rest_framework.test import APIClient

from accounts.tests import mailbox
from tests.dialects.shapes import differences

pytestmark = pytest.mark.django_db

ROOMS_USER = {"id": "uuid", "email": "user@example.com", "created_at": "2026-01-29T00:00:00Z"}
ROOMS_SIGNED_IN = {"user": ROOMS_USER, "access_token": "jwt", "token_type": "bearer"}
VOICE_USER = {
    "id": "550e8400-e29b-41d4-a716-446655440000",
    "email": "user@example.com",
    "full_name": "John Doe",
    "is_active": True,
    "is_verified": False,
    "created_at": "2024-01-15T10:30:00Z",
}
VOICE_SIGNED_IN = {
    "success": True,
    "data": {
        "user": VOICE_USER,
        "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...",
        "refresh_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...",
    },
}
VOICE_REFRESHED = {
    "success": True,
    "data": {
        "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...",
        "refresh_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...",
        "expires_in": 3600,
    },
}
VOICE_PROFILE = {
    "success": True,
    "data": VOICE_USER
    | {
        "first_name": "John",
        "last_name": "Doe",
        "timezone": "America/New_York",
        "language": "en-US",
        "theme": "dark",
        "updated_at": "2024-01-15T10:30:00Z",
    },
}
VOICE_CHANGE = {
    "full_name": "John Smith",
    "timezone": "Europe/London",
    "language": "en-GB",
    "theme": "light",
}
VOICE_CHANGED = {
    "success": True,
    "data": {
        "id": "550e8400-e29b-41d4-a716-446655440000",
        "email": "user@example.com",
        **VOICE_CHANGE,
        "updated_at": "2024-01-15T11:00:00Z",
    },
}
VOICE_LOGGED_OUT = {"success": True, "message": "Successfully logged out"}
VOICE_DELETED = {"success": True, "message": "Account deleted successfully"}
VOICE_FORBIDDEN = {
    "success": False,
    "error": {"code": "FORBIDDEN", "message": "Insufficient permissions"},
}
VOICE_VERIFIED = {"success": True, "message": "Email verified successfully"}
MEMO_USER = {
    "id": "uuid",
    "name": "John Doe",
    "email": "user@example.com",
    "is_active": True,
    "auth_provider": "microsoft",
    "created_at": "2024-01-15T10:30:00Z",
    "updated_at": "2024-01-15T10:30:00Z",
}
MEMO_SIGNED_IN = {"access_token": "jwt", "refresh_token": "jwt", "user": MEMO_USER}

JOHN = {
    "email": "user@example.com",
    "password": "securepassword123",
    "full_name": "John Doe",
    "first_name": "John",
    "last_name": "Doe",
}
LOGIN = {"email": JOHN["email"], "password": JOHN["password"]}

REGISTRATIONS = [
    ("/api/v1/auth/signup", LOGIN, ROOMS_SIGNED_IN),
    ("/api/v1/auth/register", {"username": "john", **LOGIN}, ROOMS_SIGNED_IN),
    ("/v1/auth/register", JOHN, VOICE_SIGNED_IN),
    ("/api/v1/mobile/auth/register", JOHN, MEMO_SIGNED_IN),
    ("/api/v1/web/auth/signup", LOGIN, MEMO_SIGNED_IN),
]


@pytest.fixture
def client() -> APIClient:
    return APIClient()


@pytest.fixture
def john(client: APIClient) -> dict:
    return client.post("/api/v1/auth/register", JOHN, format="json").json()


@pytest.mark.parametrize(("path", "body", "example"), REGISTRATIONS)
def test_registering_answers_as_printed(client, path, body, example):
    answer = client.post(path, body, format="json")
    assert answer.status_code == 201
    assert differences(example, answer.json()) == []


@pytest.mark.parametrize(
    ("path", "example"),
    [
        ("/api/v1/auth/login", ROOMS_SIGNED_IN),
        ("/v1/auth/login", VOICE_SIGNED_IN),
        ("/api/v1/mobile/auth/login", MEMO_SIGNED_IN),
        ("/api/v1/web/auth/login", MEMO_SIGNED_IN),
    ],
)
def test_logging_in_answers_as_printed(client, john, path, example):
    answer = client.post(path, LOGIN, format="json")
    assert answer.status_code == 200
    assert differences(example, answer.json()) == []


@pytest.mark.parametrize(
    ("path", "example"),
    [
        ("/api/v1/auth/me", ROOMS_USER),
        ("/v1/users/me", VOICE_PROFILE),
        ("/api/v1/mobile/auth/me", MEMO_USER),
        ("/api/v1/web/auth/me", MEMO_USER),
    ],
)
def test_the_current_user_is_shown_as_printed_with_a_token_of_any_mount(client, john, path, example):
    answer = client.get(path, headers={"Authorization": f"Bearer {john['access_token']}"})
    assert answer.status_code == 200
    assert differences(example, answer.json()) == []


@pytest.mark.parametrize(
    ("path", "example"),
    [
        ("/v1/auth/refresh", VOICE_REFRESHED),
        ("/api/v1/auth/refresh", ROOMS_SIGNED_IN),
        ("/api/v1/mobile/auth/refresh", MEMO_SIGNED_IN),
    ],
)
def test_refreshing_answers_as_printed(client, john, path, example):
    answer = client.post(path, {"refresh_token": john["refresh_token"]}, format="json")
    assert answer.status_code == 200
    assert differences(example, answer.json()) == []


def test_a_changed_profile_is_answered_as_printed(client, john):
    bearer = {"Authorization": f"Bearer {john['access_token']}"}
    answer = client.put("/v1/users/me", VOICE_CHANGE, format="json", headers=bearer)
    assert answer.status_code == 200
    assert differences(VOICE_CHANGED, answer.json()) == []
    assert VOICE_CHANGE.items() <= answer.json()["data"].items()


def test_logging_out_is_answered_as_printed(client, john):
    answer = client.post("/v1/auth/logout", headers={"Authorization": f"Bearer {john['access_token']}"})
    assert (answer.status_code, answer.json()) == (200, VOICE_LOGGED_OUT)


def test_deleting_the_account_answers_as_printed_and_with_a_receipt(client, john):
    answer = client.delete("/v1/users/me", headers={"Authorization": f"Bearer {john['access_token']}"})
    assert answer.status_code == 200
    assert VOICE_DELETED.items() <= answer.json().items()


def test_somebody_of_another_company_is_refused_as_the_voice_document_prints(client, settings):
    settings.COMPANY_DOMAINS = ["corp.example"]
    answer = client.post("/v1/auth/login", LOGIN, format="json")
    assert answer.status_code == 403
    assert differences(VOICE_FORBIDDEN, answer.json()) == []
    assert answer.json()["error"]["code"] == "FORBIDDEN"


def test_verifying_the_address_answers_as_the_voice_document_prints(client, john):
    body = {"token": mailbox.token()}
    answer = client.post("/v1/auth/verify-email", body, format="json")
    assert (answer.status_code, answer.json()) == (200, VOICE_VERIFIED)
    me = client.get("/v1/users/me", headers={"Authorization": f"Bearer {john['access_token']}"})
    assert me.json()["data"]["is_verified"] is True


def test_asking_for_the_letter_takes_the_printed_empty_body(client, john):
    path = f"/api/v1/users/{john['user']['id']}/email-verification"
    answer = client.post(path, {}, format="json", headers={"Authorization": f"Bearer {john['access_token']}"})
    assert answer.status_code == 202
    mailbox.deliver()
    assert [letter["to"] for letter in mailbox.sent()] == [JOHN["email"]]


def test_an_invalid_registration_is_answered_as_the_voice_document_prints(client):
    answer = client.post("/v1/auth/register", {"email": "nobody", "password": "short"}, format="json")
    assert answer.status_code == 400
    assert answer.json() == {
        "success": False,
        "error": {
            "code": "VALIDATION_ERROR",
            "message": "Invalid request data",
            "details": {
                "email": ["Invalid email format"],
                "password": ["Password must be at least 8 characters"],
            },
        },
    }


@pytest.mark.parametrize("path", ["/api/v1/auth/login", "/api/v1/mobile/auth/login"])
def test_a_missing_field_is_answered_as_memo_prints(client, path):
    answer = client.post(path, {"email": "user@example.com"}, format="json")
    assert answer.status_code == 422
    assert answer.json()["detail"] == [
        {"loc": ["body", "password"], "msg": "field required", "type": "value_error.missing"}
    ]


@pytest.mark.parametrize("provider", ["microsoft", "google"])
@pytest.mark.parametrize("mount", ["/api/v1/mobile", "/api/v1/web"])
def test_signing_in_with_a_provider_answers_as_memos_client_reads_it(client, oidc, mount, provider):
    """`getMicrosoftLoginUrl` and `handleAuthCallback`; with `state`, which rule 12 adds."""
    begun = client.get(f"{mount}/auth/{provider}/login")
    assert begun.status_code == 200
    assert (
        differences({"auth_url": "https://login.example.com/authorize?...", "state": "x"}, begun.json()) == []
    )
    back = oidc.visit(begun.json()["auth_url"])
    answer = client.get(f"{mount}/auth/{provider}/callback", {"code": back["code"], "state": back["state"]})
    assert answer.status_code == 200
    assert differences(MEMO_SIGNED_IN, answer.json()) == []
    assert answer.json()["user"]["name"] == MEMO_USER["name"]
    assert answer.json()["user"]["auth_provider"] == provider


def test_memos_printed_callback_without_state_is_told_what_is_missing(client, oidc):
    answer = client.get("/api/v1/mobile/auth/microsoft/callback", {"code": "x"})
    assert answer.status_code == 422
    assert answer.json()["detail"] == [
        {"loc": ["query", "state"], "msg": "field required", "type": "value_error.missing"}
    ]
