"""Runs the parts that trust FFmpeg with a stranger's file in a child process with limits.

A file that makes FFmpeg crash, hang or eat memory costs that child and becomes a `MediaError` here. The child
is `python -m audio.media`, without Django, without the parent's environment (its secrets), and dies with the
thread that waits for it.
"""

import base64
import errno
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from .errors import MediaError, TooSlow, Unreadable
from .terms import MAX_DURATION, Decoded, Source, partial

_ROOT = str(Path(__file__).parents[2])
_TICK = 1.0
_STOPPED = (128 + signal.SIGTERM, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, -signal.SIGKILL)


@dataclass(frozen=True)
class Limits:
    """What a child may use: wall and CPU time in seconds, address space and file size in bytes."""

    wall: float
    cpu: int
    memory: int
    file_size: int


HEADER = Limits(wall=15.0, cpu=5, memory=512 << 20, file_size=1 << 20)
"""For reading a header while a client waits."""

WHOLE = Limits(wall=3600.0, cpu=1800, memory=1 << 30, file_size=5 << 30)
"""For decoding: half an hour of CPU is ten times what the longest recording takes."""


class ChildFailed(Exception):
    """How a child ended that did not say what is wrong with the file; the cause of a `MediaError`."""


def decode_in_child(
    sources: Sequence[Source],
    target: Path,
    *,
    progress: Callable[[float], None] = lambda fraction: None,
    max_duration: float = MAX_DURATION,
    limits: Limits = WHOLE,
) -> Decoded:
    """`decode.decode` in a child process.

    `progress` is called at least once a second; what it raises ends the child and is passed on, which is how
    a caller cancels. Raises a `MediaError` or OSError; then, and when this process is killed, nothing is left
    on the disk.
    """
    request = {
        "sources": [[str(source.path), source.offset] for source in sources],
        "target": str(target),
        "max_duration": max_duration,
    }
    try:
        result = run("decode", request, limits=limits, progress=progress)
    finally:
        partial(target).unlink(missing_ok=True)
    return Decoded(**result | {"peaks": base64.b64decode(result["peaks"])})


def run(
    task: str,
    request: dict,
    *,
    limits: Limits,
    fds: Sequence[int] = (),
    progress: Callable[[float], None] = lambda fraction: None,
) -> dict:
    """Has a child do `task`; its result. `fds` are open files that it inherits under the same numbers.

    Raises the `MediaError` that the child found, `TooSlow` beyond the limits, `Unreadable` if it died, and
    OSError where the machine is to blame and not the file (disk full, file gone, child told to stop).
    """
    with _child(task, request, limits, fds) as (child, complaints):
        reached, deadline = 0.0, time.monotonic() + limits.wall
        for line in _lines(child, deadline):
            message = json.loads(line) if line else {}
            if "result" in message:
                return message["result"]
            if "error" in message:
                raise MediaError.from_dict(message["error"])
            if "system" in message:
                raise OSError(*message["system"])
            reached = message.get("progress", reached)
            progress(reached)
        raise _verdict(child, complaints, expired=time.monotonic() >= deadline)


def command(module: str, order: dict, limits: Limits) -> list[str]:
    """What starts a child of this process: our own interpreter, the module, and what it is to do."""
    whole = {"parent": os.getpid(), "limits": asdict(limits), **order}
    return [sys.executable, "-P", "-m", module, json.dumps(whole)]


def environment() -> dict[str, str]:
    """All that a child gets of it: no secrets."""
    return {
        "PYTHONPATH": _ROOT,
        "MALLOC_ARENA_MAX": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


@contextmanager
def _child(
    task: str, request: dict, limits: Limits, fds: Sequence[int]
) -> Iterator[tuple[subprocess.Popen, BinaryIO]]:
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(  # noqa: S603 -- our own interpreter and module
            command("audio.media", {"task": task, **request}, limits),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            pass_fds=fds,
            env=environment(),
            start_new_session=True,  # a Ctrl-C is for the parent, whose death is the child's
        ) as child,
    ):
        try:
            yield child, complaints
        finally:
            child.kill()


def _lines(child: subprocess.Popen, deadline: float) -> Iterator[bytes]:
    """The child's lines as they come, and an empty one for each second without; ends with it or in time."""
    buffer = b""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(min(left, _TICK)):
                yield b""
                continue
            data = os.read(child.stdout.fileno(), 1 << 16)
            if not data:
                return
            *whole, buffer = (buffer + data).split(b"\n")
            yield from (line for line in whole if line)


def _verdict(child: subprocess.Popen, complaints: BinaryIO, *, expired: bool) -> MediaError | OSError:
    if expired:
        error, how = TooSlow(), "exceeded its wall time"
    else:
        status = child.wait()
        if status in _STOPPED:
            return InterruptedError(errno.EINTR, f"The decoder was stopped from outside ({status}).")
        error = TooSlow() if status == -signal.SIGXCPU else Unreadable()
        how = f"ended with status {status}"
    complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - 4000))
    error.__cause__ = ChildFailed(f"The decoder {how}. {complaints.read().decode(errors='replace')}".strip())
    return error
