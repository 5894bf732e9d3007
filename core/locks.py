"""An exclusive lock on a file: held means alive, free means that the earlier holder is dead."""

import fcntl
from pathlib import Path
from typing import IO


class Taken(Exception):
    """Another living process holds the lock."""


def hold(path: Path, *, wait: bool = False) -> IO[str]:
    """Lock `path` for as long as the returned file is open. Raises Taken unless `wait`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        file.close()
        raise Taken(str(path)) from None
    return file
