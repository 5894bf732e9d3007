"""Memory and processor time of a process and its descendants, read from Linux's /proc.

Used by `long_meeting`, which watches the running product from outside.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
ROLES = {"audio.media": "decoder", "worker": "worker", "serve": "web"}
"""Which argument of the command line tells what a process of the product is."""

_PARENT, _TIMES = 1, slice(11, 15)
"""Places in /proc/PID/stat after the command's name: see proc_pid_stat(5)."""


class Watch:
    """Looks at the product's processes when told to; sizes in MB, times in seconds.

    The kernel keeps each process's own high-water mark, so that nothing is missed between two looks but the
    end of a process that lives shorter than from one to the next.
    """

    def __init__(self, pid: int):
        self._pid = pid
        self.highest: dict[str, float] = defaultdict(float)
        """Highest resident size so far, by role."""
        self.during: dict[str, float] = {}
        """Largest resident size of the worker that a look met, by what was going on."""

    def look(self, occasion: str) -> None:
        """Take the sizes of now; `occasion` names what is going on."""
        for role, folder in self._processes():
            sizes = _sizes(folder)
            self.highest[role] = max(self.highest[role], sizes["VmHWM"])
            if role == "worker":
                self.during[occasion] = max(self.during.get(occasion, 0.0), sizes["VmRSS"])

    def cpu(self) -> float:
        """Processor seconds of all processes so far, those that have ended and been waited for included."""
        return sum(sum(map(int, _stat(folder)[_TIMES])) for _, folder in self._processes()) / TICKS

    def _processes(self) -> Iterator[tuple[str, Path]]:
        """The watched process and its descendants that have a role in the product."""
        children = defaultdict(list)
        for folder in PROC.glob("[0-9]*"):
            fields = _stat(folder)
            if fields:
                children[int(fields[_PARENT])].append(int(folder.name))
        waiting = [self._pid]
        while waiting:
            pid = waiting.pop()
            waiting += children[pid]
            arguments = _read(PROC / str(pid) / "cmdline").split("\0")
            role = next((role for word, role in ROLES.items() if word in arguments), "")
            if role:
                yield role, PROC / str(pid)


def _sizes(folder: Path) -> dict[str, float]:
    """The lines of /proc/PID/status that count kB, as MB; all zero once the process has ended."""
    rows = (line.split() for line in _read(folder / "status").splitlines())
    found = {row[0].rstrip(":"): int(row[1]) / 1024 for row in rows if row[2:] == ["kB"]}
    return {"VmHWM": 0.0, "VmRSS": 0.0} | found


def _stat(folder: Path) -> list[str]:
    return _read(folder / "stat").rpartition(")")[2].split()


def _read(path: Path) -> str:
    """Nothing where the process has ended meanwhile."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
