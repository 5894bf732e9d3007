"""The child process of `isolate`: confines itself, does one task, answers in lines of JSON on its stdout."""

import base64
import ctypes
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from .errors import MediaError, TooSlow

_PR_SET_PDEATHSIG = 1  # prctl(2)
_EVERY = 0.25


def main(order: dict) -> int:
    """Carries out `order` as `isolate.run` writes it; the exit status."""
    _die_with(order["parent"])
    _confine(**order["limits"])
    try:
        _say(result={"header": _header, "decode": _decode}[order["task"]](order))
    except MediaError as error:
        _say(error=error.as_dict())
    except MemoryError:
        _say(error=TooSlow().as_dict())
    except OSError as error:
        _say(system=[error.errno, error.strerror])
    return 0


def _header(order: dict) -> dict:
    from .header import read

    return read(order["path"])


def _decode(order: dict) -> dict:
    from .decode import Source, decode

    decoded = decode(
        [Source(Path(path), offset) for path, offset in order["sources"]],
        Path(order["target"]),
        progress=_throttled(lambda fraction: _say(progress=round(fraction, 4))),
        max_duration=order["max_duration"],
    )
    return asdict(decoded) | {"peaks": base64.b64encode(decoded.peaks).decode()}


def _throttled(report: Callable[[float], None]) -> Callable[[float], None]:
    last = -_EVERY

    def progress(fraction: float) -> None:
        nonlocal last
        if time.monotonic() - last >= _EVERY:
            last = time.monotonic()
            report(fraction)

    return progress


def _say(**message: object) -> None:
    os.write(1, json.dumps(message).encode() + b"\n")


def _die_with(parent: int) -> None:
    """SIGTERM when the parent dies, and then clean up; elsewhere the next line said to nobody fails."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)


def _confine(wall: float, cpu: int, memory: int, file_size: int) -> None:
    """The kernel's limits; the wall clock is also the child's own, should the parent be frozen."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    signal.alarm(round(wall) + 5)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
