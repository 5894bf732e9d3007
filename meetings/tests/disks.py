"""What lies on the disk, so that a test can say that nothing was left there."""

from pathlib import Path

from django.conf import settings


def files_under(*folders: str) -> set[str]:
    """Names of all files in the given rooms of the data folder; by default in all that hold recordings."""
    root = Path(settings.DATA_DIR)
    rooms = folders or ("incoming", "media", "scratch")
    return {
        str(path.relative_to(root)) for room in rooms for path in (root / room).rglob("*") if path.is_file()
    }
