"""Language: what a conversation amounts to, always with evidence in its lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True)
class Line:
    """One attributed segment of the transcript."""

    id: str
    speaker: str
    """A label (`Speaker 1`) or, once identified, a person's name."""
    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Person:
    name: str
    email: str = ""


@dataclass(frozen=True)
class Guidance:
    """What a template or a user asks for beside the defaults; engines that cannot follow it ignore it."""

    summary: str = ""
    key_points: tuple[str, ...] = ()
    speakers: str = ""


@dataclass(frozen=True)
class Conversation:
    lines: tuple[Line, ...]
    started_at: datetime
    """Aware, in the meeting's own time zone: relative dates resolve against it."""
    participants: tuple[Person, ...] = ()
    language: str = "en"
    guidance: Guidance = Guidance()


@dataclass(frozen=True)
class Evidence:
    line_ids: tuple[str, ...]
    quote: str
    """Words that stand in those lines."""
    start: float
    end: float
    confidence: float
    """Between 0 and 1."""


@dataclass(frozen=True)
class Finding:
    """A decision, an open question or a key point, as one clean sentence."""

    text: str
    evidence: Evidence


@dataclass(frozen=True)
class ActionItem:
    title: str
    """Imperative, without the assignee and without the due date."""
    assignee: str | None
    """A speaker as the lines name it, a participant's name, a group (`everyone`), or nobody."""
    due: date | None
    evidence: Evidence
    due_text: str = ""
    """The words that the date was read from."""


@dataclass(frozen=True)
class Findings:
    decisions: tuple[Finding, ...] = ()
    action_items: tuple[ActionItem, ...] = ()
    open_questions: tuple[Finding, ...] = ()
    key_points: tuple[Finding, ...] = ()
    engine: str = ""
    """Which engine wrote it; differs from the caller's provider where a fallback served."""


@dataclass(frozen=True)
class Summary:
    text: str
    """A paragraph or a few."""
    bullets: tuple[Finding, ...]
    engine: str = ""


@dataclass(frozen=True)
class Identity:
    """A voice label that the talk shows to be a person on the participants' list."""

    label: str
    person: Person
    confidence: float
    evidence: tuple[Evidence, ...]


class Language(Protocol):
    engine: str

    def identify(self, conversation: Conversation) -> Sequence[Identity]:
        """Who is who. At most one name per label and one label per name; a doubtful one is left out."""

    def summarize(self, conversation: Conversation) -> Summary: ...

    def extract(self, conversation: Conversation) -> Findings:
        """All three raise Unavailable, Rejected, Misconfigured, Unsupported."""

    def probe(self) -> None:
        """Raise Misconfigured or Unavailable when the next call could not be served. Cheap, offline."""
