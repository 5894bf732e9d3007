"""SendGrid over HTTP: one request a mail, its own words, and a key that nobody sees."""

import base64
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from integrations.contracts.mail import Message
from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.providers.mail.sendgrid import SendGridMail, SendGridOptions
from integrations.tests.contracts.effects import CALENDAR, MailSuite
from integrations.tests.contracts.faults import FaultsSuite
from integrations.tests.vendors.committing import Fault
from integrations.tests.vendors.sendgrid import API_KEY, SendGridVendor, refusal, too_many
from integrations.tests.vendors.server import Reply

pytestmark = pytest.mark.once
MESSAGE = Message(
    to="Jürgen <j@example.com>",
    subject="Your\r\n tasks",
    text="Grüße",
    html="<p>Grüße</p>",
    reply_to="maya@example.com",
    key="task-1/mail",
    attachments=(CALENDAR,),
)


@pytest.fixture
def vendor() -> Iterator[SendGridVendor]:
    sendgrid = SendGridVendor()
    yield sendgrid
    sendgrid.close()
    assert sendgrid.violations == []


@pytest.fixture
def provider(vendor: SendGridVendor) -> SendGridMail:
    return sender(vendor)


def sender(vendor: SendGridVendor, **changes: Any) -> SendGridMail:
    values = {"api_key": API_KEY, "sender": "Bot <bot@example.com>", "base_url": vendor.url, "timeout": 0.3}
    return SendGridMail(SendGridOptions(**values | changes))


class TestSendGridMail(MailSuite, FaultsSuite):
    @pytest.fixture
    def vendor(self, vendor: SendGridVendor) -> SendGridVendor:
        return vendor

    @pytest.fixture
    def provider(self, provider: SendGridMail) -> SendGridMail:
        return provider

    def act(self, provider: SendGridMail, key: str) -> None:
        provider.send(Message("d@example.com", "Your tasks", "One task.", key=key))


def test_the_whole_mail_is_handed_over_with_key_and_message_id(
    vendor: SendGridVendor, provider: SendGridMail
) -> None:
    assert provider.send(MESSAGE).id == "sg-1"
    [mail] = vendor.committed
    assert mail["personalizations"] == [
        {"to": [{"email": "j@example.com", "name": "Jürgen"}], "custom_args": {"key": "task-1/mail"}}
    ]
    assert (mail["from"], mail["reply_to"]) == (
        {"email": "bot@example.com", "name": "Bot"},
        {"email": "maya@example.com"},
    )
    assert mail["subject"] == "Your tasks"
    assert mail["content"] == [
        {"type": "text/plain", "value": "Grüße"},
        {"type": "text/html", "value": "<p>Grüße</p>"},
    ]
    [file] = mail["attachments"]
    assert (file["filename"], file["type"]) == ("tasks.ics", "text/calendar")
    assert base64.b64decode(file["content"]).decode() == CALENDAR.text


def test_a_repeat_carries_the_same_message_id(vendor: SendGridVendor, provider: SendGridMail) -> None:
    for key in ("task-1/mail", "task-1/mail", "task-2/mail"):
        provider.send(Message("d@example.com", "Your tasks", "One task.", key=key))
    first, again, other = (mail["headers"]["Message-ID"] for mail in vendor.committed)
    assert first == again != other
    assert first.endswith("@example.com>")


def test_links_are_not_rewritten_and_readers_not_watched(
    vendor: SendGridVendor, provider: SendGridMail
) -> None:
    provider.send(MESSAGE)
    tracking = vendor.committed[0]["tracking_settings"]
    assert {name: each["enable"] for name, each in tracking.items()} == {
        "click_tracking": False,
        "open_tracking": False,
    }


@pytest.mark.parametrize(
    ("status", "wrong", "sentence"),
    [
        (400, Rejected, r"refused the mail \(400\): The subject is odd"),
        (413, Rejected, r"refused the mail \(413\)"),
        (401, Misconfigured, "refused the credentials"),
        (403, Misconfigured, "refused the credentials"),
        (500, Unavailable, "not available"),
    ],
)
def test_refusals_say_what_sendgrid_said(
    vendor: SendGridVendor, provider: SendGridMail, status: int, wrong: type[Exception], sentence: str
) -> None:
    vendor.route("POST", "/v3/mail/send", lambda asked: refusal(status, "The subject is odd"))
    with pytest.raises(wrong, match=sentence):
        provider.send(MESSAGE)
    assert vendor.committed == []


def test_the_time_at_which_the_limit_is_lifted_is_waited_for(
    vendor: SendGridVendor, provider: SendGridMail
) -> None:
    vendor.route("POST", "/v3/mail/send", lambda asked: too_many(40))
    with pytest.raises(Unavailable) as failure:
        provider.send(MESSAGE)
    assert failure.value.maybe_done is False
    assert 38 <= failure.value.retry_after <= 40


@pytest.mark.parametrize("reply", [Reply(200, b"{}"), Reply(204), Reply(201, b"queued")])
def test_only_202_is_a_mail_that_was_accepted(
    vendor: SendGridVendor, provider: SendGridMail, reply: Reply
) -> None:
    vendor.route("POST", "/v3/mail/send", lambda asked: reply)
    with pytest.raises(Unavailable) as failure:
        provider.send(MESSAGE)
    assert failure.value.maybe_done is True


def test_without_an_id_of_theirs_ours_is_kept(vendor: SendGridVendor, provider: SendGridMail) -> None:
    vendor.route("POST", "/v3/mail/send", lambda asked: Reply(202))
    assert provider.send(MESSAGE).id.endswith("@example.com>")


@pytest.mark.parametrize("to", ["", "a@b.c, d@e.f", "a@b.c\r\nBcc: d@e.f"])
def test_what_is_not_one_address_is_rejected_before_it_is_asked(
    vendor: SendGridVendor, provider: SendGridMail, to: str
) -> None:
    with pytest.raises(Rejected, match="not one valid mail address"):
        provider.send(Message(to, "Subject", "Text"))
    with pytest.raises(Rejected, match="says nothing"):
        provider.send(Message("a@example.com", "Subject", ""))
    assert vendor.asked == []


@pytest.mark.parametrize("changes", [{"api_key": ""}, {"sender": ""}, {"sender": "nobody"}])
def test_missing_options_are_misconfigured(vendor: SendGridVendor, changes: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        sender(vendor, **changes).send(MESSAGE)
    assert vendor.asked == []


@pytest.mark.parametrize(
    "reply", [refusal(400, f"key {API_KEY}"), refusal(500, API_KEY), Reply(hang_up=True), Reply(200)]
)
def test_the_key_shows_in_no_error_and_no_log(
    vendor: SendGridVendor, provider: SendGridMail, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    vendor.route("POST", "/v3/mail/send", lambda asked: reply)
    with pytest.raises((Rejected, Unavailable)) as failure:
        provider.send(MESSAGE)
    shown = f"{failure.value!r} {failure.value.__cause__!r} {provider!r} {provider._options!r} {caplog.text}"
    assert API_KEY not in shown


def test_a_refused_key_sends_nothing(vendor: SendGridVendor) -> None:
    with pytest.raises(Misconfigured):
        sender(vendor, api_key="SG.another").send(MESSAGE)
    vendor.faults = [Fault.EXPIRED]
    assert vendor.committed == []
