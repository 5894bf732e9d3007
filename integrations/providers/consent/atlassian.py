"""A person's sites at Atlassian, for tickets in Jira Cloud (OAuth 2.0, three-legged)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from integrations.contracts.consent import Grant
from integrations.errors import Rejected
from integrations.providers.consent.oauth2 import OAuth2Consent, OAuth2Options

WRITES = "write:jira-work"


@dataclass(frozen=True)
class AtlassianOptions(OAuth2Options):
    authorize_url: str = "https://auth.atlassian.com/authorize"
    token_url: str = "https://auth.atlassian.com/oauth/token"
    account_url: str = "https://api.atlassian.com/oauth/token/accessible-resources"
    scope: str = f"offline_access read:jira-work read:jira-user {WRITES}"
    audience: str = "api.atlassian.com"


class AtlassianConsent(OAuth2Consent):
    """The account is a site, by its cloud id. Refresh tokens rotate: a used one stays good for ten minutes
    only, so that the newest has to be kept."""

    Options = AtlassianOptions
    engine = "atlassian"
    vendor = "Atlassian"
    has_pkce = False
    sends_json = True

    def extra_query(self) -> Mapping[str, str]:
        return {"audience": self._options.audience, "prompt": "consent"}

    def with_account(self, tokens: Grant, answer: Mapping[str, Any]) -> Grant:
        """The first site in which tickets may be written; a person chooses another one by consenting anew."""
        said = self.look_up(tokens.access_token)
        sites = [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
        writable = [each for each in sites if WRITES in (each.get("scopes") or ())]
        if not writable:
            raise Rejected("Atlassian names no site in which this account may write tickets.")
        site = writable[0]
        cloud_id, address = self.required(site, "id"), self.required(site, "url")
        return replace(
            tokens,
            account=cloud_id,
            name=str(site.get("name") or address)[:200],
            options={"cloud_id": cloud_id, "site_url": address},
        )
