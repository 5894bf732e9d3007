"""Bots: an observer that sits in somebody else's call, hears it, and never speaks or shows itself."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from .links import MeetingLink


class BotState(StrEnum):
    """Where a bot is. The last two are final: it comes back from neither."""

    JOINING = "joining"
    WAITING = "waiting"
    """In the call's waiting room: somebody has to let it in."""
    RECORDING = "recording"
    LEFT = "left"
    FAILED = "failed"


FINAL = frozenset({BotState.LEFT, BotState.FAILED})


@dataclass(frozen=True)
class BotDraft:
    link: MeetingLink
    name: str
    """What people in the call read."""
    key: str
    """The effect's key, written where `find` can see it."""
    webhook_url: str = ""
    """Where the vendor may tell of changes; a vendor that takes no address for each bot leaves it."""
    longest: int = 6 * 3600
    """Seconds after which the bot is to leave by itself, where the vendor can be told so."""


@dataclass(frozen=True)
class Bot:
    id: str


@dataclass(frozen=True)
class BotStatus:
    state: BotState
    reason: str = ""
    """Why it left or failed, in the vendor's words; empty where there is nothing to say."""
    is_settled: bool = False
    """Whether no more sound or text will come to be: what there is can be fetched."""


@dataclass(frozen=True)
class BotRecording:
    """Where the sound of a call can be fetched from, once. The address may be good for minutes only."""

    url: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """What the request must carry; never sent to another host that the answer points to."""
    filename: str = "observer.mp4"
    is_own: bool = False
    """Whether the address is one of the configured server's own, so that it may be in a private network."""


@dataclass(frozen=True)
class Said:
    """What the vendor has heard itself."""

    start: float
    """Seconds from the beginning of the recording."""
    end: float
    text: str
    speaker: str = ""


@dataclass(frozen=True)
class Hint:
    """What a vendor's webhook says that has been proven to be theirs: look this bot up."""

    bot_id: str


class Bots(Protocol):
    search_lag: float
    """Seconds after which `find` sees what has joined; 0 where it sees it at once."""

    least_pause: float
    """Seconds between two looks at one bot that the vendor asks for."""

    def join(self, draft: BotDraft) -> Bot:
        """Send a bot with microphone and camera off.

        Raises Unavailable (`maybe_done` where one may be on its way), Rejected, Misconfigured.
        """

    def find(self, key: str, link: MeetingLink | None) -> list[Bot]:
        """All bots that carry this key, or, where a vendor keeps no keys, that sit in the call of `link`."""

    def status(self, bot_id: str) -> BotStatus:
        """Raises Unavailable, Misconfigured, and Rejected with status 404 for a bot that is not there."""

    def leave(self, bot_id: str) -> None:
        """Have it leave; one that has left, or is not there, did so. Raises Unavailable, Misconfigured."""

    def recording(self, bot_id: str) -> BotRecording | None:
        """Of a settled bot; None where it has recorded nothing. Raises Unavailable, Misconfigured."""

    def transcript(self, bot_id: str) -> tuple[Said, ...]:
        """Of a settled bot, in order of time; empty where the vendor wrote none.

        Raises Unavailable, Misconfigured.
        """

    def hint(self, headers: dict[str, str], body: bytes, *, now: float) -> Hint | None:
        """What a webhook is about, or None where it is about no bot. Header names are in small letters.

        `now` is seconds since 1970. Raises Rejected where its signature does not prove that the vendor sent
        it, or there is no secret to prove it with.
        """

    def probe(self) -> None:
        """Raise Misconfigured when the next call could not be served. Cheap, offline."""
