"""What can be wrong with a recording, each with a stable code and a sentence for the person who sent it."""

from typing import ClassVar, Literal, Self

Kind = Literal["unsupported", "unreadable", "empty", "too_large"]


class MediaError(Exception):
    """Base of the family; `str(error)` is a sentence that may be shown.

    `kind` says how to act: `unsupported` (415), `too_large` (413), `unreadable` and `empty` (422).
    None of them is cured by trying again with the same bytes.
    """

    code: ClassVar[str] = "audio_unreadable"
    kind: ClassVar[Kind] = "unreadable"
    sentence: ClassVar[str] = "This recording could not be read."

    def __init__(self, sentence: str | None = None):
        super().__init__(sentence or self.sentence)

    def as_dict(self) -> dict[str, str]:
        """The error as it crosses a process boundary."""
        return {"code": self.code, "sentence": str(self)}

    @staticmethod
    def from_dict(data: dict[str, str]) -> "MediaError":
        """The inverse of `as_dict`; an unknown code becomes `Unreadable`."""
        return next((e for e in _family() if e.code == data.get("code")), Unreadable)(data.get("sentence"))


class NotAudio(MediaError):
    """The content is of no format that is accepted, whatever the file is called."""

    code = "unsupported_audio_format"
    kind = "unsupported"
    sentence = "Invalid audio file format. Please use M4A, WAV, or MP3."

    @classmethod
    def codec(cls, name: str) -> Self:
        """A known container whose sound is coded in a way that is not accepted."""
        return cls(f"{cls.sentence} The sound inside this file is encoded as {name}.")


class NoSound(MediaError):
    """A container without an audio track, such as a screen recording with the microphone off."""

    code = "no_sound"
    kind = "empty"
    sentence = "This file is a video without a sound track."


class Empty(MediaError):
    """No bytes, or a header that is followed by no sample."""

    code = "audio_empty"
    kind = "empty"
    sentence = "This recording is empty: there is no sound in it."


class Unreadable(MediaError):
    """The format is known, but header or content are damaged beyond use."""

    code = "audio_unreadable"
    sentence = "This recording could not be read: the file is damaged or incomplete."


class TooSlow(Unreadable):
    """Reading took more time or memory than any honest recording needs."""

    code = "audio_too_expensive"
    sentence = "This recording could not be read: it takes far more time or memory than a recording should."


class TooLong(MediaError):
    """More sound than the limit allows, found while decoding whatever the header says."""

    code = "audio_too_long"
    kind = "too_large"
    sentence = "This recording is too long."


class TooManyChannels(MediaError):
    """More channels than any recorder of meetings has."""

    code = "audio_too_many_channels"
    kind = "unsupported"
    sentence = "This recording has too many channels."


def _family() -> list[type[MediaError]]:
    return [NotAudio, NoSound, Empty, Unreadable, TooSlow, TooLong, TooManyChannels]
