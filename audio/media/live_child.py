"""The child process that decodes a container while it arrives (`python -m audio.media.live_child`).

On stdin: four bytes of length and so many bytes of the container, again and again; no length is a mark.
On stdout: one of `KINDS`, four bytes of length, and so many bytes. A mark comes back once all that was sent
before it has been decoded.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import BinaryIO

import av
import numpy as np

from integrations.contracts.audio import BYTES_PER_SAMPLE, RATE

from .confinement import confine, die_with
from .container import CONFINED, MAX_CHANNELS, RATES, origin, sound
from .downmix import Downmix
from .errors import Empty, MediaError, NotAudio, TooLong, TooManyChannels, TooSlow, Unreadable
from .live import OGG_OPUS, WEBM
from .samples import Floats, harmless
from .timeline import Timeline

SOUND, MARK, ERROR = b"S", b"M", b"E"
"""Samples (16 kHz, mono, s16le); nothing; a `MediaError` as JSON, after which the child ends."""
KINDS = (SOUND, MARK, ERROR)
LENGTH = 4
DEMUXERS = {OGG_OPUS: "ogg", WEBM: "matroska"}
MAGIC = {OGG_OPUS: b"OggS", WEBM: b"\x1aE\xdf\xa3"}
"""What the containers begin with: FFmpeg would look for it in whatever comes, without end."""
CODECS = "opus,vorbis,pcm_f32le,pcm_s16le"
"""What MediaRecorders put into them; and nothing else is opened."""
AT_ONCE = 5
"""Seconds of samples that are said at a time."""
STUMBLES = 50
"""Packets in a row that cannot be decoded; then this is no sound."""

Say = Callable[[bytes, bytes], None]


class Arriving:
    """The container as FFmpeg reads it: never more than has come, and not a byte twice."""

    def __init__(self, pipe: BinaryIO, say: Say):
        self._pipe, self._say = pipe, say
        self._left = 0
        self._head = b""

    def require(self, magic: bytes) -> None:
        """Wait for the first bytes. Raises `NotAudio` where they are others, `Empty` where none come."""
        while len(self._head) < len(magic):
            data = self._next(len(magic) - len(self._head))
            self._head += data
            if not magic.startswith(self._head):
                raise NotAudio
            if not data:
                raise Empty

    def read(self, size: int) -> bytes:
        head, self._head = self._head[:size], self._head[size:]
        return head or self._next(size)

    def _next(self, size: int) -> bytes:
        while not self._left:
            length = self._exactly(LENGTH)
            if not length:
                return b""
            self._left = int.from_bytes(length, "big")
            if not self._left:
                self._say(MARK, b"")
        data = self._pipe.read1(min(size, self._left))
        self._left = self._left - len(data) if data else 0
        return data

    def _exactly(self, size: int) -> bytes:
        data = self._pipe.read(size)
        return data if len(data) == size else b""


def decode(encoding: str, arriving: Arriving, *, max_duration: float) -> Iterator[bytes]:
    """Samples as they can be decoded, in step with the container's timestamps. Raises a `MediaError`."""
    arriving.require(MAGIC[encoding])
    try:
        container = av.open(
            arriving,
            format=DEMUXERS[encoding],
            container_options=CONFINED
            | {
                "codec_whitelist": CODECS,
                "probesize": "32",
                "analyzeduration": "0",
                "fpsprobesize": "0",
                "fflags": "nobuffer",
            },
            metadata_errors="replace",
        )
    except av.FFmpegError as error:
        raise NotAudio from error
    with container:
        yield from _samples(container, max_duration)


def _samples(container: av.container.InputContainer, max_duration: float) -> Iterator[bytes]:
    timeline, floats, downmix = Timeline(origin(container)), Floats(), Downmix()
    resampler, rate, sent = None, 0, 0
    for frame in _frames(container, sound(container)):
        if timeline.position > max_duration:
            raise TooLong
        if frame.sample_rate not in RATES or not 0 < frame.layout.nb_channels <= MAX_CHANNELS:
            raise TooManyChannels if frame.layout.nb_channels > MAX_CHANNELS else Unreadable
        if frame.sample_rate != rate:
            resampler, rate, sent = av.AudioResampler("s16", "mono", RATE), frame.sample_rate, 0
        for mono in _placed(frame, timeline, floats, downmix):
            yield _resampled(resampler, mono, rate, sent)
            sent += len(mono)


def _placed(
    frame: av.AudioFrame, timeline: Timeline, floats: Floats, downmix: Downmix
) -> Iterator[np.ndarray]:
    """The frame's samples, mixed down, after the silence that belongs before them."""
    rate = frame.sample_rate
    time = None if frame.pts is None else frame.pts * float(frame.time_base)
    silence, cut = timeline.place(time, frame.samples, rate)
    while silence > 0:
        yield np.zeros(min(silence, AT_ONCE * rate), np.float32)
        silence -= AT_ONCE * rate
    if cut < frame.samples:
        yield downmix(harmless(floats(frame)[:, cut:]), rate)


def _resampled(resampler: av.AudioResampler, mono: np.ndarray, rate: int, sent: int) -> bytes:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(mono)[None, :], format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = rate, sent, Fraction(1, rate)
    return b"".join(done.to_ndarray().tobytes() for done in resampler.resample(frame))


def _frames(container: av.container.InputContainer, stream: av.AudioStream) -> Iterator[av.AudioFrame]:
    stumbled = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
            frames = packet.decode()
        except StopIteration:
            return
        except av.FFmpegError as error:
            stumbled += 1
            if isinstance(error, MemoryError) or stumbled > STUMBLES:
                raise Unreadable from error
            continue
        stumbled = 0
        yield from (frame for frame in frames if frame.samples)


def main(order: dict) -> int:
    """Carries out `order` as `isolate.command` writes it; the exit status."""
    die_with(order["parent"])
    confine(**order["limits"])
    out = os.fdopen(1, "wb", closefd=False)

    def say(kind: bytes, data: bytes) -> None:
        out.write(kind + len(data).to_bytes(LENGTH, "big") + data)
        out.flush()

    try:
        for pcm in decode(order["encoding"], Arriving(sys.stdin.buffer, say), max_duration=order["longest"]):
            if len(pcm) >= BYTES_PER_SAMPLE:
                say(SOUND, pcm)
    except MediaError as error:
        say(ERROR, json.dumps(error.as_dict()).encode())
    except MemoryError:
        say(ERROR, json.dumps(TooSlow().as_dict()).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
