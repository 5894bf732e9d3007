"""Turns the calendar's part of Microsoft Graph's CSDL into an OpenAPI 3 extract, for the contract suites.

python -m scripts.vendor_spec_graph graph-v1.0-csdl.xml.gz OUT.json.gz
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
SCALARS = {
    "Edm.Boolean": "boolean",
    "Edm.Int32": "integer",
    "Edm.Int64": "integer",
    "Edm.Double": "number",
    "Edm.Single": "number",
}
"""All other primitive types of OData are strings in JSON."""
FOLLOWED = frozenset({"singleValueExtendedProperties"})
"""Navigation properties that we send along with an event."""
ROOTS = ("/me", "/me/calendars/{calendar-id}")
QUERY = ("$filter", "$select", "$top", "$orderby", "$expand")


def main(source: str, target: str) -> None:
    # The description comes from Microsoft, named by whoever runs this script, not from a stranger.
    root = ElementTree.fromstring(gzip.decompress(Path(source).read_bytes()))  # noqa: S314
    types = {
        each.get("Name"): each
        for schema in root.iter(f"{EDM}Schema")
        if schema.get("Namespace") == "microsoft.graph"
        for each in schema
    }
    schemas: dict[str, Any] = {}
    _add("event", types, schemas)
    document = {"openapi": "3.1.0", "paths": _paths(), "components": {"schemas": schemas}}
    with gzip.GzipFile(target, "wb", mtime=0) as packed:
        packed.write(json.dumps(document, sort_keys=True, separators=(",", ":")).encode())


def _paths() -> dict[str, Any]:
    body = {"requestBody": {"content": {"application/json": {"schema": _reference("event")}}}}
    query = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in QUERY]
    paths: dict[str, Any] = {}
    for root in ROOTS:
        inside = [{"name": "calendar-id", "in": "path", "required": True}] if "{" in root else []
        one = [*inside, {"name": "event-id", "in": "path", "required": True}]
        paths[f"{root}/events"] = {
            "get": {"parameters": [*inside, *query]},
            "post": {"parameters": inside} | body,
        }
        paths[f"{root}/events/{{event-id}}"] = {
            "get": {"parameters": [*one, *query]},
            "patch": {"parameters": one} | body,
            "delete": {"parameters": one},
        }
    return paths


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _add(name: str, types: dict[str, Any], schemas: dict[str, Any]) -> None:
    if name in schemas:
        return
    described = types[name]
    if described.tag == f"{EDM}EnumType":
        schemas[name] = {"enum": [member.get("Name") for member in described]}
        return
    schemas[name] = {"type": "object", "properties": {}, "additionalProperties": False}
    schemas[name]["properties"] = _properties(described, types, schemas)


def _properties(described: Any, types: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """With those of the base types."""
    base = described.get("BaseType", "").removeprefix("graph.")
    properties = _properties(types[base], types, schemas) if base else {}
    for each in described:
        followed = each.tag == f"{EDM}NavigationProperty" and each.get("Name") in FOLLOWED
        if each.tag == f"{EDM}Property" or followed:
            properties[each.get("Name")] = _type(each.get("Type"), types, schemas)
    return properties


def _type(name: str, types: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    if name.startswith("Collection("):
        return {"type": "array", "items": _type(name[len("Collection(") : -1], types, schemas)}
    if name.startswith("Edm."):
        return {"type": SCALARS.get(name, "string")}
    short = name.removeprefix("graph.")
    _add(short, types, schemas)
    return _reference(short)


if __name__ == "__main__":
    main(*sys.argv[1:])
