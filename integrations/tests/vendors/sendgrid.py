"""SendGrid's mail/send as tests meet it; requests are judged by its own description."""

import base64
import time

from integrations.tests.vendors.committing import CommittingVendor
from integrations.tests.vendors.described import Description
from integrations.tests.vendors.server import Asked, Reply, as_json

API_KEY = "SG.of-the-tests-0123456789"
DESCRIPTION = Description("sendgrid")
NOT_OURS = {"x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding",
            "to", "from", "subject", "reply-to", "cc", "bcc"}  # fmt: skip
"""Headers that may not be overridden, as the description says in words."""


class SendGridVendor(CommittingVendor):
    """`committed` has the bodies of accepted mails."""

    def __init__(self) -> None:
        super().__init__(self._judge)
        self.route("POST", "/v3/mail/send", self._send)

    def _judge(self, asked: Asked) -> None:
        DESCRIPTION.check(asked)
        mail = asked.json()
        assert not {name.lower() for name in mail.get("headers", {})} & NOT_OURS
        for each in mail.get("attachments", []):
            base64.b64decode(each["content"], validate=True)
            assert ";" not in each["type"], "a media type without parameters"
        assert [each["type"] for each in mail["content"]] in (["text/plain", "text/html"], ["text/plain"])

    def _send(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer {API_KEY}":
            return refusal(401, "The provided authorization grant is invalid, expired, or revoked")
        return self.changing(self._commit)(asked)

    def _commit(self, asked: Asked) -> Reply:
        self.committed.append(asked.json())
        return Reply(202, headers={"X-Message-Id": f"sg-{len(self.committed)}"})


def refusal(status: int, message: str, **headers: str) -> Reply:
    """SendGrid's form of an error."""
    return as_json({"errors": [{"message": message, "field": None, "help": None}]}, status, **headers)


def too_many(seconds: int) -> Reply:
    """429 as the Web API says it: with the Unix time at which the limit is lifted."""
    lifted = str(int(time.time()) + seconds)
    return refusal(429, "too many requests", **{"X-RateLimit-Reset": lifted})
