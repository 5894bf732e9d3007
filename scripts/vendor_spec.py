"""Cuts the operations that we use out of a vendor's OpenAPI or Swagger description, for the contract suites.

python -m scripts.vendor_spec FULL.json.gz OUT.json.gz "POST /rest/api/3/issue" "GET /rest/api/3/myself"
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import yaml

SHARED = ("openapi", "swagger", "info", "servers", "host", "basePath", "schemes", "consumes", "produces")
PROSE = frozenset({"description", "summary", "example", "examples", "tags", "x-codeSamples", "x-readme"})


def main(source: str, target: str, *wanted: str) -> None:
    document = _read(Path(source))
    kept: dict[str, Any] = {name: document[name] for name in SHARED if name in document} | {"paths": {}}
    for each in wanted:
        method, path = each.split(" ", 1)
        operations = kept["paths"].setdefault(path, {})
        operations[method.lower()] = _terse(document["paths"][path][method.lower()])
        if "parameters" in document["paths"][path]:
            operations["parameters"] = _terse(document["paths"][path]["parameters"])
    _follow(document, kept)
    with gzip.GzipFile(target, "wb", mtime=0) as packed:
        packed.write(json.dumps(kept, sort_keys=True, separators=(",", ":")).encode())


def _read(path: Path) -> dict[str, Any]:
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe


def _terse(thing: Any, inside_properties: bool = False) -> Any:
    """Without prose and answers: requests are judged. A property may be called `description`."""
    if isinstance(thing, list):
        return [_terse(each) for each in thing]
    if not isinstance(thing, dict):
        return thing
    dropped = frozenset() if inside_properties else PROSE | {"responses"}
    kept = {name: _terse(value, name == "properties") for name, value in thing.items() if name not in dropped}
    if not inside_properties and kept.pop("nullable", False) is True and isinstance(kept.get("type"), str):
        kept["type"] = [kept["type"], "null"]  # as JSON Schema has it, since OpenAPI 3.1
    return kept


def _follow(document: dict[str, Any], kept: dict[str, Any]) -> None:
    """Bring along everything that is referred to, and what that refers to."""
    waiting = _references(kept)
    done: set[str] = set()
    while waiting:
        reference = waiting.pop()
        if reference in done:
            continue
        done.add(reference)
        source, place = document, kept
        *steps, last = reference.removeprefix("#/").split("/")
        for step in steps:
            source, place = source[step], place.setdefault(step, {})
        place[last] = _terse(source[last])
        waiting |= _references(place[last])


def _references(thing: Any) -> set[str]:
    if isinstance(thing, list):
        return set().union(*map(_references, thing)) if thing else set()
    if not isinstance(thing, dict):
        return set()
    own = {thing["$ref"]} if isinstance(thing.get("$ref"), str) else set()
    return own.union(*map(_references, thing.values())) if thing else own


if __name__ == "__main__":
    main(*sys.argv[1:])
