"""Containers of browsers become samples while they arrive, in a child that may fail."""

import asyncio
import io
import os
import signal
from fractions import Fraction
from functools import cache

import av
import numpy as np
import pytest

from audio.live.containers import Decoder
from audio.media.errors import MediaError, NotAudio, TooLong

PATIENCE = 20.0


@cache
def recorded(encoding: str, seconds: float = 2.0) -> bytes:
    """A tone as a MediaRecorder sends it: a cluster or page each quarter of a second."""
    file = io.BytesIO()
    options = {"webm": {"cluster_time_limit": "250"}, "ogg_opus": {"page_duration": "250000"}}[encoding]
    samples = (8000 * np.sin(2 * np.pi * 440 * np.arange(int(48_000 * seconds)) / 48_000)).astype(np.int16)
    with av.open(file, "w", format=encoding.partition("_")[0], options=options) as container:
        stream = container.add_stream("libopus", rate=48_000)
        for at in range(0, len(samples), 960):
            frame = av.AudioFrame.from_ndarray(samples[None, at : at + 960], format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 48_000, at, Fraction(1, 48_000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


class Sink:
    def __init__(self) -> None:
        self.pcm, self.errors = b"", []

    async def take(self, pcm: bytes) -> None:
        self.pcm += pcm

    async def decoder(self, encoding: str, longest: float = 60.0) -> Decoder:
        return await Decoder.begin(encoding, longest=longest, take=self.take, failed=self.errors.append)


async def decoded(encoding: str, *pieces: bytes, longest: float = 60.0) -> Sink:
    sink = Sink()
    decoder = await sink.decoder(encoding, longest)
    for piece in pieces:
        await decoder.put(piece)
    await asyncio.wait_for(decoder.settle(), PATIENCE)
    await decoder.drop()
    return sink


@pytest.mark.parametrize("encoding", ["webm", "ogg_opus"])
async def test_it_is_heard_while_it_arrives_and_alike_however_it_is_cut_up(encoding):
    data, sink = recorded(encoding), Sink()
    decoder = await sink.decoder(encoding)
    positions = []
    for at in range(0, len(data), len(data) // 4 + 1):
        await decoder.put(data[at : at + len(data) // 4 + 1])
        await asyncio.wait_for(decoder.settle(), PATIENCE)
        positions.append(decoder.position_ms)
    await decoder.drop()
    assert sink.errors == []
    assert [abs(position - 500 * (n + 1)) < 300 for n, position in enumerate(positions)] == [True] * 4
    assert abs(positions[-1] - 2000) <= 20
    assert np.abs(np.frombuffer(sink.pcm, "<i2")).max() > 4000
    odd = await decoded(encoding, *(data[at : at + 777] for at in range(0, len(data), 777)))
    assert odd.pcm == sink.pcm


@pytest.mark.parametrize(
    ("encoding", "content"),
    [("webm", b"no sound at all " * 999), ("ogg_opus", b"\x00" * 9999), ("webm", recorded("ogg_opus"))],
    ids=["words", "zeros", "another container"],
)
async def test_what_is_no_sound_is_said_to_be_none(encoding, content):
    sink = await decoded(encoding, content)
    assert [type(error) for error in sink.errors] == [NotAudio]
    assert sink.pcm == b""


async def test_it_ends_where_a_stream_may_not_go_on():
    sink = await decoded("webm", recorded("webm"), longest=1.0)
    assert [type(error) for error in sink.errors] == [TooLong]


async def test_a_child_that_is_killed_is_no_fault_of_the_sound():
    sink = Sink()
    decoder = await sink.decoder("webm")
    await decoder.put(recorded("webm"))
    os.kill(decoder._child.pid, signal.SIGKILL)
    await asyncio.wait_for(decoder.settle(), PATIENCE)
    assert [isinstance(error, OSError) and not isinstance(error, MediaError) for error in sink.errors] == [
        True
    ]
    await decoder.put(recorded("webm"))
    await asyncio.wait_for(decoder.settle(), PATIENCE)
    await decoder.drop()


async def test_a_decoder_that_is_dropped_leaves_no_child_and_keeps_nobody():
    gate, sink = asyncio.Event(), Sink()

    async def stuck(pcm: bytes) -> None:
        await gate.wait()

    sink.take = stuck
    decoder = await sink.decoder("webm")
    waiting = asyncio.gather(decoder.put(recorded("webm", 20.0)), decoder.settle())
    await asyncio.sleep(0)
    await decoder.drop()
    await asyncio.wait_for(waiting, PATIENCE)
    assert decoder._child.returncode == -signal.SIGKILL
    assert sink.errors == []
