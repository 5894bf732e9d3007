"""Files on this machine's disk, acknowledged only when they would survive a power cut."""

import os
from pathlib import Path

from django.core.files.storage import FileSystemStorage


def sync_folder(folder: Path) -> None:
    """fsync a directory, so that the names in it are durable (POSIX leaves that to the caller)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class DurableFileSystemStorage(FileSystemStorage):
    """Django's storage, with an fsync of the file and of the folders that were made for it."""

    def _save(self, name, content):
        saved = super()._save(name, content)
        path = Path(self.path(saved))
        with path.open("rb") as file:
            os.fsync(file.fileno())
        root = Path(self.location)
        for folder in path.parents:
            sync_folder(folder)
            if folder == root:
                break
        return saved
