"""A house of its own for each kill test: a database, a folder, and processes that may be killed."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from integrations.providers import ledger

ROOT = Path(__file__).resolve().parents[2]


class House:
    """Starts processes on the test's own database and folder, and waits for what they do."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.ledger = folder / "ledger.jsonl"
        self.marks = folder / "faults"
        self.marks.mkdir()
        self.pid = folder / "worker.pid"
        self.variables: dict[str, str] = {}
        """Of the environment, beside those that every process gets."""
        self.process: subprocess.Popen | None = None

    def environment(self, *faults: str) -> dict[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": _url_of_the_test_database(),
            "DATA_DIR": str(settings.DATA_DIR),
            "OUTWARD_LEDGER": str(self.ledger),
            "FAULT": ",".join(faults),
            "FAULT_DIR": str(self.marks),
            "WORKER_PID": str(self.pid),
            "ENV_FILE": "",
            **self.variables,
        }

    def kill_worker(self) -> None:
        """SIGKILL to the worker that is alive now; it is dead when this returns."""
        pid = int(self.pid.read_text())
        os.kill(pid, signal.SIGKILL)
        while _is_alive(pid):
            time.sleep(0.001)

    @contextlib.contextmanager
    def workers(self, *faults: str) -> Iterator[subprocess.Popen]:
        """A worker that is born again each time a fault kills it."""
        with (self.folder / "workers.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery"],
                cwd=ROOT,
                env=self.environment(*faults),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.process = process
        try:
            yield process
        finally:
            self.process = None
            kill_group(process)

    def effects(self, kind: str) -> list[ledger.Recorded]:
        return [effect for effect in ledger.read(self.ledger) if effect.kind == kind]

    def fired(self) -> set[str]:
        return {mark.name.replace(".", ":") for mark in self.marks.iterdir()}

    def assert_alive(self) -> None:
        assert self.process is None or self.process.poll() is None, self.log()

    def log(self) -> str:
        path = self.folder / "workers.log"
        return path.read_text()[-4000:] if path.exists() else ""


def _is_alive(pid: int) -> bool:
    """Neither gone nor waiting for its parent to notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def kill_group(process: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _url_of_the_test_database() -> str:
    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{chosen['NAME']}"
    server = f"{chosen['USER']}:{chosen['PASSWORD']}@{chosen['HOST']}:{chosen['PORT']}"
    return f"postgres://{server}/{chosen['NAME']}"


@pytest.fixture
def house(transactional_db, tmp_path) -> House:
    return House(tmp_path)


@pytest.fixture
def eventually(house) -> Callable:
    """Wait until a condition holds, by asking; the state is another process's."""

    def wait(condition: Callable[[], bool], seconds: float, explain: Callable[[], str] = str) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            house.assert_alive()
            assert time.monotonic() < deadline, explain()
            time.sleep(0.05)

    return wait
