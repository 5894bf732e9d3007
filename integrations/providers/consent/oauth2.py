"""Consent at any OAuth 2.0 server: authorization code with PKCE, refresh, revocation.

The vendors' own files say what is particular about each. Every endpoint is an option, so that a provider can
be pointed at another server.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from integrations.contracts.consent import Grant
from integrations.errors import ConsentNeeded, Misconfigured, ProviderError, Rejected
from integrations.http import Http
from integrations.providers import token_endpoint
from integrations.redaction import quotable

LARGEST_ANSWER = 256 * 1024
LONGEST_TOKEN = 16_384
LONGEST_LIFE = 400 * 86_400.0
"""Seconds; what a vendor says beyond that is not believed."""
OVER = frozenset(
    {"invalid_grant", "unauthorized_client", "interaction_required", "consent_required", "login_required"}
)
"""Words of a token endpoint that a person has to act on when a refresh token was shown (RFC 6749, 5.2)."""
OURS = frozenset({"invalid_client"})


@dataclass(frozen=True)
class OAuth2Options:
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    authorize_url: str = ""
    token_url: str = ""
    account_url: str = ""
    """Who the bearer of a token is."""
    revoke_url: str = ""
    """RFC 7009; empty where the vendor has none."""
    scope: str = ""
    timeout: float = 10.0
    """Seconds for each request."""


class OAuth2Consent:
    """`engine` is the alias' name; `vendor` is what sentences call it."""

    Options: type[OAuth2Options] = OAuth2Options
    engine = "oauth2"
    vendor = "The vendor"
    has_pkce = True
    sends_json = False
    """Whether the token endpoint is documented with JSON instead of a form."""

    def __init__(self, options: OAuth2Options):
        self._options = options

    def authorization_url(self, *, state: str, challenge: str, redirect_uri: str) -> str:
        self.probe()
        query = {
            "response_type": "code",
            "client_id": self._options.client_id,
            "redirect_uri": redirect_uri,
            "scope": self._options.scope,
            "state": state,
            **self.extra_query(),
        }
        if self.has_pkce:
            query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        address = self._options.authorize_url
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(query)}"

    def exchange(self, code: str, *, verifier: str, redirect_uri: str) -> Grant:
        self.probe()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        if self.has_pkce and verifier:
            form["code_verifier"] = verifier
        answer = self._ask(form, Rejected, code, verifier)
        tokens = self._tokens(answer)
        return self.with_account(tokens, answer)

    def refresh(self, refresh_token: str) -> Grant:
        self.probe()
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self._tokens(self._ask(form, ConsentNeeded, refresh_token))

    def revoke(self, token: str) -> None:
        if self._options.revoke_url:
            http = self._http(self._options.revoke_url, token)
            http.request("POST", data={"token": token, **self._client()})

    def recognise(self, access_token: str) -> None:
        """Ask the vendor whether the token is good. Raises Misconfigured with 401 where it is not."""
        self.look_up(access_token)

    def probe(self) -> None:
        """Raise Misconfigured without a client or an endpoint."""
        wanted = ("client_id", "client_secret", "authorize_url", "token_url")
        missing = [name for name in wanted if not getattr(self._options, name)]
        if missing:
            raise Misconfigured(f"Connecting accounts of {self.vendor} needs {', '.join(missing)}.")

    def extra_query(self) -> Mapping[str, str]:
        """What else the page of consent is told."""
        return {}

    def with_account(self, tokens: Grant, answer: Mapping[str, Any]) -> Grant:
        """The grant with whose account it is; `answer` is the token endpoint's. Raises ProviderError."""
        raise NotImplementedError

    def look_up(self, access_token: str) -> Any:
        """What `account_url` says to the bearer of the token."""
        http = self._http(self._options.account_url, access_token, bearer=access_token)
        return http.request("GET").json()

    def required(self, said: Any, name: str) -> str:
        """A field that is there and is short text. Raises Rejected."""
        value = said.get(name) if isinstance(said, dict) else None
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not 0 < len(value) <= 200 or not value.isprintable():
            raise Rejected(f"{self.vendor} does not say whose account this is.")
        return value

    def _client(self) -> dict[str, str]:
        return {"client_id": self._options.client_id, "client_secret": self._options.client_secret}

    def _http(self, url: str, *secrets: str, bearer: str = "", **changes: Any) -> Http:
        authorization = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        return Http(
            url,
            self.vendor,
            headers={"Accept": "application/json", **authorization},
            secrets=(self._options.client_secret, *filter(None, secrets)),
            timeout=self._options.timeout,
            max_bytes=LARGEST_ANSWER,
            **changes,
        )

    def _ask(self, form: dict[str, str], refused: type[ProviderError], *secrets: str) -> dict[str, Any]:
        """The token endpoint's answer; a grant that is not good raises `refused`.

        What it says may hold a new refresh token in the place of the old: an answer that cannot be read
        leaves open which of the two is good.
        """

        def judge(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError | None:
            word = _error_in(body)
            if word in OURS:
                return Misconfigured(f"{self.vendor} does not know this server: {word}.", status=status)
            if word in OVER:
                return refused(f"{self.vendor} refused: {word}.")
            return None

        http = self._http(self._options.token_url, *secrets, effects=True, judge=judge)
        answer = token_endpoint.ask(http, {**form, **self._client()}, as_json=self.sends_json)
        if (word := quotable(str(answer.get("error", "")), secrets, 60)) and "access_token" not in answer:
            raise refused(f"{self.vendor} refused: {word}.")
        return answer

    def _tokens(self, answer: Mapping[str, Any]) -> Grant:
        access, renewal = answer.get("access_token"), answer.get("refresh_token") or ""
        if not _is_token(access) or not (renewal == "" or _is_token(renewal)):
            raise Rejected(f"{self.vendor} answered without tokens.")
        scope = answer.get("scope")
        return Grant(
            access_token=access,
            refresh_token=renewal,
            expires_in=_seconds(answer.get("expires_in")),
            scopes=tuple((scope if isinstance(scope, str) else self._options.scope).split()),
        )


def _error_in(body: bytes) -> str:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    word = said.get("error") if isinstance(said, dict) else None
    return word if isinstance(word, str) else ""


def _is_token(value: Any) -> bool:
    """Visible ASCII (RFC 6749, A.12), so that it fits into a header."""
    fits = isinstance(value, str) and 0 < len(value) <= LONGEST_TOKEN
    return fits and value.isascii() and value.isprintable()


def _seconds(value: Any) -> float | None:
    """Some servers write the number as text."""
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return None
    return min(seconds, LONGEST_LIFE) if seconds > 0 else None
