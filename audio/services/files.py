"""Files in the storage and the rows that own them, kept in step without a transaction across both.

Before a file is written its removal is noted for later; the transaction that makes the owning row takes the
note back. Whatever is killed in between leaves a note, and the sweep removes the file.
"""

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import F, Q
from django.db.models.functions import Now

from audio.models import StorageDeletion

logger = logging.getLogger(__name__)

GRACE = timedelta(hours=24)
"""How long a file may stay without its row: longer than any upload or decoding takes."""

AT_ONCE = 100


def store(name: str, content: File) -> str:
    """Write a file durably under `name`; until `keep` is called it is to be removed again."""
    StorageDeletion.objects.update_or_create(
        file=name, defaults={"not_before": Now() + GRACE, "failures": 0, "error": ""}
    )
    saved = default_storage.save(name, content)
    if saved != name:
        discard(saved)
        raise FileExistsError(f"{name} is in the storage already")
    return name


def keep(name: str) -> None:
    """Inside the transaction that makes the owning row."""
    StorageDeletion.objects.filter(file=name).delete()


def discard(name: str) -> None:
    """Note that the file is to go; inside the transaction that removes the owning row, or any time."""
    StorageDeletion.objects.update_or_create(
        file=name, defaults={"not_before": None, "failures": 0, "error": ""}
    )


@contextmanager
def local_copy(name: str) -> Iterator[Path]:
    """The stored file as a path on this machine; a copy only where the storage is elsewhere."""
    try:
        yield Path(default_storage.path(name))
        return
    except NotImplementedError:
        pass
    with scratch() as folder:
        target = folder / Path(name).name
        with default_storage.open(name, "rb") as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, 1024 * 1024)
        yield target


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for intermediate files; what a killed process left there is swept at the next start."""
    root = Path(settings.DATA_DIR) / "scratch"
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root) as folder:
        yield Path(folder)


def sweep() -> int:
    """Remove what is due; the number of files that are gone. A storage that is down costs a delay."""
    due = StorageDeletion.objects.filter(Q(not_before__isnull=True) | Q(not_before__lte=Now()))
    return sum(_remove(row) for row in due.order_by("created_at")[:AT_ONCE])


def _remove(row: StorageDeletion) -> bool:
    try:
        default_storage.delete(row.file)
    except Exception as error:  # noqa: BLE001 - every storage has errors of its own; all mean "later"
        logger.warning("%s could not be removed yet: %s", row.file, error)
        wait = timedelta(seconds=min(30 * 2 ** min(row.failures, 7), 3600))
        StorageDeletion.objects.filter(pk=row.pk).update(
            failures=F("failures") + 1, error=str(error), not_before=Now() + wait
        )
        return False
    row.delete()
    return True
