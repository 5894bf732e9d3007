"""Identity without a server: obeys the whole contract in the process; for tests."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from integrations.contracts.identity import Claims
from integrations.errors import Rejected


@dataclass(frozen=True)
class MemoryIdentityOptions:
    """There is nothing to choose."""


@dataclass(frozen=True)
class _Grant:
    claims: Claims
    asked: dict[str, str]


class MemoryIdentity:
    """`consent` is the person who signs in at the provider's page."""

    Options = MemoryIdentityOptions
    engine = "memory"

    def __init__(self, options: MemoryIdentityOptions | None = None):
        self._grants: dict[str, _Grant] = {}

    def authorization_url(self, *, state: str, nonce: str, challenge: str, redirect_uri: str) -> str:
        asked = {"state": state, "nonce": nonce, "challenge": challenge, "redirect_uri": redirect_uri}
        return f"memory://identity/authorize?{urlencode(asked)}"

    def consent(self, authorization_url: str, claims: Claims) -> str:
        """The code with which the browser comes back when this person has agreed."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(authorization_url).query).items()}
        code = secrets.token_urlsafe(16)
        self._grants[code] = _Grant(claims, asked)
        return code

    def claims(self, code: str, *, verifier: str, nonce: str, redirect_uri: str) -> Claims:
        grant = self._grants.pop(code, None)
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        shown = {"nonce": nonce, "challenge": challenge, "redirect_uri": redirect_uri}
        if grant is None or any(grant.asked[name] != value for name, value in shown.items()):
            raise Rejected("This code is not known, was used already, or belongs to another sign-in.")
        return grant.claims

    def probe(self) -> None:
        """Always ready."""
