"""What Slack's error words mean for who wanted to post (https://docs.slack.dev/reference/methods/chat.postMessage).

Slack says them in the body, with a status of 200 to a bot and with a 4xx to a webhook.
"""

from collections.abc import Mapping

from integrations.errors import Misconfigured, ProviderError, Rejected, Unavailable
from integrations.http import retry_after
from integrations.redaction import quotable

REFUSED = {
    "channel_not_found": "Slack shows the bot no channel {channel}: check the name, or invite the bot there.",
    "not_in_channel": "The bot is not in {channel}: invite the bot to {channel}.",
    "is_archived": "{channel} is archived in Slack.",
    "channel_is_archived": "{channel} is archived in Slack.",
    "msg_too_long": "The message is too long for Slack.",
    "msg_blocks_too_long": "The message is too long for Slack.",
    "no_text": "Slack takes no message without text.",
    "restricted_action": "Slack's settings do not let the bot post to {channel}.",
    "restricted_action_read_only_channel": "{channel} is read-only in Slack.",
    "action_prohibited": "Slack's settings do not let the webhook post there.",
}
CREDENTIALS = {
    "not_authed": "Slack was given no token.",
    "invalid_auth": "Slack refused the token: it is not valid.",
    "token_revoked": "Slack refused the token: it was revoked.",
    "token_expired": "Slack refused the token: it has expired.",
    "account_inactive": "Slack refused the token: its account was closed.",
    "not_allowed_token_type": "Slack does not let this kind of token post; it takes a bot's.",
    "no_service": "Slack's webhook is gone or switched off: make a new one.",
    "no_active_hooks": "Slack's webhook is gone or switched off: make a new one.",
    "no_team": "Slack's webhook belongs to a workspace that is gone.",
    "team_disabled": "Slack's webhook belongs to a workspace that is closed.",
    "invalid_token": "Slack's webhook address is not valid.",
}
MISSING_SCOPE = "missing_scope"
NOT_DONE = frozenset({"ratelimited", "rate_limited", "request_timeout", "team_added_to_org"})
IN_DOUBT = frozenset({"internal_error", "fatal_error", "service_unavailable", "rollup_error"})


def refusal(
    error: str, channel: str, headers: Mapping[str, str], *, needed: str = "", secrets: tuple[str, ...] = ()
) -> ProviderError:
    """The error for one of Slack's words."""
    where = quotable(channel, secrets, 80) or "the channel"
    if error in REFUSED:
        return Rejected(REFUSED[error].format(channel=where))
    if error in CREDENTIALS:
        return Misconfigured(CREDENTIALS[error], status=401)
    if error == MISSING_SCOPE:
        scope = quotable(needed, secrets, 80) or "chat:write"
        return Misconfigured(f"The bot lacks the permission {scope} in Slack.", status=403)
    word = quotable(error, secrets, 60)
    if error in NOT_DONE:
        return Unavailable(
            f"Slack cannot take the post now ({word}).", retry_after=retry_after(headers.get("retry-after"))
        )
    if error in IN_DOUBT:
        return Unavailable(f"Slack failed while it posted ({word}).", maybe_done=True)
    return Rejected(f"Slack refused the post ({word}).")


def known(error: str) -> bool:
    """Whether it is one of Slack's words that mean something to us."""
    return error in REFUSED or error in CREDENTIALS or error in NOT_DONE or error in IN_DOUBT
