"""What a client asks of `/audio/stream` in its query, checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qs
from uuid import UUID

from audio.errors import AudioRefused, StreamQueryInvalid
from audio.media.live import LiveFormat, UnknownLiveFormat

_TRUE, _FALSE = {"true", "1", "yes"}, {"false", "0", "no"}
_LANGUAGE = re.compile("[a-z]{2,3}")
LONGEST_NUMBER = 12
"""Digits of a time: thirty thousand years are enough for a meeting."""


@dataclass(frozen=True)
class Asked:
    """Of a stream that is resumed the meeting, the format, the language and `transcribe` are as they were."""

    meeting_id: UUID | None = None
    """The meeting that the sound belongs to; without it one is created, titled "Live meeting"."""
    encoding: str = "pcm_s16le"
    """pcm_s16le: bare samples, of two channels in turn; ogg_opus or webm: what a MediaRecorder gives."""
    sample_rate: int = 16_000
    """Hz of bare samples: 8000 to 48000."""
    channels: int = 1
    """Of bare samples: 1 or 2."""
    language: str = ""
    """ISO 639-1 code of what is spoken; without it, it is detected."""
    transcribe: bool = True
    """Whether text comes while the stream lasts. Without, sound is only stored."""
    speakers: bool = True
    """Whether the text names who speaks."""
    resume: str = ""
    """The resume token of a stream whose connection was lost."""
    at_ms: int | None = None
    """Where a resumed stream goes on: sound before `stored_ms` is dropped, a gap is filled with silence.
    Without it, the stream goes on at `stored_bytes`."""

    @classmethod
    def of_query(cls, query: bytes) -> Self:
        """Raises StreamQueryInvalid, AudioRefused."""
        said = {name: values[0] for name, values in parse_qs(query.decode("latin-1")).items()}
        form = _format(said)
        return cls(
            meeting_id=_id(said.get("meeting_id", "")),
            encoding=form.encoding,
            sample_rate=form.sample_rate,
            channels=form.channels,
            language=_language(said.get("language", "")),
            transcribe=_flag(said, "transcribe", cls.transcribe),
            speakers=_flag(said, "speakers", cls.speakers),
            resume=said.get("resume", ""),
            at_ms=_number(said, "at_ms"),
        )

    @property
    def format(self) -> LiveFormat:
        return LiveFormat(self.encoding, self.sample_rate, self.channels)


def _format(said: Mapping[str, str]) -> LiveFormat:
    try:
        return LiveFormat.of_query(said)
    except UnknownLiveFormat as error:
        raise AudioRefused(error) from error


def _id(text: str) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise StreamQueryInvalid("meeting_id must be a UUID.") from None


def _language(text: str) -> str:
    code = text.lower()
    if code and not _LANGUAGE.fullmatch(code):
        raise StreamQueryInvalid("language must be an ISO 639-1 code such as en.")
    return code


def _flag(said: Mapping[str, str], name: str, default: bool) -> bool:
    text = said.get(name, "").lower()
    if text and text not in _TRUE | _FALSE:
        raise StreamQueryInvalid(f"{name} must be true or false.")
    return text in _TRUE if text else default


def _number(said: Mapping[str, str], name: str) -> int | None:
    text = said.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise StreamQueryInvalid(f"{name} must be a whole number.")
    return int(text)
