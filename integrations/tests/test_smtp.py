"""Mail against a real SMTP server, and against one that breaks off at every step of the dialogue."""

import email
import email.policy
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from integrations.contracts.mail import Message
from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.providers.mail.smtp import SmtpMail, SmtpOptions
from integrations.tests.contracts.effects import CALENDAR, MailSuite
from integrations.tests.contracts.options import SECRET

MESSAGE = Message(
    to="Jürgen <j@example.com>",
    subject="Your tasks",
    text="Grüße,\n.\n..one task\n",
    html="<p>Grüße</p>",
    reply_to="maya@example.com",
    key="task-1/mail",
)


class Inbox:
    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.SMTP))
        return "250 taken"


@contextmanager
def serving(inbox: Inbox, **options: Any) -> Iterator[SmtpMail]:
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield SmtpMail(
            SmtpOptions(
                host="127.0.0.1",
                port=controller.port,
                sender="Bot <bot@example.com>",
                security="none",
                timeout=5.0,
            )
        )
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TestSmtpMail(MailSuite):
    @pytest.fixture
    def provider(self) -> Iterator[SmtpMail]:
        with serving(Inbox()) as mail:
            yield mail


def test_the_server_gets_the_whole_mail() -> None:
    inbox = Inbox()
    with serving(inbox) as provider:
        receipt = provider.send(MESSAGE)
    [mail] = inbox.mails
    assert inbox.envelopes == [("bot@example.com", ["j@example.com"])]
    assert (mail["From"], mail["To"], mail["Reply-To"], mail["Subject"]) == (
        "Bot <bot@example.com>",
        "Jürgen <j@example.com>",
        "maya@example.com",
        "Your tasks",
    )
    assert mail.get_body(("plain",)).get_content() == "Grüße,\r\n.\r\n..one task\r\n"
    assert mail.get_body(("html",)).get_content() == "<p>Grüße</p>\r\n"
    assert receipt.id == mail["Message-ID"]


def test_a_calendar_arrives_to_the_byte_and_says_that_it_is_published() -> None:
    inbox = Inbox()
    with serving(inbox) as provider:
        provider.send(replace(MESSAGE, attachments=(CALENDAR,)))
    [mail] = inbox.mails
    [file] = mail.iter_attachments()
    kind = file["Content-Type"]
    assert (mail.get_content_type(), file.get_filename()) == ("multipart/mixed", "tasks.ics")
    assert (kind.content_type, dict(kind.params)) == (
        "text/calendar",
        {"charset": "utf-8", "method": "PUBLISH"},
    )
    assert file.get_payload(decode=True).decode() == CALENDAR.text
    assert mail.get_body(("html",)).get_content() == "<p>Grüße</p>\r\n"


def test_a_body_of_dots_arrives_as_it_was_written() -> None:
    inbox = Inbox()
    with serving(inbox) as provider:
        provider.send(Message("a@example.com", "Dots", ".\n..\n.end\n"))
    assert inbox.mails[0].get_content() == ".\r\n..\r\n.end\r\n"


@pytest.mark.parametrize(
    "changes",
    [
        {"host": ""},
        {"sender": ""},
        {"sender": "a@b.c, d@e.f"},
        {"security": "ssl3"},
        {"security": "none", "password": SECRET},
    ],
)
def test_options_that_cannot_work_are_told_without_a_connection(changes: dict[str, str]) -> None:
    options = {"host": "mail.example.com", "sender": "bot@example.com"} | changes
    with pytest.raises(Misconfigured):
        SmtpMail(SmtpOptions(**options)).probe()


