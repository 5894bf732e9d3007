"""A browser and an app that sign in with a provider, for tests."""

import functools
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from rest_framework.test import APIClient

from accounts.models import HandOff, Identity, Session, SignInAttempt, User
from core.models import AuditEntry
from integrations.tests.oidc_server import OidcServer

OVER = {
    "detail": "This sign-in is not known, has expired or is over already. Please start again.",
    "code": "INVALID_STATE",
}
"""What is said to a `state` that leads nowhere."""


@dataclass
class Browser:
    """Talks to our server by `mount`, and to the provider over HTTP."""

    oidc: OidcServer
    provider: str = "google"
    mount: str = "/api/v1/mobile"

    @property
    def client(self) -> APIClient:
        return _client()

    def login(self, **query: str):
        return self.client.get(f"{self.mount}/auth/{self.provider}/login", query)

    def callback(self, provider: str = "", **query: str):
        return self.client.get(f"{self.mount}/auth/{provider or self.provider}/callback", query)

    def exchange(self, **body: object):
        return self.client.post(f"{self.mount}/auth/exchange", body, format="json")

    def visit(self, **query: str) -> dict[str, str]:
        """Begin, and sign in at the provider: what it puts into the address of the callback."""
        return self.oidc.visit(self.login(**query).json()["auth_url"])

    def sign_in(self, **query: str):
        """All of it: the callback's answer."""
        return self.callback(**self.visit(**query))


@functools.cache
def _client() -> APIClient:
    """One for all: it keeps nothing between requests, and setting its middleware up is slow."""
    return APIClient(raise_request_exception=False)


def sent_back(answer, address: str) -> dict[str, str]:
    """The query with which the browser comes to the app's address."""
    assert (answer.status_code, answer.content) == (302, b"")
    went_to, _, query = answer["Location"].partition("?")
    assert went_to == address
    return {name: values[0] for name, values in parse_qs(urlsplit(f"x:?{query}").query).items()}


def nobody_came() -> bool:
    """Nothing has changed: nobody has an account, an identity, a session or a code."""
    return not any(model.objects.exists() for model in (User, Identity, Session, HandOff))


def refusals() -> list[str]:
    """The reasons that the audit log has, in order."""
    refused = AuditEntry.objects.filter(action="sign_in_refused").order_by("id")
    return [details["reason"] for details in refused.values_list("details", flat=True)]


def open_attempts() -> int:
    return SignInAttempt.objects.filter(used_at__isnull=True).count()
