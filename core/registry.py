"""What must reach every app: periodic work, and leases to give back. A person's data: `core.privacy`.

Each AppConfig registers its own hooks in `ready()`; nobody imports upwards and no signal is needed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Chore:
    """Work that the scheduler does every `interval`, and once when it starts."""

    name: str
    work: Callable[[], object]
    interval: timedelta


_chores: dict[str, Chore] = {}


def add_chore(name: str, work: Callable[[], object], *, interval: timedelta) -> None:
    _chores[name] = Chore(name, work, interval)


def chores() -> list[Chore]:
    return list(_chores.values())


_holdings: dict[str, Callable[[], int]] = {}


def add_holding(name: str, give_back: Callable[[], int]) -> None:
    """Register what gives back the leases that this process holds."""
    _holdings[name] = give_back


def give_back() -> int:
    """Give back all leases of this process, because it is about to end; how many there were."""
    return sum(each() for each in _holdings.values())


_releases: dict[str, Callable[[], int]] = {}


def add_release(name: str, release: Callable[[], int]) -> None:
    """Register what gives back the leases of workers that are proven dead."""
    _releases[name] = release


def release_leases() -> int:
    """Give back all leases; only for a process that can prove that nobody else works."""
    return sum(release() for release in _releases.values())
