"""A vendor that keeps what it was asked to do, and can fail at the worst moment; for contract suites.

What is in `committed` has happened, whatever the caller was told: it is the ledger that tests count.
"""

import threading
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from integrations.tests.vendors.server import Asked, Reply, Vendor, as_json


class Fault(StrEnum):
    """What goes wrong with the next request that would change something."""

    DROPPED_AFTER_COMMIT = "the connection breaks after the deed"
    ERROR_AFTER_COMMIT = "a 500 comes after the deed"
    TOO_MANY = "429 with Retry-After"
    TOO_MANY_SILENT = "429 without Retry-After"
    HANGS = "no answer comes, and nothing is done"
    HANGS_AFTER_COMMIT = "no answer comes after the deed"
    MALFORMED = "what comes after the deed is not JSON"
    EXPIRED = "the token has expired"
    DOWN = "503"


AFTER_THE_DEED = (
    Fault.DROPPED_AFTER_COMMIT,
    Fault.ERROR_AFTER_COMMIT,
    Fault.HANGS_AFTER_COMMIT,
    Fault.MALFORMED,
)
RETRY_AFTER = 7


class CommittingVendor(Vendor):
    """Subclasses route their vendor's operations: changes through `changing`, everything through `check`."""

    def __init__(self, check: Callable[[Asked], None] = lambda asked: None) -> None:
        super().__init__()
        self.committed: list[dict[str, Any]] = []
        self.faults: list[Fault] = []
        self.violations: list[str] = []
        """Where requests did not conform to the vendor's description; tests want it empty."""
        self.hidden = 0
        """So many searches to come do not see what was committed (search lag)."""
        self._check = check
        self._lock = threading.Lock()

    def answer(self, asked: Asked) -> Reply:
        try:
            self._check(asked)
        except Exception as error:  # noqa: BLE001 - whatever a validator raises is a violation
            self.violations.append(f"{asked.method} {asked.path}: {error}")
        return super().answer(asked)

    def changing(self, commit: Callable[[Asked], Reply]) -> Callable[[Asked], Reply]:
        """A route's answer with the next fault, if there is one. `commit` does the deed."""

        def answer(asked: Asked) -> Reply:
            with self._lock:
                fault = self.faults.pop(0) if self.faults else None
                done = commit(asked) if fault is None or fault in AFTER_THE_DEED else None
            return done if fault is None else self._failed(fault)

        return answer

    def seen(self) -> list[dict[str, Any]]:
        """What a search finds now."""
        with self._lock:
            if self.hidden > 0:
                self.hidden -= 1
                return []
            return list(self.committed)

    def _failed(self, fault: Fault) -> Reply:
        return {
            Fault.DROPPED_AFTER_COMMIT: Reply(hang_up=True),
            Fault.ERROR_AFTER_COMMIT: as_json({"error": "internal"}, status=500),
            Fault.TOO_MANY: as_json({"error": "slow down"}, 429, **{"Retry-After": str(RETRY_AFTER)}),
            Fault.TOO_MANY_SILENT: as_json({"error": "slow down"}, status=429),
            Fault.HANGS: Reply(stall=self.closed, hang_up=True),
            Fault.HANGS_AFTER_COMMIT: Reply(stall=self.closed, hang_up=True),
            Fault.MALFORMED: Reply(200, b"<html>oops", {"Content-Type": "application/json"}),
            Fault.EXPIRED: as_json({"error": "invalid_token"}, status=401),
            Fault.DOWN: as_json({"error": "maintenance"}, status=503),
        }[fault]
