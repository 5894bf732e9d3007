"""Identity: who somebody is, said by a provider that they sign in with (OpenID Connect Core 1.0)."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Claims:
    """What the provider has proven about a person; only `subject` is always there."""

    subject: str
    """The provider's own key of the account: it never changes and is never given to somebody else."""
    email: str = ""
    """In small letters; ASCII, since look-alike letters turn into others when their case changes."""
    email_verified: bool = False
    """Whether the provider says that the person reads the mail of `email`."""
    name: str = ""
    given_name: str = ""
    family_name: str = ""


class Identity(Protocol):
    def authorization_url(self, *, state: str, nonce: str, challenge: str, redirect_uri: str) -> str:
        """Where a browser goes to sign in; `challenge` is PKCE's, S256 (RFC 7636). Raises Misconfigured."""

    def claims(self, code: str, *, verifier: str, nonce: str, redirect_uri: str) -> Claims:
        """Who came back with `code`; a code is good once.

        Raises Rejected where the provider refuses the code, or its answer does not prove who came;
        Unavailable, Misconfigured.
        """

    def probe(self) -> None:
        """Raise Misconfigured when the next call could not be served. Cheap, offline."""
