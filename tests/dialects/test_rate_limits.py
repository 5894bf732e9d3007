"""Rule 11 of the contracts over HTTP: what counts, for whom, and how each dialect refuses."""

import limits
import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from accounts.models import Session, User
from core.models import AuditEntry
from meetings.tests import factories

pytestmark = pytest.mark.django_db
LOGIN = {"flat": "/api/v1/auth/login", "memo": "/api/v1/mobile/auth/login", "enveloped": "/v1/auth/login"}
ME = {"flat": "/api/v1/auth/me", "memo": "/api/v1/web/auth/me", "enveloped": "/v1/users/me"}
PASSWORD = "a-long-password"


def post(path: str, body: object, address: str = "203.0.113.7"):
    return APIClient(REMOTE_ADDR=address).post(path, body, format="json")


def statuses(path: str, body: object, times: int, address: str = "203.0.113.7") -> list[int]:
    return [post(path, body, address).status_code for _ in range(times)]


def wrong(email: str) -> dict[str, str]:
    return {"email": email, "password": "wrong"}


@pytest.mark.parametrize("dialect", LOGIN)
def test_the_sixth_log_in_of_a_minute_is_told_when_to_come_again(limited, dialect):
    limited(credentials="5/minute")
    assert statuses(LOGIN[dialect], wrong("ann@example.com"), 5) == [401] * 5
    written = AuditEntry.objects.count()
    answer = post(LOGIN[dialect], wrong("ann@example.com"))
    seconds = int(answer["Retry-After"])
    assert (answer.status_code, 55 <= seconds <= 60, AuditEntry.objects.count()) == (429, True, written)
    if dialect == "enveloped":
        error = {"code": "RATE_LIMIT_EXCEEDED", "message": "Rate limit exceeded", "retry_after": seconds}
        assert answer.json() == {"success": False, "error": error}
    else:
        detail = "Too many requests; try again later."
        assert answer.json() == {"detail": detail, "code": "RATE_LIMIT_EXCEEDED"}


def test_an_address_and_an_account_count_together_over_all_mounts(limited, settings):
    limited(credentials="5/minute")
    settings.SIGN_IN_FAILURES = limits.parse("100/minute")
    for path, email in zip([*LOGIN.values(), *LOGIN.values()][:5], ["Ann@example.com"] * 5, strict=True):
        assert post(path, wrong(email)).status_code == 401
    assert post(LOGIN["flat"], wrong(" ann@EXAMPLE.com")).status_code == 429
    assert post(LOGIN["flat"], wrong("bob@example.com")).status_code == 401
    assert post(LOGIN["flat"], wrong("ann@example.com"), "203.0.113.8").status_code == 401


@pytest.mark.parametrize("body", ["email", "nothing", "list", "no_json", "odd_fields"])
def test_an_address_alone_may_try_ten_times_as_often(limited, body):
    limited(credentials_address="10/minute")

    def attempt(number: int) -> int:
        bodies = {
            "email": wrong(f"{number}@example.com"),
            "nothing": {},
            "list": [number],
            "odd_fields": {"email": [number], "refresh_token": None, "token": {}, "state": 1},
        }
        if body in bodies:
            return post(LOGIN["flat"], bodies[body]).status_code
        client = APIClient(REMOTE_ADDR="203.0.113.7")
        return client.post(LOGIN["flat"], "{", content_type="application/json").status_code

    ordinary = {"email": 401, "nothing": 422, "list": 422, "odd_fields": 422, "no_json": 400}[body]
    assert [attempt(number) for number in range(12)] == [ordinary] * 10 + [429] * 2
    assert post(LOGIN["flat"], wrong("ann@example.com"), "203.0.113.8").status_code == 401


def test_another_field_in_the_request_gives_no_further_attempts(limited):
    limited(credentials="5/minute")
    bodies = [wrong("ann@example.com") | {"token": str(n), "refresh_token": str(n)} for n in range(6)]
    assert [post(LOGIN["flat"], body).status_code for body in bodies] == [401] * 5 + [429]


@pytest.mark.parametrize("charset", ["utf-16", "hex", "rot13", "no-such", "idna"])
def test_another_encoding_of_the_body_gives_no_further_attempts_and_no_error(limited, charset):
    limited(credentials="2/minute")
    kind = f"Application/JSON ;charset={charset}"
    body = b'{"email": "ann@example.com", "password": "wrong"}'
    client = APIClient(REMOTE_ADDR="203.0.113.7")
    assert client.post(LOGIN["flat"], body.decode().encode("utf-16"), content_type=kind).status_code == 400
    answers = [client.generic("POST", LOGIN["flat"], body, content_type=kind).status_code for _ in range(3)]
    assert answers == [401, 401, 429]


def test_a_megabyte_of_address_is_refused_as_ever(limited):
    answer = post(LOGIN["flat"], wrong("a" * 900_000 + "@example.com"))
    assert answer.status_code == 422