def test_nobody_at_the_port_means_that_nothing_was_sent(closed_port: int) -> None:
    options = SmtpOptions("127.0.0.1", closed_port, sender="bot@example.com", security="none")
    with pytest.raises(Unavailable) as failure:
        SmtpMail(options).send(MESSAGE)
    assert failure.value.maybe_done is False


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a self-signed certificate for 127.0.0.1, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def over_tls(certificate: Path, security: str, inbox: Inbox, **changes: str) -> None:
    """Send through a server that takes mail only when encrypted and logged in."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    tls = (
        {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    )

    def accept(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"bot", SECRET.encode()))

    auth = {"authenticator": accept, "auth_required": True, "auth_require_tls": security == "starttls"}
    with serving(inbox, **tls, **auth) as provider:
        options = {"ca_file": str(certificate), "password": SECRET} | changes
        port = provider._options.port
        SmtpMail(
            SmtpOptions("127.0.0.1", port, "bot", sender="b@example.com", security=security, **options)
        ).send(MESSAGE)


SECURITIES = pytest.mark.parametrize("security", ["starttls", "tls"])
IN_TLS_ALREADY = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")


@SECURITIES
@IN_TLS_ALREADY
def test_mail_goes_encrypted_and_logged_in(certificate: Path, security: str) -> None:
    inbox = Inbox()
    over_tls(certificate, security, inbox)
    assert [mail["Subject"] for mail in inbox.mails] == ["Your tasks"]


@SECURITIES
@IN_TLS_ALREADY
def test_a_server_that_cannot_prove_who_it_is_gets_neither_password_nor_mail(
    certificate: Path, security: str
) -> None:
    inbox = Inbox()
    with pytest.raises(Misconfigured, match="certificate is not trusted"):
        over_tls(certificate, security, inbox, ca_file="")
    assert inbox.mails == []


def test_an_authorities_file_that_is_missing_is_misconfigured(certificate: Path) -> None:
    with pytest.raises(Misconfigured, match="authorities' file"):
        over_tls(certificate, "starttls", Inbox(), ca_file="missing.pem")


def test_a_server_without_starttls_is_misconfigured() -> None:
    with serving(Inbox()) as provider:
        port = provider._options.port
        options = SmtpOptions("127.0.0.1", port, sender="bot@example.com", timeout=5.0)
        with pytest.raises(Misconfigured, match="offers no STARTTLS"):
            SmtpMail(options).send(MESSAGE)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_a_refused_password_is_misconfigured_and_not_shown() -> None:
    def refuse(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=False, handled=False)

    inbox = Inbox()
    with serving(inbox, authenticator=refuse, auth_require_tls=False, auth_required=True) as provider:
        port = provider._options.port
        options = SmtpOptions("127.0.0.1", port, "bot", SECRET, "bot@example.com", "none", 5.0)
        with pytest.raises(Misconfigured, match="refused the log-in") as failure:
            SmtpMail(options).send(MESSAGE)
    assert SECRET not in f"{failure.value!r} {failure.value.__cause__!r} {options!r}"
    assert inbox.mails == []


HANG = "no answer comes"


class Scripted:
    """An SMTP server that answers each command from a table and hangs up where the answer is None."""

    def __init__(self, **answers: str | None) -> None:
        self.answers = {
            "GREETING": "220 hello", "EHLO": "250 ok", "MAIL": "250 ok", "RCPT": "250 ok",
            "DATA": "354 go on", "BODY": "250 taken", "QUIT": "221 bye",
        } | answers  # fmt: skip
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, connection.makefile("rb") as lines:
            say = self._speaker(connection)
            if not say("GREETING"):
                return
            while line := lines.readline():
                command = line.split()[0].decode().upper()
                if not say(command):
                    return
                if command == "DATA" and self.answers["DATA"].startswith("354"):
                    while lines.readline() not in (b".\r\n", b""):
                        continue
                    if not say("BODY"):
                        return

    def _speaker(self, connection: socket.socket) -> Callable[[str], bool]:
        def say(step: str) -> bool:
            answer = self.answers[step]
            if answer == HANG:
                self._closing.wait(10)
                return False
            if answer is not None:
                connection.sendall(answer.encode() + b"\r\n")
            return answer is not None

        return say

    def close(self) -> None:
        self._closing.set()
        self._thread.join(10)
        self._listener.close()


def send_through(timeout: float = 5.0, **answers: str | None) -> None:
    server = Scripted(**answers)
    try:
        SmtpMail(
            SmtpOptions("127.0.0.1", server.port, sender="bot@example.com", security="none", timeout=timeout)
        ).send(MESSAGE)
    finally:
        server.close()


@pytest.mark.parametrize("step", ["GREETING", "MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_the_body_sent_nothing(step: str) -> None:
    with pytest.raises(Unavailable) as failure:
        send_through(**{step: None})
    assert failure.value.maybe_done is False


@pytest.mark.parametrize("step", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "BODY"])
def test_a_server_that_says_nothing_more_is_left_in_time(step: str) -> None:
    with pytest.raises(Unavailable) as failure:
        send_through(timeout=1.5 if step == "BODY" else 0.2, **{step: HANG})
    assert failure.value.maybe_done is (step == "BODY")


def test_time_that_is_used_up_is_not_given_again_to_the_next_step(monkeypatch) -> None:
    now = iter(range(0, 1000, 6))
    monkeypatch.setattr("integrations.providers.mail.smtp.time.monotonic", lambda: next(now))
    with pytest.raises(Unavailable, match="could not be reached") as failure:
        send_through(timeout=13.0)
    assert failure.value.maybe_done is False


def test_a_connection_lost_after_the_body_may_have_sent_it() -> None:
    with pytest.raises(Unavailable) as failure:
        send_through(BODY=None)
    assert failure.value.maybe_done is True


@pytest.mark.parametrize("step", ["GREETING", "MAIL", "RCPT", "DATA", "BODY"])
def test_a_server_that_asks_to_come_back_sent_nothing(step: str) -> None:
    with pytest.raises(Unavailable) as failure:
        send_through(**{step: "451 try later"})
    assert failure.value.maybe_done is False


@pytest.mark.parametrize("step", ["RCPT", "DATA", "BODY"])
def test_a_refused_mail_is_rejected_with_the_servers_words(step: str) -> None:
    with pytest.raises(Rejected, match="no such user") as failure:
        send_through(**{step: "550 no such user"})
    assert failure.value.status == 550


def test_a_refused_sender_is_misconfigured() -> None:
    with pytest.raises(Misconfigured, match="refused the sender"):
        send_through(MAIL="553 not yours")


def test_a_farewell_that_fails_does_not_undo_the_mail() -> None:
    send_through(QUIT=None)
