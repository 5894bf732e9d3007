"""Files in the storage and the rows that own them, kept in step without a transaction across both.

Before a file is written its removal is noted for later; the transaction that makes the owning row takes the
note back. Whatever is killed in between leaves a note, and the sweep removes the file.
"""

import errno
import itertools
import logging
import shutil
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import F, Q
from django.db.models.functions import Now

from audio.models import StorageDeletion
from core import locks
from integrations.errors import Unavailable

logger = logging.getLogger(__name__)

GRACE = timedelta(hours=24)
"""How long a file may stay without its row: longer than any upload or decoding takes."""

AT_ONCE = 100

PIECE = 1024 * 1024
"""Bytes that are read at once of a file that is sent on."""


@contextmanager
def reached() -> Iterator[None]:
    """In the block a disk or a storage is used: what that raises becomes Unavailable, since waiting helps.

    No recording is at fault when a disk is full, a storage is down, or a decoder was told to stop.
    """
    try:
        yield
    except (OSError, *_errors_of_s3()) as error:
        raise Unavailable(_sentence(error)) from error


def _errors_of_s3() -> tuple[type[Exception], ...]:
    """Empty where botocore is not loaded, because the storage is a disk."""
    boto3, botocore = sys.modules.get("boto3.exceptions"), sys.modules.get("botocore.exceptions")
    if boto3 is None or botocore is None:
        return ()
    return (boto3.Boto3Error, botocore.BotoCoreError, botocore.ClientError)


def _sentence(error: Exception) -> str:
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
        return "There is no space left for recordings at the moment."
    if isinstance(error, FileNotFoundError):
        return "A file of this meeting is not in the storage at the moment."
    return "The storage of recordings cannot be used at the moment."


def store(name: str, content: File) -> str:
    """Write a file durably under `name`; until `keep` is called it is to be removed again.

    Raises Unavailable; then what was written of it is removed by the next sweep.
    """
    StorageDeletion.objects.update_or_create(
        file=name, defaults={"not_before": Now() + GRACE, "failures": 0, "error": ""}
    )
    try:
        with reached():
            saved = default_storage.save(name, content)
    except Unavailable:
        discard(name)
        raise
    if saved != name:
        discard(saved)
        raise Unavailable(f"{name} is being stored by somebody else at the moment.")
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
    """The stored file as a path on this machine; a copy only where the storage is elsewhere.

    Raises Unavailable, also where the block meets a disk or storage that fails.
    """
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:
        path = None
    if path is not None:
        with reached():
            yield path
        return
    with scratch() as folder:
        target = folder / Path(name).name
        with default_storage.open(name, "rb") as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, 1024 * 1024)
        yield target


def pieces(name: str) -> Iterator[bytes]:
    """The stored file bit by bit, for who sends it on: never more than `PIECE` bytes in memory, none on disk.

    From S3 each bit is a request of its own, because a slow reader would outlast a single one.
    Raises Unavailable.
    """
    with reached(), default_storage.open(name, "rb") as file:
        remote = getattr(file, "obj", None)
        if remote is None:
            yield from iter(lambda: file.read(PIECE), b"")
            return
        for start in range(0, file.size, PIECE):
            part = remote.get(Range=f"bytes={start}-{start + PIECE - 1}")
            yield part["Body"].read()


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for intermediate files, removed with the block; those of killed processes go too.

    Raises Unavailable, also where the block meets a disk or storage that fails.
    """
    root = Path(settings.DATA_DIR) / "scratch"
    with reached():
        root.mkdir(parents=True, exist_ok=True)
        _clear_after_the_dead(root)
        folder = root / uuid.uuid4().hex
        lock = folder.with_suffix(".lock")
        with locks.hold(lock, wait=True):
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder)
                lock.unlink(missing_ok=True)  # another process may have taken it for a dead one's


def _clear_after_the_dead(root: Path) -> None:
    """Each folder stands beside a lock file; a lock that can be taken has lost its holder."""
    for lock in root.glob("*.lock"):
        with suppress(locks.Taken, FileNotFoundError), locks.hold(lock):
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink()


def sweep() -> int:
    """Remove what is due; the number of files that are gone. A storage that is down costs a delay.

    The first failure ends it: a hundred time-outs would keep the scheduler from all its other chores.
    """
    due = StorageDeletion.objects.filter(Q(not_before__isnull=True) | Q(not_before__lte=Now()))
    rows = due.order_by("created_at")[:AT_ONCE]
    return sum(1 for _ in itertools.takewhile(_remove, rows))


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
