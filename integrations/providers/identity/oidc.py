"""Signing in with any OpenID Connect server: authorization code with PKCE, id_token verified here.

`microsoft` and `google` say what is particular about those two. Nothing is looked up by discovery: every
endpoint is an option, so that a look-up cannot be answered by somebody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from integrations.contracts.identity import Claims
from integrations.errors import Misconfigured, Rejected
from integrations.http import Http
from integrations.providers import token_endpoint
from integrations.providers.identity.id_tokens import IdTokens, Payload
from integrations.providers.identity.keys import SigningKeys

LARGEST_ANSWER = 256 * 1024
"""Bytes; a set of keys has some ten thousand."""
LONGEST_NAME = 150
LONGEST_EMAIL = 254


@dataclass(frozen=True)
class OidcOptions:
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    authorize_url: str = ""
    token_url: str = ""
    jwks_url: str = ""
    issuer: str = ""
    """What `iss` has to be, to the letter."""
    scope: str = "openid email profile"
    algorithms: tuple[str, ...] = ("RS256",)
    leeway: float = 60.0
    """Seconds by which the provider's clock may differ from ours."""
    keys_lifetime: float = 3600.0
    """Seconds for which the provider's keys are believed."""
    keys_pause: float = 30.0
    """Seconds between two looks for a key that is not known."""
    timeout: float = 10.0
    """Seconds for each of the two requests that a sign-in may take."""


class OidcIdentity:
    """`engine` is the name of the kind of server; `vendor` is what sentences call it."""

    Options: type[OidcOptions] = OidcOptions
    engine = "oidc"
    vendor = "The identity provider"

    def __init__(self, options: OidcOptions):
        self._options = options
        keys = SigningKeys(
            self._http(options.jwks_url), lifetime=options.keys_lifetime, pause=options.keys_pause
        )
        self._tokens = IdTokens(
            vendor=self.vendor,
            keys=keys,
            client_id=options.client_id,
            issuer=self.issuer,
            issuer_of_key=self.issuer_of_key,
            algorithms=options.algorithms,
            leeway=options.leeway,
        )

    def authorization_url(self, *, state: str, nonce: str, challenge: str, redirect_uri: str) -> str:
        self.probe()
        query = {
            "response_type": "code",
            "client_id": self._options.client_id,
            "redirect_uri": redirect_uri,
            "scope": self._options.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **self.extra_query(),
        }
        address = self._options.authorize_url
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(query)}"

    def claims(self, code: str, *, verifier: str, nonce: str, redirect_uri: str) -> Claims:
        self.probe()
        answer = self._redeem(code, verifier, redirect_uri)
        access_token = answer.get("access_token")
        payload = self._tokens.verified(
            answer["id_token"],
            nonce=nonce,
            access_token=access_token if isinstance(access_token, str) else "",
        )
        return Claims(
            subject=self.subject(payload),
            email=_address(payload.get("email")),
            email_verified=self.email_verified(payload),
            name=_name(payload.get("name")),
            given_name=_name(payload.get("given_name")),
            family_name=_name(payload.get("family_name")),
        )

    def probe(self) -> None:
        """Raise Misconfigured without a client or an endpoint."""
        wanted = ("client_id", "client_secret", "authorize_url", "token_url", "jwks_url", "issuer")
        missing = [name for name in wanted if not getattr(self._options, name)]
        if missing:
            raise Misconfigured(f"Signing in with {self.vendor} needs {', '.join(missing)}.")

    def issuer(self, payload: Payload) -> str:
        """What `iss` has to be in a token with these claims. Raises Rejected."""
        return self._options.issuer

    def issuer_of_key(self, said: str, payload: Payload) -> str:
        """The issuer that a key's own `issuer` stands for."""
        return said

    def subject(self, payload: Payload) -> str:
        """The account's key at the provider. Raises Rejected."""
        return self.required(payload, "sub")

    def email_verified(self, payload: Payload) -> bool:
        return payload.get("email_verified") in (True, "true")

    def extra_query(self) -> Mapping[str, str]:
        """What else the sign-in page is told."""
        return {}

    def required(self, payload: Payload, name: str) -> str:
        """A claim that is a key: up to 255 printable ASCII characters. Raises Rejected."""
        value = payload.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= 255 or not _is_plain(value):
            raise Rejected(f"The id_token of {self.vendor} says nothing usable in {name!r}.")
        return value

    def _http(self, url: str, *secrets: str) -> Http:
        return Http(
            url,
            self.vendor,
            headers={"Accept": "application/json"},
            secrets=(self._options.client_secret, *secrets),
            timeout=self._options.timeout,
            max_bytes=LARGEST_ANSWER,
        )

    def _redeem(self, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
        """The token endpoint's answer, with an `id_token` in it (RFC 6749, 4.1.3; RFC 7636, 4.5)."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self._options.client_id,
            "client_secret": self._options.client_secret,
            "code_verifier": verifier,
        }
        answer = token_endpoint.ask(self._http(self._options.token_url, code, verifier), form)
        if not isinstance(answer.get("id_token"), str):
            raise Rejected(f"{self.vendor} answered without an id_token.")
        return answer


def with_tenant(options: OidcOptions, tenant: str) -> OidcOptions:
    """`{tenant}` in the addresses replaced."""
    names = ("authorize_url", "token_url", "jwks_url")
    return replace(options, **{name: getattr(options, name).replace("{tenant}", tenant) for name in names})


def _address(value: Any) -> str:
    fits = isinstance(value, str) and value.count("@") == 1 and len(value) <= LONGEST_EMAIL
    return value.lower() if fits and _is_plain(value) and " " not in value else ""


def _name(value: Any) -> str:
    """One printable line."""
    if not isinstance(value, str):
        return ""
    line = "".join(ch if ch.isprintable() else " " for ch in value[: 4 * LONGEST_NAME])
    return " ".join(line.split())[:LONGEST_NAME]


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()
