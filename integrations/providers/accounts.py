"""Whose account pasted credentials are of: one cheap call at the vendor, which changes nothing there."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.http import Http

TIMEOUT = 10.0
LARGEST_ANSWER = 256 * 1024
LONGEST_ID = 200
UNAUTHORIZED = 401
NOT_GOOD = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_service"}
)
"""Slack's words for credentials that nothing but others can help."""


@dataclass(frozen=True)
class Holder:
    """An account, by the vendor's own id."""

    id: str
    name: str


def of_jira(base_url: str, *, email: str = "", api_token: str = "", personal_token: str = "") -> Holder:
    """Raises Misconfigured (401 where they are wrong), Rejected, Unavailable."""
    if personal_token:
        authorization = f"Bearer {personal_token}"
    else:
        authorization = f"Basic {base64.b64encode(f'{email}:{api_token}'.encode()).decode()}"
    http = _http("Jira", base_url, authorization, api_token, personal_token)
    said = _object(http.request("GET", "rest/api/2/myself").json(), "Jira")
    person = _first(said, "accountId", "key", "name")
    name = _first(said, "emailAddress", "displayName", "name")
    account = f"{base_url.rstrip('/')}#{person}"
    if len(account) > LONGEST_ID:
        account = hashlib.sha256(account.encode()).hexdigest()
    return Holder(account, name)


def of_asana(base_url: str, *, token: str) -> Holder:
    """Raises Misconfigured (401 where it is wrong), Rejected, Unavailable."""
    answer = _http("Asana", base_url, f"Bearer {token}", token).request("GET", "users/me").json()
    said = _object(_object(answer, "Asana").get("data"), "Asana")
    return Holder(_first(said, "gid"), _first(said, "email", "name", "gid"))


def of_slack_bot(base_url: str, *, token: str) -> Holder:
    """Raises Misconfigured (401 where it is wrong), Rejected, Unavailable."""
    http = _http("Slack", base_url, f"Bearer {token}", token)
    said = _object(http.request("POST", "auth.test").json(), "Slack")
    if said.get("ok") is not True:
        word = str(said.get("error", ""))[:60]
        if word in NOT_GOOD:
            raise Misconfigured(f"Slack refused the credentials: {word}.", status=UNAUTHORIZED)
        if word == "ratelimited":
            raise Unavailable("Slack is asked too often.")
        raise Rejected(f"Slack refused: {word}.")
    account = f"{_first(said, 'team_id')}#{_first(said, 'bot_id', 'user_id')}"
    return Holder(account, _first(said, "team", "url"))


def of_slack_webhook(webhook_url: str) -> Holder:
    """Asked to post nothing, a webhook that is there says `no_text` or `invalid_payload`.

    Raises Misconfigured (401 where it is not there), Rejected, Unavailable.
    """

    def judge(status: int, headers: Any, body: bytes) -> Misconfigured | None:
        if status in (403, 404, 410):
            return Misconfigured("Slack does not know this webhook.", status=UNAUTHORIZED)
        return None

    http = Http(
        webhook_url,
        "Slack",
        secrets=(webhook_url,),
        timeout=TIMEOUT,
        max_bytes=LARGEST_ANSWER,
        judge=judge,
    )
    try:
        http.request("POST", json={})
    except Rejected as error:
        if error.status != 400:
            raise
    return Holder(f"webhook#{hashlib.sha256(webhook_url.encode()).hexdigest()[:40]}", "Incoming webhook")


def _http(vendor: str, base_url: str, authorization: str, *secrets: str) -> Http:
    headers = {"Authorization": authorization, "Accept": "application/json"}
    hidden = tuple(filter(None, (*secrets, authorization.partition(" ")[2])))
    return Http(base_url, vendor, headers=headers, secrets=hidden, timeout=TIMEOUT, max_bytes=LARGEST_ANSWER)


def _object(said: Any, vendor: str) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise Rejected(f"{vendor} does not say whose account this is.")
    return said


def _first(said: dict[str, Any], *names: str) -> str:
    for name in names:
        if isinstance(said.get(name), str) and said[name] and said[name].isprintable():
            return said[name][:150]
    raise Rejected(f"The answer lacks {names[0]}: is this the right address?")
