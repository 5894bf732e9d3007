"""What sound looks like that arrives over a socket: how its bytes are to be read, and how long they last.

A browser's MediaRecorder sends a container; whoever has samples sends them bare.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from .errors import MediaError

PCM = "pcm_s16le"
OGG_OPUS = "ogg_opus"
WEBM = "webm"
ENCODINGS = (PCM, OGG_OPUS, WEBM)
RATES = range(8_000, 48_001)
"""Hz that bare samples may have."""
CHANNELS = (1, 2)
BYTES_PER_SAMPLE = 2


class UnknownLiveFormat(MediaError):
    """What a client says of the sound that it is about to send names nothing that is taken."""

    code = "unsupported_stream_format"
    kind = "unsupported"
    sentence = "This kind of live sound is not supported."


@dataclass(frozen=True)
class LiveFormat:
    """Encoding, Hz and channels of a stream. Of a container the last two are what it says itself."""

    encoding: str = PCM
    sample_rate: int = 16_000
    channels: int = 1

    def __post_init__(self) -> None:
        """Raises UnknownLiveFormat."""
        if self.encoding not in ENCODINGS:
            raise UnknownLiveFormat(f"The encoding must be one of {', '.join(ENCODINGS)}.")
        if self.sample_rate not in RATES:
            raise UnknownLiveFormat(f"The sample rate must be between {RATES.start} and {RATES.stop - 1} Hz.")
        if self.channels not in CHANNELS:
            raise UnknownLiveFormat("The sound must have one channel or two.")

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> Self:
        """From `encoding`, `sample_rate` and `channels` as text, each optional. Raises UnknownLiveFormat."""
        return cls(
            query.get("encoding", cls.encoding),
            _whole(query, "sample_rate", cls.sample_rate),
            _whole(query, "channels", cls.channels),
        )

    @property
    def is_pcm(self) -> bool:
        """Bare samples, whose bytes are time; those of a container are not."""
        return self.encoding == PCM

    @property
    def frame(self) -> int:
        """Bytes that belong together: one sample of each channel. Of a container any byte may be the last."""
        return BYTES_PER_SAMPLE * self.channels if self.is_pcm else 1

    def ms_of(self, size: int) -> int:
        """Whole milliseconds that `size` bytes of samples last. Raises ValueError for a container."""
        self._require_pcm()
        return size // self.frame * 1000 // self.sample_rate

    def bytes_of(self, ms: int) -> int:
        """Where the sample lies that begins at `ms` or is the next after: `ms_of(bytes_of(ms)) == ms`.

        Raises ValueError for a container.
        """
        self._require_pcm()
        return -(-ms * self.sample_rate // 1000) * self.frame

    def _require_pcm(self) -> None:
        if not self.is_pcm:
            raise ValueError(f"How long bytes of {self.encoding} last is not known without decoding them.")


def _whole(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise UnknownLiveFormat(f"{name} must be a whole number.")
    return int(text)
