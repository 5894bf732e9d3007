"""Chat: one post in one channel."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Post:
    channel: str
    text: str
    key: str = ""


@dataclass(frozen=True)
class Posted:
    id: str
    url: str = ""


class Chat(Protocol):
    def post(self, post: Post) -> Posted:
        """Raises Unavailable (`maybe_done` where it may have been posted), Rejected, Misconfigured."""

    def probe(self) -> None:
        """Raise Misconfigured when the next call could not be served. Cheap, offline."""
