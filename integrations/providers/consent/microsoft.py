"""A person's Microsoft account, private or of a company, for calendars (Microsoft Graph)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from integrations.contracts.consent import Grant
from integrations.providers.consent.oauth2 import OAuth2Consent, OAuth2Options


@dataclass(frozen=True)
class MicrosoftOptions(OAuth2Options):
    authorize_url: str = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize"
    token_url: str = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
    account_url: str = "https://graph.microsoft.com/v1.0/me"
    scope: str = "offline_access User.Read Calendars.ReadWrite"
    tenant: str = "common"
    """A tenant's id; or `organizations`, `consumers`, or `common` for both."""


class MicrosoftConsent(OAuth2Consent):
    """Every refresh brings a new refresh token. There is no call that revokes a single consent."""

    Options = MicrosoftOptions
    engine = "microsoft"
    vendor = "Microsoft"

    def __init__(self, options: MicrosoftOptions):
        names = ("authorize_url", "token_url")
        filled = {name: getattr(options, name).replace("{tenant}", options.tenant) for name in names}
        super().__init__(replace(options, **filled))

    def extra_query(self) -> Mapping[str, str]:
        """A person with several accounts is asked which."""
        return {"prompt": "select_account"}

    def with_account(self, tokens: Grant, answer: Mapping[str, Any]) -> Grant:
        said = self.look_up(tokens.access_token)
        account = self.required(said, "id")
        names = (said.get("mail"), said.get("userPrincipalName"), account)
        name = next(each for each in names if isinstance(each, str) and each)[:200]
        return replace(tokens, account=account, name=name, options={"owner_email": name})
