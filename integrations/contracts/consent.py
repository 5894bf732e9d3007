"""Consent: an account of a person's at a vendor, which they let us use (OAuth 2.0, RFC 6749)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Grant:
    """What the vendor gave. After a refresh only the tokens and their time are there."""

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    """The newest; empty where the one that was used stays good."""
    expires_in: float | None = None
    """Seconds for which the access token is good, where the vendor said so."""
    scopes: tuple[str, ...] = ()
    account: str = ""
    """The vendor's own id of the account; it never changes."""
    name: str = ""
    """What people call the account: an address, a site."""
    options: Mapping[str, str] = field(default_factory=dict)
    """What else a provider needs to use the account, and is no secret."""


class Consent(Protocol):
    has_pkce: bool
    """Whether the vendor knows PKCE (RFC 7636); without it, `state` alone binds the answer."""

    def authorization_url(self, *, state: str, challenge: str, redirect_uri: str) -> str:
        """Where a browser goes to consent; `challenge` is PKCE's, S256. Raises Misconfigured."""

    def exchange(self, code: str, *, verifier: str, redirect_uri: str) -> Grant:
        """What a code is good for, once, and whose account it is.

        Raises Rejected where the vendor refuses the code; Unavailable, Misconfigured.
        """

    def refresh(self, refresh_token: str) -> Grant:
        """A new access token. Raises ConsentNeeded where consent was withdrawn or has expired;
        Unavailable (then the same refresh token may be tried again), Misconfigured."""

    def revoke(self, token: str) -> None:
        """Tell the vendor that nobody uses this any more; nothing where it offers no such call.

        Raises ProviderError.
        """

    def recognise(self, access_token: str) -> None:
        """Ask the vendor whether the token is good. Raises Misconfigured with status 401 where it is not."""

    def probe(self) -> None:
        """Raise Misconfigured when the next call could not be served. Cheap, offline."""
