"""Microsoft Entra ID as the provider that somebody signs in with: one tenant, or many.

The address that Entra puts into `email`, `upn` or `preferred_username` is whatever a tenant's administrator
wrote there. Only the optional claim `xms_edov` says that its domain is verified.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from integrations.errors import Misconfigured, Rejected
from integrations.providers.identity.id_tokens import Payload
from integrations.providers.identity.oidc import OidcIdentity, OidcOptions, with_tenant

CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of all private Microsoft accounts."""
MANY = ("common", "organizations", "consumers")
_TENANT = "{tenantid}"
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class MicrosoftOptions(OidcOptions):
    authorize_url: str = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize"
    token_url: str = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
    jwks_url: str = "https://login.microsoftonline.com/{tenant}/discovery/v2.0/keys"
    issuer: str = "https://login.microsoftonline.com/{tenantid}/v2.0"
    """`{tenantid}` becomes the `tid` of the token, which has to be allowed."""
    tenant: str = "common"
    """A tenant's id; or `organizations`, `consumers`, or `common` for both."""


class MicrosoftIdentity(OidcIdentity):
    """The account is `tid:oid`: `sub` differs between apps, and `oid` is unique within a tenant."""

    Options = MicrosoftOptions
    engine = "microsoft"
    vendor = "Microsoft"

    def __init__(self, options: MicrosoftOptions):
        self._tenant = options.tenant.strip().lower()
        super().__init__(with_tenant(options, self._tenant))

    def probe(self) -> None:
        """Raise Misconfigured without a client, an endpoint or a tenant that can be told."""
        super().probe()
        if self._tenant not in MANY and not _GUID.fullmatch(self._tenant):
            raise Misconfigured(f"The tenant of Microsoft is its id, or one of {', '.join(MANY)}.")

    def issuer(self, payload: Payload) -> str:
        tenant = self._tenant_of(payload)
        allowed = {
            "common": True,
            "organizations": tenant != CONSUMERS,
            "consumers": tenant == CONSUMERS,
        }.get(self._tenant, tenant == self._tenant)
        if not allowed:
            raise Rejected("The id_token of Microsoft is of a tenant that may not sign in here.")
        return self._options.issuer.replace(_TENANT, tenant)

    def issuer_of_key(self, said: str, payload: Payload) -> str:
        return said.replace(_TENANT, self._tenant_of(payload))

    def subject(self, payload: Payload) -> str:
        return f"{self._tenant_of(payload)}:{self._guid(payload, 'oid')}"

    def email_verified(self, payload: Payload) -> bool:
        return payload.get("xms_edov") in (True, 1, "1", "true")

    def extra_query(self) -> Mapping[str, str]:
        """A person with several accounts is asked which."""
        return {"prompt": "select_account"}

    def _tenant_of(self, payload: Payload) -> str:
        return self._guid(payload, "tid")

    def _guid(self, payload: Payload, name: str) -> str:
        value = self.required(payload, name)
        if not _GUID.fullmatch(value):
            raise Rejected(f"The id_token of Microsoft says nothing usable in {name!r}.")
        return value
