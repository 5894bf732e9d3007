"""Chat in Slack, by a bot's token or by an incoming webhook; called by the effect sender.

Slack offers neither keys nor a search that would show a post at once, so each call is one request: slack_sdk
would bring handlers that post again by themselves, and is not needed for two requests.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from integrations.contracts.chat import Post, Posted
from integrations.errors import Misconfigured, ProviderError, Rejected
from integrations.http import Answer, Http
from integrations.providers.chat.slack_errors import known, refusal
from integrations.providers.chat.slack_text import sections

EVENT_TYPE = "meeting_outcome"
REDIRECT = "https://slack.com/app_redirect"


@dataclass(frozen=True)
class SlackOptions:
    token: str = field(default="", repr=False)
    """A bot's (`xoxb-`), with the scope chat:write."""
    webhook_url: str = field(default="", repr=False)
    """An incoming webhook, as secret as a token; it wins over `token`, since it is the narrower right."""
    channel: str = ""
    """The one channel that the webhook posts to, where it is known: a post for another is refused."""
    base_url: str = "https://slack.com/api"
    timeout: float = 20.0
    """Seconds."""


class SlackChat:
    Options = SlackOptions
    engine = "slack"

    def __init__(self, options: SlackOptions):
        self._options = options

    def post(self, post: Post) -> Posted:
        """One post of one request; a token's carries the key in its metadata.

        Long texts come in several sections and are cut at the end. Raises as the contract says.
        """
        self.probe()
        parts = sections(post.text)
        if not parts:
            raise Rejected("Slack takes no message without text.")
        return self._by_webhook(post, parts) if self._options.webhook_url else self._by_token(post, parts)

    def probe(self) -> None:
        """Check the options without a connection."""
        options = self._options
        if not options.token and not options.webhook_url:
            raise Misconfigured("Slack needs a bot's token or the address of a webhook.")
        if options.webhook_url and not _is_address(options.webhook_url):
            raise Misconfigured("The address of Slack's webhook is not a web address.")

    def _by_token(self, post: Post, parts: list[str]) -> Posted:
        if not post.channel:
            raise Rejected("The post names no channel.")
        form = {"channel": post.channel, "link_names": "false", "unfurl_links": "false"}
        form |= {name: _as_form(value) for name, value in _content(parts).items()}
        if post.key:
            metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": post.key}}
            form["metadata"] = json.dumps(metadata)
        http = self._http(self._options.base_url, {"Authorization": f"Bearer {self._options.token}"})
        answer = http.request("POST", "chat.postMessage", data=form)
        return self._posted(answer, post)

    def _posted(self, answer: Answer, post: Post) -> Posted:
        said = answer.json()
        if not isinstance(said, dict) or not isinstance(said.get("ok"), bool):
            raise answer.unreadable("something else than Slack does")
        if not said["ok"]:
            error, needed = str(said.get("error", "")), str(said.get("needed", ""))
            raise refusal(error, post.channel, answer.headers, needed=needed, secrets=self._secrets)
        channel, moment = said.get("channel"), said.get("ts")
        if not isinstance(channel, str) or not isinstance(moment, str):
            raise answer.unreadable("a post without its time")
        url = f"{REDIRECT}?{urlencode({'channel': channel, 'message_ts': moment})}"
        return Posted(id=f"{channel}:{moment}", url=url)

    def _by_webhook(self, post: Post, parts: list[str]) -> Posted:
        """A webhook says nothing about the post: its id is our key, and there is no link to it."""
        fixed = self._options.channel
        if fixed and post.channel and _name(fixed) != _name(post.channel):
            raise Rejected(f"Slack's webhook posts to {fixed} only.")
        address = urlsplit(self._options.webhook_url)
        http = self._http(f"{address.scheme}://{address.netloc}", {}, channel=post.channel)
        path = f"{address.path}?{address.query}" if address.query else address.path
        answer = http.request("POST", path, json=_content(parts))
        if answer.body.strip() != b"ok":
            raise answer.unreadable("something else than ok")
        return Posted(id=f"webhook:{post.key}")

    def _http(self, base_url: str, headers: dict[str, str], channel: str = "") -> Http:
        def judge(status: int, answered: Mapping[str, str], body: bytes) -> ProviderError | None:
            word = body[:200].decode("utf-8", "replace").strip()
            return refusal(word, channel, answered, secrets=self._secrets) if known(word) else None

        return Http(
            base_url=base_url,
            vendor="Slack",
            headers=headers,
            secrets=self._secrets,
            timeout=self._options.timeout,
            max_bytes=1024 * 1024,
            effects=True,
            judge=judge,
        )

    @property
    def _secrets(self) -> tuple[str, ...]:
        webhook = self._options.webhook_url
        return (self._options.token, webhook, urlsplit(webhook).path.strip("/") if webhook else "")


def _content(parts: list[str]) -> dict[str, Any]:
    """`text` is what notifications show; where there is more of it, blocks hold it all."""
    content: dict[str, Any] = {"text": parts[0]}
    if len(parts) > 1:
        content["blocks"] = [{"type": "section", "text": {"type": "mrkdwn", "text": part}} for part in parts]
    return content


def _as_form(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _name(channel: str) -> str:
    return channel.strip().removeprefix("#").casefold()


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(parts.path) > 1