def test_a_session_is_renewed_five_times_a_minute_and_goes_on(limited, sign_in):
    limited(credentials="5/minute")
    user = factories.person()
    refresh, tokens = "/api/v1/auth/refresh", sign_in(user).refresh
    for _ in range(5):
        tokens = post(refresh, {"refresh_token": tokens}).json()["refresh_token"]
    before = Session.objects.values_list("refresh_id", "ended_at").get(user=user)
    assert post(refresh, {"refresh_token": tokens}).status_code == 429
    assert Session.objects.values_list("refresh_id", "ended_at").get(user=user) == before
    assert post(refresh, {"refresh_token": sign_in(user).refresh}).status_code == 200


def test_too_many_registrations_make_no_account(limited):
    limited(credentials_address="3/minute")
    bodies = [{"email": f"{n}@example.com", "password": PASSWORD} for n in range(5)]
    assert [post("/v1/auth/register", body).status_code for body in bodies] == [201] * 3 + [429] * 2
    assert User.objects.count() == 3


@pytest.mark.parametrize(("dialect", "rate"), [("flat", "other"), ("memo", "other"), ("enveloped", "v1")])
def test_a_user_counts_wherever_they_are_and_whatever_token_they_hold(limited, dialect, rate):
    limited(**{rate: "3/minute"})
    ann, bob = factories.person(), factories.person()
    clients = [factories.client(ann), factories.client(ann)]
    answers = [clients[n % 2].get(ME[dialect], REMOTE_ADDR=f"203.0.113.{n}").status_code for n in range(5)]
    assert answers == [200] * 3 + [429] * 2
    assert factories.client(bob).get(ME[dialect], REMOTE_ADDR="203.0.113.1").status_code == 200


@pytest.mark.parametrize("authorization", ["", "Bearer forged"])
def test_without_a_good_token_the_address_counts(limited, authorization):
    limited(other="3/minute")
    headers = {"HTTP_AUTHORIZATION": authorization} if authorization else {}

    def ask(address: str) -> int:
        return APIClient(REMOTE_ADDR=address, **headers).get(ME["flat"]).status_code

    in_one_network = [ask(f"2001:db8::{n}") for n in range(1, 6)]
    assert in_one_network == [401] * 3 + [429] * 2
    assert ask("2001:db8:0:1::1") == 401


def test_a_claimed_address_is_not_believed(limited):
    limited(other="3/minute")
    answers = [Client().get(ME["flat"], HTTP_X_FORWARDED_FOR=f"198.51.100.{n}").status_code for n in range(4)]
    assert answers == [401] * 3 + [429]


def test_probes_and_unknown_paths_are_never_refused_but_the_documentation_is(limited):
    limited(other="3/minute", v1="3/minute")
    assert {Client().get("/health").status_code for _ in range(5)} == {200}
    assert {Client().get("/v1/nothing").status_code for _ in range(5)} == {404}
    assert [Client().get("/docs").status_code for _ in range(5)] == [200] * 3 + [429] * 2


def test_while_redis_is_down_requests_are_served(limited, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    limited(credentials="2/minute")
    assert statuses(LOGIN["flat"], wrong("ann@example.com"), 3) == [401, 401, 429]


def test_every_operation_says_its_rate_and_how_a_refusal_looks():
    for path, operations in SchemaGenerator().get_schema(request=None, public=True)["paths"].items():
        for method, operation in operations.items():
            expected = "unlimited" if path == "/health" else _expected(path, method, operation)
            assert operation["x-rate"] == expected, (method, path)
            refusal = operation["responses"].get("429", {})
            assert ("Retry-After" in refusal.get("headers", {})) == (path != "/health"), (method, path)


CREDENTIALS = (
    "/register",
    "/signup",
    "/login",
    "/refresh",
    "/verify-email",
    "/reset",
    "/confirm",
    "/exchange",
)

BY_HAND = ("/api/v1/integrations/", "/api/v1/notifications/slack", "/api/v1/export/google-doc", "/notify/")


def _expected(path: str, method: str, operation: dict) -> str:
    """Whatever takes or makes credentials, and what is said; the others by their mount."""
    if path.endswith("/stt"):
        return "voice"
    if path.startswith(BY_HAND):
        return "outward"
    if "/auth/" in path and (
        (method == "post" and path.endswith((*CREDENTIALS, "/password/change"))) or path.endswith("/callback")
    ):
        return "credentials"
    if (path.startswith("/api/v1/connections/") and path.endswith("/callback")) or (
        (method, path) == ("post", "/api/v1/connections")
    ):
        return "credentials"
    if path.startswith("/v1/calendar/"):
        return "calendar"
    return "v1" if path.startswith("/v1/") else "other"


@pytest.mark.parametrize("page", ["/account/verify-email", "/account/reset-password"])
def test_the_pages_of_links_count_the_button_and_not_the_looking(limited, page):
    limited(credentials="2/minute")
    assert {Client().get(page, {"token": "x"}).status_code for _ in range(4)} == {400}
    answers = [Client().post(page, {"token": "x"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [400, 400, 429]
    assert 55 <= int(answers[2]["Retry-After"]) <= 60
    assert b"Wait a minute" in answers[2].content
