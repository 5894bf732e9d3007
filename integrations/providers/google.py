"""What Google's APIs have in common: the endpoint, the bearer token, and what their refusals mean.

Our own HTTP client and not `google-api-python-client`, whose httplib2 sends a dropped POST again by itself.
"""

import json
from collections.abc import Mapping

from integrations.errors import Misconfigured, ProviderError, Rejected, Unavailable
from integrations.http import Http, retry_after

BASE_URL = "https://www.googleapis.com"
TOO_OFTEN = frozenset(
    {
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "quotaExceeded",
        "dailyLimitExceeded",
        "sharingRateLimitExceeded",
    }
)
"""Reasons of a 403 that time cures."""
NOT_THERE_FOR_YOU = frozenset(
    {
        "appNotAuthorizedToFile",
        "forbidden",
        "forbiddenForNonOrganizer",
        "requiredAccessLevel",
        "insufficientFilePermissions",
        "insufficientParentPermissions",
        "cannotAddParent",
        "teamDriveFileLimitExceeded",
        "storageQuotaExceeded",
    }
)
"""Reasons of a 403 that are about one thing, such as a folder, and not about the credentials."""


def endpoint(base_url: str, token: str, timeout: float) -> Http:
    """Google as seen with one access token."""
    return Http(
        base_url,
        "Google",
        headers={"Authorization": f"Bearer {token}"},
        secrets=(token,),
        timeout=timeout,
        effects=True,
        judge=judge,
    )


def probe(token: str) -> None:
    """Raises Misconfigured without a token."""
    if not token:
        raise Misconfigured("No Google account is connected.")


def judge(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError | None:
    """A 403 by the reason in its body: too often, not for this one thing, or (None) the credentials."""
    if status != 403:
        return None
    reasons = reasons_in(body)
    if reasons & TOO_OFTEN:
        wait = retry_after(headers.get("retry-after"))
        return Unavailable("Google is asked too often for now (403).", retry_after=wait)
    if found := sorted(reasons & NOT_THERE_FOR_YOU):
        return Rejected(f"Google does not allow this account to do that ({found[0]}).", status=status)
    return None


def reasons_in(body: bytes) -> set[str]:
    """The machine-readable reasons of an error's body; none where it has another shape."""
    try:
        errors = json.loads(body)["error"]["errors"]
        return {str(each["reason"]) for each in errors}
    except (ValueError, KeyError, TypeError, RecursionError):
        return set()
