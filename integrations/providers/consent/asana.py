"""A person's Asana account, for tickets; the token answer itself says whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from integrations.contracts.consent import Grant
from integrations.providers.consent.oauth2 import OAuth2Consent, OAuth2Options


@dataclass(frozen=True)
class AsanaOptions(OAuth2Options):
    authorize_url: str = "https://app.asana.com/-/oauth_authorize"
    token_url: str = "https://app.asana.com/-/oauth_token"
    account_url: str = "https://app.asana.com/api/1.0/users/me"
    revoke_url: str = "https://app.asana.com/-/oauth_revoke"
    scope: str = "default"


class AsanaConsent(OAuth2Consent):
    """Refresh tokens stay good until they are revoked, and a refresh brings no new one."""

    Options = AsanaOptions
    engine = "asana"
    vendor = "Asana"

    def with_account(self, tokens: Grant, answer: Mapping[str, Any]) -> Grant:
        said = answer.get("data")
        said = {"gid": said.get("id"), **said} if isinstance(said, dict) else said
        account = self.required(said, "gid")
        name = said.get("email") or said.get("name") or account
        return replace(tokens, account=account, name=str(name)[:200])
