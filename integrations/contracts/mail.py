"""Mail: one message to one person."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Attachment:
    """A file of text that goes along, such as `tasks.ics`."""

    name: str
    media_type: str
    text: str


@dataclass(frozen=True)
class Message:
    to: str
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    key: str = ""
    """The effect's key; it becomes the Message-ID, so that a repeat is recognisable."""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Receipt:
    id: str
    """The vendor's or our own id of what was sent."""
    url: str = ""


class Mail(Protocol):
    def send(self, message: Message) -> Receipt:
        """Raises Unavailable (`maybe_done` where the server may have taken it), Rejected, Misconfigured."""

    def probe(self) -> None:
        """Raise Misconfigured when the next call could not be served. Cheap, offline."""
