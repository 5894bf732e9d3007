"""A real OpenID Connect server on localhost: signs with RSA keys, rotates them, and checks codes and PKCE.

A test says who signs in (`person`), and may forge what the server would say (`forge`).
"""

import base64
import contextlib
import functools
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jws
from joserfc.jwk import RSAKey

from integrations.tests.vendors.server import Asked, Reply, Vendor, as_json

CLIENT_ID = "client-of-the-tests"
CLIENT_SECRET = "s3cret-of-the-client-0123456789"
TENANT = "11111111-2222-4333-8444-555555555555"
OBJECT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
JOHN = {
    "sub": "subject-of-john",
    "tid": TENANT,
    "oid": OBJECT,
    "email": "user@example.com",
    "email_verified": True,
    "xms_edov": True,
    "name": "John Doe",
    "given_name": "John",
    "family_name": "Doe",
}

Payload = dict[str, Any]


@functools.cache
def rsa(name: str) -> RSAKey:
    """A key pair, made once in a run of the suite."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


def signed(payload: Payload, key: RSAKey | None = None, **header: Any) -> str:
    """An id_token as the server writes it; `header` overrides what its header says."""
    key = key or rsa("first")
    return jws.serialize_compact({"alg": "RS256", "kid": key.kid, **header}, json.dumps(payload), key)


class OidcServer:
    """`issuer` may hold `{tenantid}`, as Entra's does."""

    def __init__(self) -> None:
        self._vendor = Vendor()
        self._codes: dict[str, dict[str, str]] = {}
        self.reset()

    def reset(self) -> None:
        """As it was at the start; what was asked is forgotten."""
        self.keys = [rsa("first")]
        self.person: Payload = dict(JOHN)
        self.forge: Callable[[Payload], str] = signed
        self.denies = ""
        self.key_issuer = ""
        self._codes.clear()
        self._vendor.asked.clear()
        self._vendor.routes.clear()
        self._vendor.route("GET", "/authorize", self._authorize)
        self._vendor.route("POST", "/token", self._token)
        self._vendor.route("GET", "/jwks", self._jwks)

    @property
    def issuer(self) -> str:
        return f"{self._vendor.url}/{{tenantid}}/v2.0"

    def options(self, **changes: Any) -> dict[str, Any]:
        """The options of a provider that this server stands in for."""
        url = self._vendor.url
        return {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "authorize_url": f"{url}/authorize",
            "token_url": f"{url}/token",
            "jwks_url": f"{url}/jwks",
            "issuer": self.issuer.replace("{tenantid}", TENANT),
            "timeout": 2.0,
            **changes,
        }

    def visit(self, authorization_url: str) -> dict[str, str]:
        """Signs in as a browser does; the query with which it comes back."""
        with contextlib.closing(HTTPConnection(urlsplit(self._vendor.url).netloc, timeout=10)) as browser:
            browser.request("GET", authorization_url.removeprefix(self._vendor.url))
            answer = browser.getresponse()
            assert answer.status == 302, answer.read()
            return _query(answer.headers["Location"])

    def answers(self, path: str, reply: Reply) -> None:
        """Whoever asks `/token` or `/jwks` gets this."""
        self._vendor.route("POST" if path == "/token" else "GET", path, lambda _asked: reply)

    def times_asked(self, path: str) -> int:
        return sum(asked.path.partition("?")[0] == path for asked in self._vendor.asked)

    def close(self) -> None:
        self._vendor.close()

    def _authorize(self, asked: Asked) -> Reply:
        query = _query(asked.path)
        fits = query["client_id"] == CLIENT_ID and query["response_type"] == "code"
        if not fits or query["code_challenge_method"] != "S256" or "openid" not in query["scope"].split():
            return Reply(400, b"This request is not valid.")
        if self.denies:
            return _redirect(query["redirect_uri"], error=self.denies, state=query["state"])
        code = secrets.token_urlsafe(24)
        self._codes[code] = query
        return _redirect(query["redirect_uri"], code=code, state=query["state"])

    def _token(self, asked: Asked) -> Reply:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        if (form["client_id"], form["client_secret"]) != (CLIENT_ID, CLIENT_SECRET):
            return as_json({"error": "invalid_client"}, 401)
        granted = self._codes.pop(form["code"], None)
        challenge = _digest(form["code_verifier"].encode(), 32)
        good = granted and granted["code_challenge"] == challenge
        if not good or granted["redirect_uri"] != form["redirect_uri"]:
            return as_json({"error": "invalid_grant", "error_description": f"Not good: {form['code']}"}, 400)
        access_token, now = secrets.token_urlsafe(24), int(time.time())
        payload = {
            "iss": self.issuer.replace("{tenantid}", self.person["tid"]),
            "aud": CLIENT_ID,
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "nonce": granted["nonce"],
            "at_hash": _digest(access_token.encode(), 16),
            **self.person,
        }
        token = self.forge(payload)
        return as_json({"access_token": access_token, "token_type": "Bearer", "id_token": token})

    def _jwks(self, _asked: Asked) -> Reply:
        listed = [key.as_dict(private=False) for key in self.keys]
        if self.key_issuer:
            listed = [entry | {"issuer": self.key_issuer} for entry in listed]
        others = [{"kty": "oct", "k": "c2VjcmV0"}, {"kty": "new", "kid": "unheard-of"}, "no key"]
        return as_json({"keys": [*others, *listed]})


def _redirect(address: str, **query: str) -> Reply:
    return Reply(302, headers={"Location": f"{address}?{urlencode(query)}"})


def _query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def _digest(content: bytes, length: int) -> str:
    half = hashlib.sha256(content).digest()[:length]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def unsigned(header: Payload, payload: Payload, signature: bytes = b"") -> str:
    """A token with any header and any signature."""
    parts = (json.dumps(header).encode(), json.dumps(payload).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
