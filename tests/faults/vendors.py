"""A tracker, a mail server and a chat in the test's own process, which may kill the worker that calls them.

What they have committed is the ledger that outlives every kill.
"""

import contextlib
import email
import email.policy
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from integrations.tests.test_smtp import free_port
from integrations.tests.vendors.committing import CommittingVendor
from integrations.tests.vendors.jira import JiraVendor
from integrations.tests.vendors.server import Asked, Reply
from integrations.tests.vendors.slack import TOKEN, SlackVendor

from .conftest import House


class Vendors:
    """`deadly` names the kinds whose next deed kills the worker, before it is told."""

    def __init__(self, house: House):
        self.deadly: set[str] = set()
        self.jira = JiraVendor()
        self.slack = SlackVendor()
        self.letters: list[EmailMessage] = []
        self._house = house
        for kind, vendor in (("tickets", self.jira), ("chat", self.slack)):
            self._watch(kind, vendor)
        self._mail = Controller(self, hostname="127.0.0.1", port=free_port())
        self._mail.start()

    @property
    def variables(self) -> dict[str, str]:
        """What tells a worker where they are."""
        return {
            "DJANGO_SETTINGS_MODULE": "tests.faults.vendor_settings",
            "JIRA_BASE_URL": self.jira.url,
            "JIRA_EMAIL": "bot@example.com",
            "JIRA_API_TOKEN": "a-token-of-the-tests",
            "JIRA_DEPLOYMENT": "cloud",
            "TICKETS_PROJECT": "OPS",
            "CHAT_CHANNEL": "#meetings",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self._mail.port),
            "SMTP_SECURITY": "none",
            "MAIL_FROM": "bot@example.com",
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_BASE_URL": f"{self.slack.url}/api",
            "no_proxy": "127.0.0.1",
        }

    def forget(self) -> None:
        """Begin a new page of every ledger."""
        for page in (self.jira.committed, self.slack.committed, self.letters):
            page.clear()

    @property
    def tickets(self) -> Counter[str]:
        return Counter(issue["fields"]["summary"] for issue in self.jira.committed)

    @property
    def mails(self) -> Counter[str]:
        return Counter(letter["To"].addresses[0].addr_spec for letter in self.letters)

    @property
    def posts(self) -> int:
        return len(self.slack.committed)

    @property
    def violations(self) -> list[str]:
        return [*self.jira.violations, *self.slack.violations]

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.SMTP))
        self._done("mail")
        return "250 taken"

    def _watch(self, kind: str, vendor: CommittingVendor) -> None:
        answer = vendor.answer

        def answer_and_kill(asked: Asked) -> Reply:
            before = len(vendor.committed)
            reply = answer(asked)
            if len(vendor.committed) > before:
                self._done(kind)
            return reply

        vendor.answer = answer_and_kill

    def _done(self, kind: str) -> None:
        if kind in self.deadly:
            self.deadly.discard(kind)
            self._house.kill_worker()

    def close(self) -> None:
        self._mail.stop()
        self.jira.close()
        self.slack.close()


@contextmanager
def vendors_of(house: House) -> Iterator[Vendors]:
    """They are there as long as the block; the house's workers are told where."""
    with contextlib.closing(Vendors(house)) as vendors:
        house.variables = vendors.variables
        yield vendors
