"""Mail over SMTP (RFC 5321): the provider that works with any mail server; called by the effect sender.

The dialogue is spelled out because only the step at which a connection broke tells whether the mail may
have gone out: until the body is sent it has not, after that only the server knows.
"""

import contextlib
import re
import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from integrations.contracts.mail import Message, Receipt
from integrations.errors import Misconfigured, ProviderError, Rejected, Unavailable
from integrations.providers.mail.envelope import compose, mailbox
from integrations.redaction import quotable, safe_cause

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SECURITIES = ("starttls", "tls", "none")
FAREWELL = 2.0
"""Seconds that a server gets to say goodbye; the mail is gone by then."""
BROKEN = (smtplib.SMTPServerDisconnected, OSError)


@dataclass(frozen=True)
class SmtpOptions:
    host: str = ""
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    """The From address, with or without a name."""
    security: str = "starttls"
    """`starttls`, `tls` from the first byte (port 465), or `none`."""
    timeout: float = 20.0
    """Seconds for the whole dialogue, connecting included."""
    ca_file: str = ""
    """A PEM file to trust instead of the system's authorities."""


class SmtpMail:
    """Sends one message a connection; a kept one could be stale, which looks like a lost answer."""

    Options = SmtpOptions
    engine = "smtp"

    def __init__(self, options: SmtpOptions):
        self._options = options

    def send(self, message: Message) -> Receipt:
        self.probe()
        mail = compose(message, self._options.sender)
        deadline = time.monotonic() + self._options.timeout
        with self._session(deadline) as smtp:
            self._envelope(smtp, mail, deadline)
            self._body(smtp, mail, deadline)
        return Receipt(id=mail["Message-ID"])

    def probe(self) -> None:
        """Check the options without a connection."""
        options = self._options
        if not options.host or not options.sender:
            raise Misconfigured("Outgoing mail needs a server and a sender address.")
        if options.security not in SECURITIES:
            raise Misconfigured(f"Mail security is one of {', '.join(SECURITIES)}.")
        if options.password and options.security == "none" and options.host not in LOOPBACK:
            raise Misconfigured("A password would cross the network in the clear; use starttls or tls.")
        try:
            mailbox(options.sender)
        except ValueError as error:
            raise Misconfigured("The sender of outgoing mail is not a mail address.") from error

    @contextmanager
    def _session(self, deadline: float) -> Iterator[smtplib.SMTP]:
        """A connection that is greeted, encrypted and logged in; a failing farewell changes nothing."""
        smtp = self._connect(deadline)
        try:
            self._log_in(smtp, deadline)
            yield smtp
        finally:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                _within(smtp, min(deadline, time.monotonic() + FAREWELL))
                smtp.quit()
            smtp.close()

    def _connect(self, deadline: float) -> smtplib.SMTP:
        options = self._options
        try:
            context = ssl.create_default_context(cafile=options.ca_file or None)
        except OSError as error:
            raise Misconfigured("The authorities' file for mail cannot be read.") from error
        try:
            if options.security == "tls":
                return smtplib.SMTP_SSL(options.host, options.port, timeout=options.timeout, context=context)
            smtp = smtplib.SMTP(options.host, options.port, timeout=options.timeout)
        except (smtplib.SMTPException, OSError) as error:
            raise self._unreachable(error) from error
        try:
            if options.security == "starttls":
                _within(smtp, deadline)
                smtp.starttls(context=context)
        except smtplib.SMTPNotSupportedError as error:
            smtp.close()
            raise Misconfigured("The mail server offers no STARTTLS.") from error
        except (smtplib.SMTPException, OSError) as error:
            smtp.close()
            raise self._unreachable(error) from error
        return smtp

    def _log_in(self, smtp: smtplib.SMTP, deadline: float) -> None:
        try:
            _within(smtp, deadline)
            smtp.ehlo_or_helo_if_needed()
            if self._options.user:
                _within(smtp, deadline)
                smtp.login(self._options.user, self._options.password)
        except smtplib.SMTPNotSupportedError as error:
            raise Misconfigured("The mail server offers no log-in that we know.") from error
        except smtplib.SMTPAuthenticationError as error:
            if 400 <= error.smtp_code < 500:
                raise self._refusal(error.smtp_code, error.smtp_error) from self._cause(error)
            raise Misconfigured(f"The mail server refused the log-in ({error.smtp_code}).") from self._cause(
                error
            )
        except (smtplib.SMTPException, OSError) as error:
            raise self._unreachable(error) from self._cause(error)

    def _envelope(self, smtp: smtplib.SMTP, mail: EmailMessage, deadline: float) -> None:
        try:
            _within(smtp, deadline)
            code, said = smtp.mail(mail["From"].addresses[0].addr_spec)
            if code >= 500:
                raise Misconfigured(f"The mail server refused the sender ({code}): {self._quote(said)}")
            if code == 250:
                _within(smtp, deadline)
                code, said = smtp.rcpt(mail["To"].addresses[0].addr_spec)
            if code in (250, 251):
                _within(smtp, deadline)
                code, said = smtp.docmd("DATA")
        except BROKEN as error:
            raise self._unreachable(error) from error
        if code != 354:
            raise self._refusal(code, said)

    def _body(self, smtp: smtplib.SMTP, mail: EmailMessage, deadline: float) -> None:
        """Everything after the server's 354. From here a broken connection leaves the outcome open."""
        stuffed = re.sub(rb"(?m)^\.", b"..", mail.as_bytes())
        ending = b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"
        self._still_time(smtp, deadline)
        try:
            smtp.send(stuffed + ending)
            code, said = smtp.getreply()
        except BROKEN as error:
            raise Unavailable(
                f"The mail server broke off before it confirmed the mail ({type(error).__name__}).",
                maybe_done=True,
            ) from error
        if code != 250:
            raise self._refusal(code, said)

    def _still_time(self, smtp: smtplib.SMTP, deadline: float) -> None:
        """A body that is not begun has not been sent."""
        try:
            _within(smtp, deadline)
        except OSError as error:
            raise self._unreachable(error) from error

    def _refusal(self, code: int, said: bytes) -> ProviderError:
        if code >= 500:
            return Rejected(f"The mail server refused the mail ({code}): {self._quote(said)}", status=code)
        return Unavailable(f"The mail server cannot take the mail now ({code}): {self._quote(said)}")

    def _unreachable(self, error: Exception) -> ProviderError:
        if isinstance(error, ssl.SSLCertVerificationError):
            return Misconfigured("The mail server's certificate is not trusted.")
        return Unavailable(f"The mail server could not be reached ({type(error).__name__}).")

    def _quote(self, said: bytes) -> str:
        return quotable(said.decode("utf-8", "replace"), (self._options.password,))

    def _cause(self, error: Exception) -> BaseException | None:
        return safe_cause(error, (self._options.password,))


def _within(smtp: smtplib.SMTP, deadline: float) -> None:
    """Let the next answer take no longer than what is left. Raises TimeoutError where nothing is."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the mail server took too long")
    if smtp.sock:
        smtp.sock.settimeout(left)
