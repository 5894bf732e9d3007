"""Brings the weights folder to what the manifest says, and tells whether it is so already.

Called by the command line. A file appears under its name only when it is complete and its sha256 is right;
what is right already is left alone, so an interrupted fetch continues with the next file.
"""

import contextlib
import hashlib
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from .manifest import Source, WeightFile, Weights
from .sources import SourceFailed, Sources

Say = Callable[[str], None]


def fetch(models: Iterable[Weights], folder: Path, say: Say) -> bool:
    """Fetch what is missing or wrong, one sentence to `say` for each file and fault. True if all is there."""
    folder.mkdir(parents=True, exist_ok=True)
    complete = True
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as workspace:
        sources = Sources(Path(workspace))
        for model in models:
            for file in model.files:
                target = folder / model.name / file.name
                complete &= _fetch_file(file, target, sources, Path(workspace), say)
    return complete


def verify(models: Iterable[Weights], folder: Path, say: Say) -> bool:
    """Check every file's size and sha256, one sentence to `say` for each. True if all are right."""
    complete = True
    for model in models:
        for file in model.files:
            fault = fault_of(file, folder / model.name / file.name)
            say(f"{model.name}/{file.name} {fault or 'is right'}.")
            complete &= not fault
    return complete


def fault_of(file: WeightFile, path: Path) -> str:
    """What is wrong with the file at `path`, as the end of a sentence; empty when nothing is."""
    if not path.is_file():
        return "is missing"
    if path.stat().st_size != file.size:
        return f"has {path.stat().st_size:,} bytes instead of {file.size:,}"
    with path.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != file.sha256:
            return "has another sha256 than the manifest says"
    return ""


def _fetch_file(file: WeightFile, target: Path, sources: Sources, workspace: Path, say: Say) -> bool:
    label = f"{target.parent.name}/{file.name}"
    if not fault_of(file, target):
        say(f"{label} is there already.")
        return True
    for source in file.sources:
        try:
            _take(file, source, sources, workspace, target)
        except SourceFailed as fault:
            say(f"{label} does not come from {source}: {fault}.")
        else:
            say(f"{label} fetched from {source} ({file.size:,} bytes, sha256 right).")
            return True
    say(f"{label} could not be fetched from any source.")
    return False


def _take(file: WeightFile, source: Source, sources: Sources, workspace: Path, target: Path) -> None:
    """Stream into a temporary file on the same file system, check, rename. Raises SourceFailed."""
    part = workspace / "part"
    try:
        digest, size = hashlib.sha256(), 0
        with part.open("wb") as stream, contextlib.closing(sources.stream(source)) as blocks:
            for block in blocks:
                size += len(block)
                if size > file.size:
                    raise SourceFailed(f"it is longer than {file.size:,} bytes")
                digest.update(block)
                stream.write(block)
        if digest.hexdigest() != file.sha256:
            raise SourceFailed("its sha256 is not the manifest's")
        target.parent.mkdir(parents=True, exist_ok=True)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
