"""Mail written to the terminal for people to read: for development, when nobody should get it."""

import sys
from dataclasses import dataclass
from email.message import EmailMessage

from integrations.contracts.mail import Message, Receipt
from integrations.providers.mail.envelope import compose


@dataclass(frozen=True)
class ConsoleOptions:
    sender: str = "Meeting assistant <assistant@localhost>"


class ConsoleMail:
    """Prints each message between two rules, decoded, so that a link can be opened from there.

    Raises Rejected for addresses that SMTP would refuse too.
    """

    Options = ConsoleOptions
    engine = "console"

    def __init__(self, options: ConsoleOptions = ConsoleOptions()):
        self._options = options

    def send(self, message: Message) -> Receipt:
        mail = compose(message, self._options.sender)
        rule = "-" * 78
        sys.stdout.write(f"{rule}\n{_readable(mail)}\n{rule}\n")
        sys.stdout.flush()
        return Receipt(id=mail["Message-ID"])

    def probe(self) -> None:
        """Always ready."""


def _readable(mail: EmailMessage) -> str:
    """The headers that people read, and each body as it was before it was encoded."""
    headers = [
        f"{name}: {value}" for name, value in mail.items() if not name.startswith(("Content-", "MIME-"))
    ]
    bodies = [_words(part) for part in mail.walk() if not part.is_multipart()]
    return "\n\n".join(["\n".join(headers), *bodies])


def _words(part: EmailMessage) -> str:
    """A body, or what is attached with its name; all of it is text."""
    words = part.get_payload(decode=True).decode().rstrip()
    return f"[{part.get_filename()}]\n{words}" if part.get_filename() else words
