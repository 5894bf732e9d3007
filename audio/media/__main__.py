"""The child process of `isolate`: confines itself, does one task, answers in lines of JSON on its stdout."""

import base64
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from .confinement import confine, die_with
from .errors import MediaError, TooSlow

_EVERY = 0.25


def main(order: dict) -> int:
    """Carries out `order` as `isolate.run` writes it; the exit status."""
    die_with(order["parent"])
    confine(**order["limits"])
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


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
