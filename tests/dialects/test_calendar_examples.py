"""voice-assistant.md's examples for calendar integrations, and the errors beside them."""

import pytest

from core import codes
from integrations import registry
from integrations.models import Connection
from integrations.tests.vendors.consent import ConsentVendor
from integrations.tests.vendors.server import as_json
from meetings.tests import factories
from tests.dialects.shapes import differences

pytestmark = [pytest.mark.django_db, pytest.mark.once]
INTEGRATIONS = "/v1/calendar/integrations"
VERIFIER = "a-verifier-of-the-tests-that-is-at-least-43-letters-long"
LISTED = {
    "success": True,
    "data": {
        "integrations": [
            {
                "id": "google_calendar_123",
                "provider": "google",
                "calendar_id": "primary",
                "name": "Primary Calendar",
                "is_primary": True,
                "is_active": True,
                "last_sync": "2024-01-15T10:30:00Z",
                "created_at": "2024-01-15T09:00:00Z",
            }
        ]
    },
}
CONNECTED = {
    "success": True,
    "data": {
        "integration_id": "google_calendar_123",
        "provider": "google",
        "calendar_id": "primary",
        "name": "Primary Calendar",
        "is_primary": True,
        "is_active": True,
        "created_at": "2024-01-15T10:30:00Z",
    },
}


@pytest.fixture(params=["google", "microsoft"])
def vendor(request, settings):
    server = ConsentVendor(request.param)
    backend = f"integrations.providers.consent.{request.param}.{request.param.title()}Consent"
    entry = {"BACKEND": backend, "OPTIONS": server.options()}
    settings.PROVIDERS = settings.PROVIDERS | {"consent": {request.param: entry}}
    settings.SERVED_BY = settings.SERVED_BY | {"consent": [request.param]}
    registry.forget()
    yield server
    server.close()


def code_of(server: ConsentVendor, redirect_uri: str) -> str:
    consent = registry.provider("consent", server.name)
    challenge = codes.challenge_of(VERIFIER)
    url = consent.authorization_url(state="x", challenge=challenge, redirect_uri=redirect_uri)
    return server.visit(url)["code"]


def connect(api, server: ConsentVendor, **fields):
    return api.post(f"{INTEGRATIONS}/{server.name}", fields, format="json")


def test_a_calendar_is_connected_listed_and_removed_as_printed(api, vendor, settings):
    code = code_of(vendor, settings.CONNECTION_REDIRECT_URIS[vendor.name])
    created = connect(api, vendor, authorization_code=code, code_verifier=VERIFIER)
    assert created.status_code == 201, created.content
    assert differences(CONNECTED, created.json()) == []
    listed = api.get(INTEGRATIONS)
    assert listed.status_code == 200
    assert differences(LISTED, listed.json()) == []
    (shown,) = listed.json()["data"]["integrations"]
    assert (shown["id"], shown["provider"]) == (created.json()["data"]["integration_id"], vendor.name)
    assert (shown["calendar_id"], shown["name"], shown["is_primary"]) == ("primary", "user@example.com", True)
    removed = api.delete(f"{INTEGRATIONS}/{shown['id']}")
    assert (removed.status_code, removed.json()) == (
        200,
        {"success": True, "message": "Calendar integration removed successfully"},
    )
    assert api.get(INTEGRATIONS).json() == {"success": True, "data": {"integrations": []}}
    assert Connection.objects.get().secrets == {}
    assert api.delete(f"{INTEGRATIONS}/{shown['id']}").status_code == 404


def test_a_code_that_was_asked_with_another_address_comes_with_it(api, vendor):
    code = code_of(vendor, "com.example.app:/back")
    fields = {"authorization_code": code, "code_verifier": VERIFIER}
    assert connect(api, vendor, **fields, redirect_uri="com.example.app:/back").status_code == 201


def test_a_code_that_is_not_good_is_a_validation_error(api, vendor):
    answer = connect(api, vendor, authorization_code="made-up")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], [*error["details"]]) == (
        400,
        "VALIDATION_ERROR",
        ["authorization_code"],
    )
    assert not Connection.objects.exists()


def test_who_does_not_share_the_calendar_has_connected_none(api, vendor, settings):
    vendor.granted_scope = "openid email"
    if vendor.name == "microsoft":
        pytest.skip("Microsoft asks for all or nothing")
    code = code_of(vendor, settings.CONNECTION_REDIRECT_URIS[vendor.name])
    answer = connect(api, vendor, authorization_code=code, code_verifier=VERIFIER)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert not Connection.objects.exists()


def test_a_vendor_that_is_down_is_said_to_be(api, vendor):
    vendor.route("POST", "/token", lambda asked: as_json({"error": "maintenance"}, 503))
    answer = connect(api, vendor, authorization_code="any")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")


def test_without_a_client_id_there_is_nothing_to_connect(api, settings):
    settings.SERVED_BY = settings.SERVED_BY | {"consent": []}
    answer = api.post(f"{INTEGRATIONS}/google", {"authorization_code": "any"}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "CONFLICT")


def test_a_calendar_of_somebody_else_or_a_tracker_is_none(api, owner, stranger):
    other = factories.person()
    rows = [
        Connection.objects.create(owner=other, vendor="microsoft", account="1"),
        Connection.objects.create(owner=owner, vendor="asana", account="1"),
    ]
    assert [api.delete(f"{INTEGRATIONS}/{row.pk}").status_code for row in rows] == [404, 404]
    assert Connection.objects.filter(status="active").count() == 2
    assert api.get(INTEGRATIONS).json()["data"]["integrations"] == []


def test_a_calendar_that_needs_consent_is_listed_as_not_active(api, owner):
    Connection.objects.create(owner=owner, vendor="microsoft", account="1", status="needs_consent")
    (shown,) = api.get(INTEGRATIONS).json()["data"]["integrations"]
    assert (shown["is_active"], shown["is_primary"]) == (False, False)


def test_calendars_have_a_rate_of_their_own(api, limited):
    limited(calendar="2/minute", v1="1/minute")
    assert [api.get(INTEGRATIONS).status_code for _ in range(3)] == [200, 200, 429]
