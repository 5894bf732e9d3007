"""Turns methods of Google's API discovery documents into an OpenAPI 3 extract, for the contract suites.

python -m scripts.vendor_spec_google OUT.json.gz DRIVE.json,CALENDAR.json drive.files.list calendar.events.get
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

JSON, RELATED = "application/json", "multipart/related"


def main(target: str, sources: str, *wanted: str) -> None:
    document: dict[str, Any] = {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {}}}
    for source in sources.split(","):
        discovery = json.loads(Path(source).read_text())
        for name in wanted:
            if name.startswith(f"{discovery['name']}."):
                _add(document, discovery, _method(discovery, name))
    with gzip.GzipFile(target, "wb", mtime=0) as packed:
        packed.write(json.dumps(document, sort_keys=True, separators=(",", ":")).encode())


def _method(discovery: dict[str, Any], name: str) -> dict[str, Any]:
    _, *resources, last = name.split(".")
    found = discovery
    for resource in resources:
        found = found["resources"][resource]
    return found["methods"][last]


def _add(document: dict[str, Any], discovery: dict[str, Any], method: dict[str, Any]) -> None:
    parameters = discovery["parameters"] | method.get("parameters", {})
    operation: dict[str, Any] = {"parameters": [_parameter(*pair) for pair in parameters.items()]}
    if "request" in method:
        schema = _schema(method["request"], discovery["name"])
        operation["requestBody"] = {"content": {JSON: {"schema": schema}}}
        _follow(document, discovery, method["request"])
    path = f"/{discovery['servicePath']}{method['path']}"
    document["paths"].setdefault(path, {})[method["httpMethod"].lower()] = operation
    if "mediaUpload" in method:
        sent = {"in": "query", "name": "uploadType", "required": True, "schema": {"type": "string"}}
        upload = operation | {
            "parameters": [p for p in operation["parameters"] if p["name"] != "uploadType"] + [sent],
            "requestBody": {"content": {RELATED: operation["requestBody"]["content"][JSON]}},
        }
        document["paths"][method["mediaUpload"]["protocols"]["simple"]["path"]] = {"post": upload}


def _parameter(name: str, described: dict[str, Any]) -> dict[str, Any]:
    required = described.get("required", False) or described["location"] == "path"
    kind = {key: described[key] for key in ("type", "enum") if key in described}
    return {"name": name, "in": described["location"], "required": required, "schema": kind}


def _follow(document: dict[str, Any], discovery: dict[str, Any], thing: Any) -> None:
    """Bring along the schemas that are referred to, and what those refer to."""
    if isinstance(thing, list):
        for each in thing:
            _follow(document, discovery, each)
    elif isinstance(thing, dict):
        name = thing.get("$ref")
        if isinstance(name, str) and f"{discovery['name']}.{name}" not in document["components"]["schemas"]:
            described = discovery["schemas"][name]
            document["components"]["schemas"][f"{discovery['name']}.{name}"] = _schema(
                described, discovery["name"]
            )
            _follow(document, discovery, described)
        for each in thing.values():
            _follow(document, discovery, each)


def _schema(described: dict[str, Any], api: str) -> dict[str, Any]:
    """Unknown fields are refused, null is allowed: that is how Google's JSON clears a field in a PATCH."""
    if "$ref" in described:
        return {"$ref": f"#/components/schemas/{api}.{described['$ref']}"}
    kept: dict[str, Any] = {}
    if described.get("type", "any") != "any":
        kept["type"] = [described["type"], "null"]
    if "enum" in described:
        kept["enum"] = [*described["enum"], None]
    if "items" in described:
        kept["items"] = _schema(described["items"], api)
    if "properties" in described:
        kept["properties"] = {n: _schema(each, api) for n, each in described["properties"].items()}
        kept["additionalProperties"] = False
    if "additionalProperties" in described:
        kept["additionalProperties"] = _schema(described["additionalProperties"], api)
    return kept


if __name__ == "__main__":
    main(*sys.argv[1:])
