"""The line between `serve` and its worker child: hints down, events up, one JSON document a line.

Both are only hints, so a line that breaks costs a delay: rows are swept, clients read the state again.
The child takes its end as proof that the parent lives; when it closes, the child stops.
"""

import json
import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

logger = logging.getLogger(__name__)


class Line:
    """One end of a connected pair of sockets; sending is safe from any thread."""

    def __init__(self, end: socket.socket):
        self._end = end
        self._lock = threading.Lock()

    def send(self, document: dict) -> None:
        """Raises OSError when the other end is gone."""
        data = json.dumps(document).encode() + b"\n"
        with self._lock:
            self._end.sendall(data)

    def listen(self, receive: Callable[[dict], None]) -> None:
        """Call `receive` for each document until the other end closes or its process dies."""
        with self._end.makefile("rb") as lines, suppress(ConnectionError):
            for line in lines:
                try:
                    receive(json.loads(line))
                except Exception:
                    logger.exception("a document on the line could not be taken")

    def close(self) -> None:
        self._end.close()


def pair() -> tuple[Line, socket.socket]:
    """Our end, and the socket that the child inherits."""
    ours, theirs = socket.socketpair()
    return Line(ours), theirs


def inherited(descriptor: int) -> Line:
    """The end that the parent handed down as a file descriptor."""
    return Line(socket.socket(fileno=descriptor))
