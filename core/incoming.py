"""The folder where bodies arrive: what a killed process left there is removed when the next one starts."""

import logging
import shutil
import time
from datetime import timedelta
from pathlib import Path

logger = logging.getLogger(__name__)

ABANDONED = timedelta(hours=1)
"""An upload that still arrives writes to its file, so that one untouched for so long belongs to nobody."""


def sweep(folder: Path, *, abandoned: timedelta = ABANDONED) -> list[str]:
    """Remove what nobody has written to for `abandoned`, and answer with its names."""
    latest = time.time() - abandoned.total_seconds()
    removed = []
    for path in folder.iterdir():
        try:
            if path.lstat().st_mtime < latest:
                _remove(path)
                removed.append(path.name)
        except FileNotFoundError:
            continue
    if removed:
        logger.info("removed %d abandoned uploads", len(removed))
    return sorted(removed)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
