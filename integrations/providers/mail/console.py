"""Mail written to the terminal as it would go out: for development, when nobody should get it."""

import sys
from dataclasses import dataclass

from integrations.contracts.mail import Message, Receipt
from integrations.providers.mail.envelope import compose


@dataclass(frozen=True)
class ConsoleOptions:
    sender: str = "Meeting assistant <assistant@localhost>"


class ConsoleMail:
    """Prints each message between two rules. Raises Rejected for addresses that SMTP would refuse too."""

    Options = ConsoleOptions
    engine = "console"

    def __init__(self, options: ConsoleOptions = ConsoleOptions()):
        self._options = options

    def send(self, message: Message) -> Receipt:
        mail = compose(message, self._options.sender)
        rule = "-" * 78
        sys.stdout.write(f"{rule}\n{mail.as_string()}\n{rule}\n")
        sys.stdout.flush()
        return Receipt(id=mail["Message-ID"])

    def probe(self) -> None:
        """Always ready."""
