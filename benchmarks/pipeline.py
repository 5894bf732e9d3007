"""The product's own pipeline in this process, with the shipped engines, on SQLite in a folder that goes away.

Used by `cost` and `quality`. Imports of the product wait until the settings know that folder, which is why
they stand inside functions; one process can open it once.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import data

if TYPE_CHECKING:
    from accounts.models import User
    from meetings.models import Meeting
    from meetings.tests.working import InlineWorker

ELSEWHERE = (
    "DATABASE_URL",
    "REDIS_URL",
    "S3_BUCKET_NAME",
    "GEMINI_KEY",
    "RAPIDAPI_SPEECH_URL",
    "LLM_BASE_URL",
    "SPEECH_PROVIDERS",
    "DIARIZATION_PROVIDERS",
    "LANGUAGE_PROVIDERS",
    "NODE_ENV",
    "ENV_FILE",
)
"""What would lead away from the shipped default is emptied."""
PEOPLE = ("Maya", "Daniel", "Sara")
FACTS = {
    "title": "Weekly sync",
    "start_time": datetime(2026, 11, 16, 9, 0),
    "timezone": "Europe/Berlin",
    "participants": [{"name": name, "email": f"{name.lower()}@example.com"} for name in PEOPLE],
}
"""What is known of the shipped sample beforehand."""


class Incomplete(Exception):
    """The pipeline did not get to its report; the text is what the run says."""


class Pipeline:
    """Takes recordings in and works their steps off in the calling thread."""

    def __init__(self, owner: "User", worker: "InlineWorker"):
        self._owner = owner
        self._worker = worker

    def take_in(self, path: Path = data.SAMPLE, **facts: object) -> "Meeting":
        """A meeting with this recording stored, its run begun and nothing done yet."""
        from django.core.files import File

        from meetings.pipeline import intake

        with path.open("rb") as file:
            return intake.receive(self._owner, [File(file, name=path.name)], **(FACTS | facts))

    def work(self, meeting: "Meeting") -> None:
        """Decode to report. Raises Incomplete."""
        from meetings import selectors

        self._worker.work()
        meeting.refresh_from_db()
        run = selectors.newest_run(meeting)
        if run is None or run.understood_at is None:
            raise Incomplete(run.error if run else "no run was begun")


@contextmanager
def opened() -> Iterator[Pipeline]:
    """The pipeline, migrated and with an owner of its meetings."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ |= dict.fromkeys(ELSEWHERE, "")
        os.environ |= {
            "DATA_DIR": folder,
            "LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
        from accounts.models import User
        from meetings.tests.working import InlineWorker

        owner = User.objects.create_user("bench@example.com", "a long enough sentence")
        with InlineWorker() as worker:
            yield Pipeline(owner, worker)
        connection.close()
