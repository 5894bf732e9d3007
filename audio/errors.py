"""What is wrong with what arrived as sound."""

from core.errors import Conflict, DomainError, Invalid, Kind, NotFound

from .media.errors import MediaError

_KINDS = {
    "unsupported": Kind.UNSUPPORTED,
    "too_large": Kind.TOO_LARGE,
    "unreadable": Kind.INVALID,
    "empty": Kind.INVALID,
}


class AudioTooLarge(DomainError):
    kind = Kind.TOO_LARGE
    code = "AUDIO_TOO_LARGE"
    message = "This file is larger than the server accepts."


class AudioRefused(DomainError):
    """A file that the header's probe turned away."""

    def __init__(self, error: MediaError):
        super().__init__(str(error))
        self.kind = _KINDS[error.kind]
        self.code = error.code.upper()


class LiveFull(DomainError):
    """This process has taken as many live streams as it serves well: one more would slow all of them."""

    kind = Kind.UNAVAILABLE
    code = "LIVE_FULL"
    message = "The server listens to as many people as it can at the moment. Please try again later."


class NoLiveText(DomainError):
    """No engine hears live: sound is stored, and becomes text when the meeting is completed."""

    kind = Kind.UNAVAILABLE
    code = "NO_LIVE_TEXT"
    message = "There is no live text at the moment. The sound is stored and will be transcribed afterwards."


class StreamNotFound(NotFound):
    code = "STREAM_NOT_FOUND"
    message = "There is no such live stream."


class Fenced(Conflict):
    """This connection may not append to its stream any more: what it has no `ack` for is not taken."""

    code = "STREAM_TAKEN_OVER"
    message = "Another connection has taken this stream over."


class StreamClosed(Fenced):
    code = "STREAM_CLOSED"
    message = "This live stream is closed."


class GapTooLong(Invalid):
    code = "GAP_TOO_LONG"
    message = "Too much sound is missing. Please begin a new stream: it finds its place by the time."


class StreamQueryInvalid(Invalid):
    code = "STREAM_QUERY_INVALID"
    message = "The query of a live stream is not valid."


class FrameTooLarge(DomainError):
    kind = Kind.TOO_LARGE
    code = "FRAME_TOO_LARGE"
    message = "This binary frame is larger than the server takes; see `limits` of the `session` message."


class StreamTooLong(DomainError):
    kind = Kind.TOO_LARGE
    code = "STREAM_TOO_LONG"
    message = "This live stream is as long as one may be. It is stored and closed; please begin a new one."


class NotSound(DomainError):
    """What came of a container cannot be decoded."""

    kind = Kind.UNSUPPORTED
    code = "NOT_AUDIO"
    message = "This is no sound of the encoding that was named, or it is damaged. What was stored stays."


class StorageAway(DomainError):
    """What was acknowledged is safe, what was not is not taken: the client keeps it and resumes."""

    kind = Kind.UNAVAILABLE
    code = "STORAGE_UNAVAILABLE"
    message = "Sound cannot be stored at the moment. Keep what has no ack, and resume the stream later."
