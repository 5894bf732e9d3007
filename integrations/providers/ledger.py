"""Where memory providers write their effects down: in this process, or in a file that outlives it.

Tests that kill processes count the lines of the file from outside, so one line is one effect: appended
with O_APPEND under a file lock and fsynced before the caller is told.
"""

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from integrations.errors import Unavailable


@dataclass(frozen=True)
class Recorded:
    """One effect: `kind` is the capability, `key` the effect's key, `payload` what was handed in."""

    kind: str
    id: str
    key: str
    url: str
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LedgerOptions:
    """Options of every memory provider that has effects."""

    path: str = ""
    """A file of JSON lines that outlives the process; empty keeps the effects in memory."""
    fail_first: int = 0
    """So many calls of this instance raise Unavailable and do nothing."""
    lose_answer: int = 0
    """So many first effects of the ledger are recorded, and the caller gets Unavailable(maybe_done)."""


IN_PROCESS = LedgerOptions()


class Ledger:
    """The effects of one kind, numbered from 1 in order. Safe among threads and processes."""

    def __init__(self, kind: str, options: LedgerOptions):
        self._kind = kind
        self._options = options
        self._path = Path(options.path) if options.path else None
        self._kept: list[Recorded] = []
        self._calls = 0
        self._lock = threading.Lock()

    def record(self, key: str, payload: dict[str, Any]) -> Recorded:
        """Carry out one effect. Raises Unavailable where the options ask for a failure."""
        with self._lock:
            self._calls += 1
            if self._calls <= self._options.fail_first:
                raise Unavailable(f"The {self._kind} provider was told to fail.")
            with self._shared() as earlier:
                number = len(earlier) + 1
                effect = Recorded(
                    self._kind, f"{self._kind}-{number}", key, f"memory://{self._kind}/{number}", payload
                )
                self._append(effect)
        if number <= self._options.lose_answer:
            raise Unavailable(f"The answer of the {self._kind} provider was lost.", maybe_done=True)
        return effect

    def effects(self) -> list[Recorded]:
        """All effects of this kind, oldest first; in a file also those of other processes."""
        if self._path is None:
            return list(self._kept)
        return [effect for effect in read(self._path) if effect.kind == self._kind]

    def find(self, key: str) -> list[Recorded]:
        return [effect for effect in self.effects() if effect.key == key]

    @contextmanager
    def _shared(self) -> Iterator[list[Recorded]]:
        """The effects so far, while no other process can add one."""
        if self._path is None:
            yield self._kept
            return
        with self._path.with_name(self._path.name + ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self.effects()

    def _append(self, effect: Recorded) -> None:
        if self._path is None:
            self._kept.append(effect)
            return
        line = json.dumps(asdict(effect), ensure_ascii=False, default=str).encode() + b"\n"
        handle = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(handle).st_size
            torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            os.write(handle, b"\n" + line if torn else line)
            os.fsync(handle)
        finally:
            os.close(handle)


def read(path: Path) -> list[Recorded]:
    """Every effect in a ledger file; a last line that a killed process left unfinished is none."""
    if not path.exists():
        return []
    effects = []
    for line in path.read_bytes().splitlines():
        try:
            effects.append(Recorded(**json.loads(line)))
        except ValueError:
            continue
    return effects
