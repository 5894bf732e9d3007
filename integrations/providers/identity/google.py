"""Google as the provider that somebody signs in with; accounts of Workspace and private ones."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.providers.identity.oidc import OidcIdentity, OidcOptions


@dataclass(frozen=True)
class GoogleOptions(OidcOptions):
    authorize_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token_url: str = "https://oauth2.googleapis.com/token"
    jwks_url: str = "https://www.googleapis.com/oauth2/v3/certs"
    issuer: str = "https://accounts.google.com"


class GoogleIdentity(OidcIdentity):
    """The account is `sub`; Google itself says whether the e-mail is verified."""

    Options = GoogleOptions
    engine = "google"
    vendor = "Google"

    def extra_query(self) -> Mapping[str, str]:
        """A person with several accounts is asked which."""
        return {"prompt": "select_account"}
