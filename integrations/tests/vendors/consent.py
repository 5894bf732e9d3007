"""The OAuth side of Google, Microsoft, Atlassian and Asana, as their documents describe it, on localhost."""

import base64
import contextlib
import hashlib
import json
import secrets
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from integrations.tests.vendors.committing import CommittingVendor
from integrations.tests.vendors.server import Asked, Reply, as_json

CLIENT_ID = "client-of-the-tests"
CLIENT_SECRET = "s3cret-of-the-client-0123456789"
REDIRECT = "http://testserver/api/v1/connections/{vendor}/callback"
WHO: dict[str, Any] = {
    "google": {"sub": "1084", "email": "user@example.com", "email_verified": True},
    "microsoft": {"id": "87d349ed", "mail": "user@example.com", "displayName": "John Doe"},
    "atlassian": [
        {"id": "no-jira", "url": "https://wiki.atlassian.net", "name": "wiki", "scopes": ["read:page"]},
        {
            "id": "1324a887",
            "url": "https://example.atlassian.net",
            "name": "example",
            "scopes": ["read:jira-work", "write:jira-work"],
        },
    ],
    "asana": {"data": {"gid": "4673218951", "name": "John Doe", "email": "user@example.com"}},
}


class ConsentVendor(CommittingVendor):
    """Codes are good once; refresh tokens rotate at Atlassian, where a used one stays good for a while."""

    def __init__(self, name: str) -> None:
        super().__init__(self._conforms)
        self.name = name
        self.granted_scope = ""
        self.lifetime = 3600
        self.replaced: set[str] = set()
        """Refresh tokens that were used and are good until `end_grace`."""
        self.good: set[str] = set()
        self.access: set[str] = set()
        self._codes: dict[str, dict[str, str]] = {}
        self.route("GET", "/authorize", self._authorize)
        self.route("POST", "/token", self.changing(self._token))
        self.route("GET", "/me", self._me)
        self.route("POST", "/revoke", self._revoke)

    def options(self, **changes: Any) -> dict[str, Any]:
        """The options of a provider that this server stands in for."""
        addresses = {each: f"{self.url}/{each.partition('_')[0]}" for each in ("authorize_url", "token_url")}
        if self.name in ("google", "asana"):
            addresses["revoke_url"] = f"{self.url}/revoke"
        who = {"account_url": f"{self.url}/me"}
        client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "timeout": 5.0}
        return client | addresses | who | changes

    def visit(self, authorization_url: str) -> dict[str, str]:
        """Consents as a person does in a browser; the query with which they come back."""
        with contextlib.closing(HTTPConnection(urlsplit(self.url).netloc, timeout=10)) as browser:
            browser.request("GET", authorization_url.removeprefix(self.url))
            answer = browser.getresponse()
            assert answer.status == 302, answer.read()
            return _query(answer.headers["Location"])

    def refreshes(self) -> int:
        """How often a refresh was carried out."""
        return sum(each["grant_type"] == "refresh_token" for each in self.committed)

    def withdraw(self) -> None:
        """The person takes their consent back at the vendor."""
        self.good.clear()
        self.replaced.clear()
        self.access.clear()

    def end_grace(self) -> None:
        """Ten minutes later."""
        self.replaced.clear()

    def _conforms(self, asked: Asked) -> None:
        if asked.path == "/token":
            kind = "application/json" if self.name == "atlassian" else "application/x-www-form-urlencoded"
            assert asked.headers["content-type"] == kind

    def _authorize(self, asked: Asked) -> Reply:
        query = _query(asked.path)
        assert (query["client_id"], query["response_type"]) == (CLIENT_ID, "code")
        if self.name == "google":
            assert (query["access_type"], query["prompt"]) == ("offline", "consent")
        if self.name == "atlassian":
            assert query["audience"] == "api.atlassian.com"
            assert "offline_access" in query["scope"].split()
        else:
            assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(24)
        self._codes[code] = query
        back = {"code": code, "state": query["state"]}
        return Reply(302, headers={"Location": f"{query['redirect_uri']}?{urlencode(back)}"})

    def _token(self, asked: Asked) -> Reply:
        form = asked.json() if self.name == "atlassian" else _form(asked.body)
        if (form["client_id"], form["client_secret"]) != (CLIENT_ID, CLIENT_SECRET):
            return as_json({"error": "invalid_client"}, 401)
        if form["grant_type"] == "refresh_token":
            return self._refreshed(form)
        granted = self._codes.pop(form["code"], None)
        if granted is None or granted["redirect_uri"] != form["redirect_uri"] or not _proven(granted, form):
            return self._refusal()
        self.committed.append(form)
        return self._tokens(granted["scope"], self._new_refresh_token())

    def _refreshed(self, form: dict[str, str]) -> Reply:
        shown = form["refresh_token"]
        if shown not in self.good | self.replaced:
            return self._refusal()
        self.committed.append(form)
        if self.name not in ("atlassian", "microsoft"):
            return self._tokens("", "")
        self.good.discard(shown)
        self.replaced.add(shown)
        return self._tokens("", self._new_refresh_token())

    def _refusal(self) -> Reply:
        error = {"error": "invalid_grant", "error_description": "Unknown, expired or revoked."}
        return as_json(error, 403 if self.name == "atlassian" else 400)

    def _new_refresh_token(self) -> str:
        token = f"refresh-{secrets.token_urlsafe(24)}"
        self.good.add(token)
        return token

    def _tokens(self, scope: str, refresh_token: str) -> Reply:
        access = f"access-{secrets.token_urlsafe(24)}"
        self.access.add(access)
        said: dict[str, Any] = {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": self.lifetime,
        }
        if refresh_token:
            said["refresh_token"] = refresh_token
        if self.name == "asana":
            said["data"] = {"id": 4673218951, **WHO["asana"]["data"]}
        elif scope:
            said["scope"] = self.granted_scope or scope
        return as_json(said)

    def _me(self, asked: Asked) -> Reply:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        return as_json(WHO[self.name]) if token in self.access else as_json({"error": "invalid_token"}, 401)

    def _revoke(self, asked: Asked) -> Reply:
        token = _form(asked.body)["token"]
        self.good.discard(token)
        self.access.clear()
        return as_json({})


def _proven(granted: dict[str, str], form: dict[str, str]) -> bool:
    if "code_challenge" not in granted:
        return "code_verifier" not in form
    hashed = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() == granted["code_challenge"]


def _query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def _form(body: bytes) -> dict[str, str]:
    with contextlib.suppress(ValueError):
        return json.loads(body)
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}
