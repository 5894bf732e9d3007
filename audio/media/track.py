"""One file as one steady stream of 16 kHz mono samples, in step with its timestamps, whatever is in it."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer

from integrations.contracts.audio import RATE

from .container import MAX_CHANNELS, RATES, opened, origin, sound, stated_duration
from .downmix import Downmix
from .errors import Empty, TooManyChannels, Unreadable
from .formats import cut_short
from .samples import Floats, harmless
from .timeline import Timeline

BATCH = 0.25
"""Seconds that are mixed down and resampled at a time."""

WORST = 0.5
"""Share of packets that may be damaged before the whole recording counts as unreadable."""


class Track:
    """Reads `path` once, from beginning to end; what it learns on the way is in its attributes.

    `read` of `size` bytes are done; `packets` were seen, `damaged` of them could not be decoded (silence
    stands for them); `truncated` says that the sound ended well before its header said.
    """

    def __init__(self, path: Path):
        self.path = path
        self.size = path.stat().st_size
        self.read = self.packets = self.damaged = 0
        self.truncated = False
        self._timeline, self._timed = Timeline(), True
        self._usual = 0.0
        self._stumbled = False
        self._floats = Floats()
        self._downmix = Downmix()

    def blocks(self) -> Iterator[np.ndarray]:
        """float32 mono blocks at 16 kHz, of any length. Raises a `MediaError`, also after the first block."""
        with opened(str(self.path)) as (container, form):
            stream = sound(container)
            stated = stated_duration(container) if form.states_duration else None
            self._timeline, self._timed = Timeline(origin(container)), form.timed
            yield from _resampled(self._mono(container, stream))
        self.read = self.size
        if self.damaged > self.packets * WORST:
            raise Unreadable
        if not self._timeline.position:
            raise Unreadable if self._stumbled else Empty
        self.truncated = self._ended_early(stated)

    def _ended_early(self, stated: float | None) -> bool:
        if stated is not None and self._timeline.position < min(stated - 1.0, stated * 0.99):
            return True
        with self.path.open("rb") as file:
            return cut_short(file)

    def _mono(self, container: InputContainer, stream: av.AudioStream) -> Iterator[tuple[np.ndarray, int]]:
        """(mono samples, their rate) in batches; the rate may change on the way."""
        batch: list[np.ndarray] = []
        held, kind = 0, (0, 0)
        for frame in self._frames(container, stream):
            for block in self._placed(frame):
                if batch and (held >= BATCH * kind[0] or kind != (frame.sample_rate, len(block))):
                    yield self._down(batch, kind[0]), kind[0]
                    batch, held = [], 0
                batch.append(block)
                held, kind = held + block.shape[1], (frame.sample_rate, len(block))
        if batch:
            yield self._down(batch, kind[0]), kind[0]

    def _down(self, batch: list[np.ndarray], rate: int) -> np.ndarray:
        return self._downmix(harmless(np.concatenate(batch, axis=1)), rate)

    def _placed(self, frame: av.AudioFrame) -> Iterator[np.ndarray]:
        """The frame's samples as float32 (channels, samples), after the silence that belongs before them."""
        channels, rate = frame.layout.nb_channels, frame.sample_rate
        if channels > MAX_CHANNELS:
            raise TooManyChannels
        if rate not in RATES or not channels:
            raise Unreadable
        self._usual = frame.samples / rate
        time = frame.pts * float(frame.time_base) if self._timed and frame.pts is not None else None
        silence, cut = self._timeline.place(time, frame.samples, rate)
        while silence > 0:
            yield np.zeros((channels, min(silence, rate)), np.float32)
            silence -= rate
        if cut < frame.samples:
            yield self._floats(frame)[:, cut:]

    def _frames(self, container: InputContainer, stream: av.AudioStream) -> Iterator[av.AudioFrame]:
        for packet in self._packets(container, stream):
            if packet.pos and packet.pos > self.read:
                self.read = min(packet.pos, self.size)
            try:
                frames = packet.decode()
            except av.FFmpegError as error:
                _unless_out_of_memory(error)
                self.damaged += packet.size > 0
                self._timeline.lost(self._usual if packet.size else 0.0)
                continue
            yield from (frame for frame in frames if frame.samples)

    def _packets(self, container: InputContainer, stream: av.AudioStream) -> Iterator[av.Packet]:
        """All packets and the flushing one; a demuxer that stumbles is asked again while it gets on."""
        seen = -1
        while seen < self.packets:
            seen = self.packets
            try:
                for packet in container.demux(stream):
                    self.packets += packet.size > 0
                    yield packet
                return
            except av.FFmpegError as error:
                _unless_out_of_memory(error)
                self._stumbled = True


def _unless_out_of_memory(error: av.FFmpegError) -> None:
    if isinstance(error, MemoryError):
        raise error


def _resampled(blocks: Iterator[tuple[np.ndarray, int]]) -> Iterator[np.ndarray]:
    """One resampler with continuous state for as long as the rate stays the same."""
    resampler, current, sent = None, 0, 0
    for mono, rate in blocks:
        if resampler is None or rate != current:
            yield from _arrays(resampler, None)
            resampler, current, sent = av.AudioResampler("fltp", "mono", RATE), rate, 0
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(mono)[None, :], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, sent, Fraction(1, rate)
        sent += len(mono)
        yield from _arrays(resampler, frame)
    yield from _arrays(resampler, None)


def _arrays(resampler: av.AudioResampler | None, frame: av.AudioFrame | None) -> Iterator[np.ndarray]:
    for done in resampler.resample(frame) if resampler else ():
        if done is not None and done.samples:
            yield done.to_ndarray()[0]
