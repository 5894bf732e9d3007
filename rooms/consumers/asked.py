"""What a client asks of a room's socket in its query, and what it may say there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl

from audio.media.live import LiveFormat, UnknownLiveFormat
from core.errors import Invalid
from core.realtime import Control

DIGITS = 15


class QueryInvalid(Invalid):
    code = "QUERY_INVALID"
    message = "The query of this socket is not as it should be."


@dataclass(frozen=True)
class Asked:
    """All of it is optional; the last three are about the sound that the speaker may send."""

    after: int | None = None
    """`seq` of the last event that the client has seen: what it missed since comes first."""
    encoding: str = "pcm_s16le"
    """Of binary frames; there is no other here."""
    sample_rate: int = 16_000
    """Hz, 8000 to 48000."""
    channels: int = 1
    """1, or 2 that alternate sample by sample."""

    @classmethod
    def of_query(cls, query: bytes) -> Self:
        """Raises QueryInvalid."""
        said = dict(parse_qsl(query.decode("latin-1")))
        try:
            form = LiveFormat.of_query(said)
        except UnknownLiveFormat as error:
            raise QueryInvalid(str(error)) from error
        if not form.is_pcm:
            raise QueryInvalid("A room takes bare samples only: encoding=pcm_s16le.")
        return cls(_after(said), form.encoding, form.sample_rate, form.channels)

    @property
    def format(self) -> LiveFormat:
        return LiveFormat(self.encoding, self.sample_rate, self.channels)


def _after(said: Mapping[str, str]) -> int | None:
    text = said.get("after", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
        raise QueryInvalid("after must be the seq of an event.")
    return int(text)


@dataclass(frozen=True)
class Heartbeat(Control):
    """Keep the speaker lock, as `POST .../speaker/heartbeat` does; who does not hold it gets an `error`."""

    type = "heartbeat"


@dataclass(frozen=True)
class AudioStart(Control):
    """The binary frames that follow are spoken with this grant: once it has ended, they are refused."""

    type = "audio.start"

    grant: int | None = None
    """As `acquire` and `speaker.changed` told it. Without, the frames count for whichever grant you hold."""


@dataclass(frozen=True)
class AudioEnd(Control):
    """What was said is complete: what is open of it becomes a message now."""

    type = "audio.end"
