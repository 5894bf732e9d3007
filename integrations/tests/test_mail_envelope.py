"""The mail itself: one address, no injected header, the same Message-ID for the same effect."""

import email
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.contracts.mail import Message
from integrations.errors import Rejected
from integrations.providers.mail.console import ConsoleMail
from integrations.providers.mail.envelope import compose, mailbox
from integrations.tests.contracts.effects import CALENDAR, MailSuite


class TestConsoleMail(MailSuite):
    @pytest.fixture
    def provider(self) -> ConsoleMail:
        return ConsoleMail()

    def test_the_mail_is_printed(self, provider: ConsoleMail, capsys: pytest.CaptureFixture[str]) -> None:
        provider.send(Message("a@example.com", "Your tasks", "One task."))
        assert "Subject: Your tasks" in capsys.readouterr().out

    def test_an_attached_file_is_printed_with_its_name(self, provider: ConsoleMail, capsys) -> None:
        provider.send(Message("a@example.com", "Your tasks", "One task.", attachments=(CALENDAR,)))
        assert "[tasks.ics]\nBEGIN:VCALENDAR\n" in capsys.readouterr().out.replace("\r\n", "\n")

    def test_a_long_link_can_be_opened_from_the_terminal(self, provider: ConsoleMail, capsys) -> None:
        link = f"https://us.example/account?token={'a' * 80}.é"
        provider.send(Message("a@example.com", "Your link", f"Open\n{link}\n", f'<a href="{link}">Here</a>'))
        printed = capsys.readouterr().out
        assert (f"\n{link}\n" in printed, f'"{link}"' in printed) == (True, True)


def test_a_repeat_carries_the_same_message_id_and_another_effect_another() -> None:
    def message_id(key: str) -> str:
        return compose(Message("d@example.com", "Your tasks", "", key=key), "bot@example.com")["Message-ID"]

    assert message_id("task-1/mail") == message_id("task-1/mail") != message_id("task-2/mail")
    assert message_id("task-1/mail").endswith("@example.com>")


def test_a_mail_says_when_it_was_sent() -> None:
    """Without that a mail is malformed (RFC 5322, 3.6), and looks like spam to its reader's server."""
    before = datetime.now(UTC).replace(microsecond=0)
    date = compose(Message("d@example.com", "Your tasks", "Text"), "bot@example.com")["Date"]
    assert before <= date.datetime <= datetime.now(UTC)


def test_a_line_break_in_a_subject_makes_no_header() -> None:
    mail = compose(Message("a@example.com", "Hello\r\nBcc: x@example.com", "Text"), "bot@example.com")
    assert mail["Subject"] == "Hello Bcc: x@example.com"
    assert "Bcc" not in email.message_from_bytes(mail.as_bytes())


@pytest.mark.parametrize(
    "to",
    [
        "",
        "nobody",
        "a@",
        "@b",
        "a@b.c, d@e.f",
        "a@b.c\r\nBcc: d@e.f",
        "Bob, Jr <a@b.c>",
        "a@b..c",
        "g: a@b.c, d@e.f;",
    ],
)
def test_what_is_not_one_address_is_rejected(to: str) -> None:
    with pytest.raises(Rejected, match="not one valid mail address"):
        compose(Message(to, "Subject", "Text"), "bot@example.com")


@given(st.text(alphabet='a@.<>,;:" ()[]\\é\n', max_size=14))
def test_any_text_is_one_address_or_a_value_error(text: str) -> None:
    try:
        address = mailbox(text)
    except ValueError:
        return
    assert "\n" not in str(address)
    assert address.username
    assert address.domain


@given(st.text(), st.text())
def test_no_subject_and_text_break_out_of_the_mail(subject: str, text: str) -> None:
    subject, text = (s.encode("utf-8", "replace").decode() for s in (subject, text))
    raw = compose(Message("a@example.com", subject, text, key="k"), "bot@example.com").as_bytes()
    parsed = email.message_from_bytes(raw)
    assert [name for name in parsed.keys() if name in ("Bcc", "Cc", "X-Other")] == []  # noqa: SIM118
    assert parsed["To"] == "a@example.com"
