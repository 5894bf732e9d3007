"""Documents: a report as a formatted document where a team keeps its papers."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class DocumentDraft:
    title: str
    markdown: str
    """CommonMark with tables; it becomes headings, lists and links, not text with stars in it."""
    folder: str = ""
    """The vendor's id of the folder; empty for where the account keeps its documents."""
    key: str = ""
    """The effect's key, written where `find` can see it."""


@dataclass(frozen=True)
class Document:
    id: str
    url: str = ""


class Documents(Protocol):
    search_lag: float
    """Seconds after which `find` sees what was created; 0 where it sees it at once."""

    def create(self, draft: DocumentDraft) -> Document:
        """Raises Unavailable (`maybe_done` where it may have been created), Rejected, Misconfigured."""

    def find(self, key: str) -> list[Document]:
        """All documents that carry this key."""

    def probe(self) -> None:
        """Raise Misconfigured when the next call could not be served. Cheap, offline."""
