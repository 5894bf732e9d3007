"""A person's Google account, for calendars and documents."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from integrations.contracts.consent import Grant
from integrations.providers.consent.oauth2 import OAuth2Consent, OAuth2Options

_APIS = "https://www.googleapis.com/auth"


@dataclass(frozen=True)
class GoogleOptions(OAuth2Options):
    authorize_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token_url: str = "https://oauth2.googleapis.com/token"
    account_url: str = "https://openidconnect.googleapis.com/v1/userinfo"
    revoke_url: str = "https://oauth2.googleapis.com/revoke"
    scope: str = f"openid email {_APIS}/calendar.events {_APIS}/drive.file"


class GoogleConsent(OAuth2Consent):
    """The account is `sub`; people may grant less than was asked, so the granted scopes are kept."""

    Options = GoogleOptions
    engine = "google"
    vendor = "Google"

    def extra_query(self) -> Mapping[str, str]:
        """Without `prompt=consent` only the very first consent gives a refresh token."""
        return {"access_type": "offline", "prompt": "consent"}

    def with_account(self, tokens: Grant, answer: Mapping[str, Any]) -> Grant:
        said = self.look_up(tokens.access_token)
        account, address = self.required(said, "sub"), _text(said.get("email"))
        options = {"calendar_id": "primary", "owner_email": address}
        return replace(tokens, account=account, name=address or account, options=options)


def _text(value: Any) -> str:
    return value[:200] if isinstance(value, str) and value.isprintable() else ""
