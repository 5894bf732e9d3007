"""Rule 10: the same mistakes on every mount, each answered as that mount's document writes errors."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.services import accounts

FLAT = [("/api/v1/auth", "/api/v1/auth/me"), ("/api/v1/mobile/auth", "/api/v1/mobile/auth/me")]
FLAT += [("/api/v1/web/auth", "/api/v1/web/auth/me")]
VOICE = [("/v1/auth", "/v1/users/me")]
UNKNOWN = ["/nowhere", "/api/v1/nowhere", "/api/v1/mobile/nowhere/", "/api/v1/web/x/y", "/api/v1/crm/x"]

JOHN = {"email": "user@example.com", "password": "securepassword123"}


def flat(detail, code: str) -> dict:
    return {"detail": detail, "code": code}


def voice(code: str, message: str, **rest) -> dict:
    return {"success": False, "error": {"code": code, "message": message, **rest}}


@pytest.fixture
def client() -> APIClient:
    return APIClient(raise_request_exception=False)


@pytest.mark.parametrize(("auth", "_me"), FLAT)
def test_unreadable_json_is_400_on_flat_mounts(client, auth, _me):
    answer = client.post(f"{auth}/login", b'{"email": ', content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "MALFORMED")
    assert answer.json()["detail"].startswith("JSON parse error")


@pytest.mark.parametrize(("auth", "_me"), VOICE)
def test_unreadable_json_is_a_validation_error_in_the_envelope(client, auth, _me):
    answer = client.post(f"{auth}/login", b"\xff", content_type="application/json")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["details"]) == (400, "VALIDATION_ERROR", {})


@pytest.mark.parametrize(("auth", "_me"), FLAT)
def test_invalid_fields_are_422_with_their_places_on_flat_mounts(client, auth, _me):
    answer = client.post(f"{auth}/login", {"email": None}, format="json")
    assert answer.status_code == 422
    assert answer.json()["detail"] == [
        {
            "loc": ["body", "email"],
            "msg": "none is not an allowed value",
            "type": "type_error.none.not_allowed",
        },
        {"loc": ["body", "password"], "msg": "field required", "type": "value_error.missing"},
    ]


@pytest.mark.parametrize("body", [[1, 2], "text", 7, None])
@pytest.mark.parametrize(("auth", "_me"), FLAT)
def test_a_body_that_is_no_object_is_invalid_as_a_whole(client, auth, _me, body):
    answer = client.post(f"{auth}/login", body, format="json")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][0] == "body"


@pytest.mark.parametrize(("auth", "_me"), VOICE)
def test_invalid_fields_are_400_with_details_in_the_envelope(client, auth, _me):
    answer = client.post(f"{auth}/login", {"email": "user@example.com"}, format="json")
    assert answer.status_code == 400
    assert answer.json() == voice(
        "VALIDATION_ERROR", "Invalid request data", details={"password": ["field required"]}
    )


@pytest.mark.parametrize("authorization", [None, "Bearer a.b.c", "Bearer", "Basic eDp5", "Bearer \u00e9"])
@pytest.mark.parametrize(("_auth", "me"), FLAT)
def test_no_or_a_bad_token_is_401_with_the_printed_sentence(client, _auth, me, authorization):
    answer = client.get(me, headers={"Authorization": authorization} if authorization else {})
    assert answer.status_code == 401
    assert answer.json() == flat("Could not validate credentials", "UNAUTHORIZED")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("authorization", [None, "Bearer a.b.c"])
@pytest.mark.parametrize(("_auth", "me"), VOICE)
def test_no_or_a_bad_token_is_401_in_the_envelope(client, _auth, me, authorization):
    answer = client.get(me, headers={"Authorization": authorization} if authorization else {})
    assert answer.status_code == 401
    assert answer.json() == voice("UNAUTHORIZED", "Invalid or expired token")


@pytest.mark.parametrize("method", ["get", "post", "delete"])
@pytest.mark.parametrize("path", UNKNOWN)
def test_unknown_paths_are_404_in_the_dialect_of_their_mount(client, settings, path, method):
    settings.DEBUG = True
    answer = getattr(client, method)(path)
    assert (answer.status_code, answer.json()) == (404, flat("Not found", "NOT_FOUND"))


def test_unknown_paths_are_404_in_the_envelope(client):
    answer = client.get("/v1/nowhere")
    assert (answer.status_code, answer.json()) == (404, voice("NOT_FOUND", "Resource not found"))


@pytest.mark.parametrize(("auth", "_me"), FLAT + VOICE)
def test_a_method_that_a_path_has_not_is_405_and_says_which_it_has(client, auth, _me):
    answer = client.delete(f"{auth}/login")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST, OPTIONS"
    body = answer.json()
    assert body.get("code", body.get("error", {}).get("code")) == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize(("auth", "_me"), FLAT + VOICE)
def test_content_of_another_kind_is_415(client, auth, _me):
    answer = client.post(f"{auth}/login", "email=a", content_type="text/plain")
    assert answer.status_code == 415


@pytest.mark.django_db
@pytest.mark.parametrize(("auth", "_me"), FLAT)
def test_a_taken_address_is_409_on_flat_mounts_in_any_case_of_letters(client, auth, _me):
    accounts.register(**JOHN)
    answer = client.post(f"{auth}/register", JOHN | {"email": "USER@Example.com"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "EMAIL_TAKEN")


@pytest.mark.django_db
@pytest.mark.parametrize(("auth", "_me"), VOICE)
def test_a_taken_address_is_a_validation_error_in_the_envelope(client, auth, _me):
    accounts.register(**JOHN)
    answer = client.post(f"{auth}/register", JOHN, format="json")
    assert answer.status_code == 400
    sentence = "An account with this e-mail address exists already."
    assert answer.json() == voice("VALIDATION_ERROR", "Invalid request data", details={"email": [sentence]})


@pytest.mark.parametrize("path", ["/api/v1/auth/login", "/api/v1/mobile/auth/login"])
def test_an_unforeseen_error_is_500_without_a_trace_on_flat_mounts(client, settings, monkeypatch, path):
    settings.DEBUG = True
    monkeypatch.setattr(accounts, "log_in", _breaks)
    answer = client.post(path, JOHN, format="json")
    assert (answer.status_code, answer.json()) == (
        500,
        flat("An unexpected error occurred", "INTERNAL_ERROR"),
    )


def test_an_unforeseen_error_is_500_without_a_trace_in_the_envelope(client, settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setattr(accounts, "log_in", _breaks)
    answer = client.post("/v1/auth/login", JOHN, format="json")
    assert answer.status_code == 500
    assert answer.json() == voice("INTERNAL_ERROR", "An unexpected error occurred")


def test_an_error_outside_of_the_views_is_answered_in_dialect_too(settings):
    settings.MIDDLEWARE = [f"{__name__}.Broken"]
    answer = Client(raise_request_exception=False).get("/v1/users/me")
    assert answer.status_code == 500
    assert answer.json() == voice("INTERNAL_ERROR", "An unexpected error occurred")


@pytest.mark.parametrize("path", ["/v1/users/me/", "/api/v1/auth/me/", "/health/", "/docs/", "/api/schema"])
def test_a_slash_more_or_less_finds_the_same_without_a_redirect(client, path):
    assert client.get(path).status_code == (401 if path.endswith("me/") else 200)


@pytest.mark.parametrize("path", ["/api/v1/auth/login/", "/v1/auth/login/"])
def test_a_slash_more_or_less_is_as_good_for_a_post(client, path):
    assert client.post(path, {}, format="json").status_code in {400, 422}


def test_an_accept_header_that_asks_for_html_gets_the_json_that_there_is(client):
    answer = client.get("/api/v1/auth/me", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/json")


def test_json_nested_too_deeply_is_unreadable_and_not_a_crash(client):
    answer = client.post("/api/v1/auth/login", b"[" * 100_000, content_type="application/json")
    assert answer.status_code == 400


def _breaks(*args, **options):
    raise RuntimeError("secret detail")


class Broken:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        raise RuntimeError("secret detail")
