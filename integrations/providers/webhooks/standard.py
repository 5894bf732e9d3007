"""Webhooks as Standard Webhooks has them: signed over id, time and raw body; to public hosts only."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from integrations import guard
from integrations.contracts.webhooks import Notice, Told
from integrations.errors import Misconfigured, ProviderError, Rejected, Unavailable
from integrations.http import Http, retry_after

PREFIX = "whsec_"
GONE = 410


@dataclass(frozen=True)
class StandardWebhooksOptions:
    timeout: float = 15.0
    """Seconds; the specification advises 15 to 30."""
    private_allowed: bool = False
    """Whether addresses of the own network may be told; otherwise only the public internet's."""
    user_agent: str = "MeetingAssistant-Webhooks/1"
    clock: Callable[[], float] = time.time


class StandardWebhooks:
    """Sends once a call; what the receiver answers in the body is thrown away."""

    Options = StandardWebhooksOptions
    engine = "standard-webhooks"

    def __init__(self, options: StandardWebhooksOptions = StandardWebhooksOptions()):
        self._options = options

    def tell(self, notice: Notice) -> Told:
        moment = str(int(self._options.clock()))
        headers = {
            "webhook-id": notice.id,
            "webhook-timestamp": moment,
            "webhook-signature": signatures(notice.id, moment, notice.body, notice.secrets),
            "content-type": "application/json",
            "user-agent": self._options.user_agent,
        }
        receiver = Http(
            notice.url,
            "The webhook's address",
            timeout=self._options.timeout,
            max_bytes=65536,
            reads=False,
            judge=_verdict,
        )
        try:
            with guard.public_only(not self._options.private_allowed):
                answer = receiver.request("POST", content=notice.body, headers=headers)
        except Misconfigured as error:
            raise Unavailable(str(error)) from error
        return Told(answer.status)

    def probe(self) -> None:
        """Always ready."""


def _verdict(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """Not in the receiver's words: an address may be typed in to read what answers there."""
    if status == GONE:
        return Rejected("The address answered 410: nobody listens there any more.", status=GONE)
    wait = retry_after(headers.get("retry-after"))
    return Unavailable(f"The webhook's address refused it ({status}).", retry_after=wait)


def signatures(notice_id: str, moment: str, body: bytes, secrets: Iterable[str]) -> str:
    """`v1,<base64>` for each secret, with a space between: HMAC-SHA256 over `id.timestamp.body`."""
    signed = b".".join([notice_id.encode(), moment.encode(), body])
    digests = (hmac.new(_key(secret), signed, hashlib.sha256).digest() for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))
