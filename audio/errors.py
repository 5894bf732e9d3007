"""What is wrong with what arrived as sound."""

from core.errors import DomainError, Kind

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
