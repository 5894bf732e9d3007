"""Mail through SendGrid's Web API v3; called by the effect sender.

It speaks through our own client, not django-anymail: providers import no Django, anymail has dropped SendGrid
(its issue 432), gives each attempt another random Message-ID, and does not tell a mail that was refused from
one whose answer was lost.
"""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from typing import Any

from integrations.contracts.mail import Attachment, Message, Receipt
from integrations.errors import Misconfigured, ProviderError, Rejected, Unavailable
from integrations.http import LONGEST_WAIT, Http, retry_after
from integrations.providers.mail.envelope import mailbox, message_id
from integrations.redaction import quotable

ACCEPTED = 202
REFUSED = (400, 413)
UNTRACKED = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": {"enable": False},
}
"""Links of letters carry secrets and tickets' addresses: they go out as they are, and nobody is watched."""


@dataclass(frozen=True)
class SendGridOptions:
    api_key: str = field(default="", repr=False)
    sender: str = ""
    """The From address, with or without a name, as verified with SendGrid."""
    base_url: str = "https://api.sendgrid.com"
    """`https://api.eu.sendgrid.com` for subusers of the EU region."""
    timeout: float = 20.0
    """Seconds."""


class SendGridMail:
    """SendGrid cannot be asked at once what it has sent: one request a mail, a deterministic Message-ID."""

    Options = SendGridOptions
    engine = "sendgrid"

    def __init__(self, options: SendGridOptions):
        self._options = options

    def send(self, message: Message) -> Receipt:
        """Hand one mail over. Raises as the contract says; Rejected also for a mail without words."""
        self.probe()
        sender = mailbox(self._options.sender)
        own_id = message_id(message.key, sender.domain)
        answer = self._http().request("POST", "/v3/mail/send", json=_mail(message, sender, own_id))
        if answer.status != ACCEPTED:
            raise answer.unreadable(f"a {answer.status} that does not accept the mail")
        return Receipt(id=answer.headers.get("x-message-id", "") or own_id)

    def probe(self) -> None:
        """Check the options without a connection."""
        if not self._options.api_key or not self._options.sender:
            raise Misconfigured("Mail through SendGrid needs an API key and a sender address.")
        try:
            mailbox(self._options.sender)
        except ValueError as error:
            raise Misconfigured("The sender of outgoing mail is not a mail address.") from error

    def _http(self) -> Http:
        secrets = (self._options.api_key,)

        def judge(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError | None:
            if status == 429:
                return Unavailable("SendGrid is asked too often (429).", retry_after=_reset(headers))
            if status in REFUSED:
                said = quotable(_words(body), secrets)
                return Rejected(f"SendGrid refused the mail ({status}): {said}", status=status)
            return None

        return Http(
            base_url=self._options.base_url,
            vendor="SendGrid",
            headers={"Authorization": f"Bearer {self._options.api_key}"},
            secrets=secrets,
            timeout=self._options.timeout,
            max_bytes=1024 * 1024,
            effects=True,
            judge=judge,
        )


def _mail(message: Message, sender: Address, own_id: str) -> dict[str, Any]:
    try:
        to = mailbox(message.to)
        reply_to = mailbox(message.reply_to) if message.reply_to else None
    except ValueError as error:
        raise Rejected("The recipient is not one valid mail address.") from error
    parts = {"text/plain": message.text, "text/html": message.html}
    content = [{"type": kind, "value": words} for kind, words in parts.items() if words]
    if not content:
        raise Rejected("The mail says nothing.")
    envelope: dict[str, Any] = {"to": [_party(to)]}
    if message.key:
        envelope["custom_args"] = {"key": message.key}
    mail: dict[str, Any] = {
        "personalizations": [envelope],
        "from": _party(sender),
        "subject": " ".join(message.subject.split()) or "-",
        "content": content,
        "headers": {"Message-ID": own_id, "Auto-Submitted": "auto-generated"},
        "tracking_settings": UNTRACKED,
    }
    if reply_to:
        mail["reply_to"] = _party(reply_to)
    if message.attachments:
        mail["attachments"] = [_attached(each) for each in message.attachments]
    return mail


def _party(address: Address) -> dict[str, str]:
    name = {"name": address.display_name} if address.display_name else {}
    return {"email": address.addr_spec} | name


def _attached(attachment: Attachment) -> dict[str, str]:
    """SendGrid refuses parameters of a media type; a calendar says its method in the file too."""
    return {
        "content": base64.b64encode(attachment.text.encode()).decode(),
        "type": attachment.media_type.partition(";")[0].strip(),
        "filename": attachment.name,
        "disposition": "attachment",
    }


def _words(body: bytes) -> str:
    """`{"errors": [{"message": ..., "field": ...}]}` as a sentence; what is something else, as it is."""
    text = body[:4096].decode("utf-8", "replace")
    try:
        return " ".join(str(each["message"]) for each in json.loads(text)["errors"])
    except (ValueError, RecursionError, TypeError, KeyError):
        return text


def _reset(headers: Mapping[str, str]) -> float | None:
    """Seconds until `X-RateLimit-Reset` (a Unix time), where there is no Retry-After."""
    wait = retry_after(headers.get("retry-after"))
    reset = headers.get("x-ratelimit-reset", "").strip()
    if wait is None and reset.isascii() and reset.isdigit():
        wait = min(max(float(reset) - time.time(), 0.0), LONGEST_WAIT)
    return wait
