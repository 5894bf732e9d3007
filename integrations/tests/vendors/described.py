"""Judges requests by a vendor's own OpenAPI 3 description, of which `specs/` holds the part that we use."""

import gzip
import json
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import jsonschema

from integrations.tests.vendors.server import Asked

SPECS = Path(__file__).parent / "specs"


class Description:
    """`base` is the path under which the test's server mounts the vendor's API."""

    def __init__(self, name: str, base: str = ""):
        self._document = _load(name)
        self._base = base

    def check(self, asked: Asked) -> None:
        """Raises AssertionError or ValidationError for a request that the vendor does not describe."""
        parts = urlsplit(asked.path)
        operation, variables = self._operation(asked.method, parts.path)
        query = parse_qsl(parts.query, keep_blank_values=True)
        self._check_parameters(operation, {"query": query, "path": list(variables.items())})
        self._check_body(operation, asked)

    def _operation(self, method: str, path: str) -> tuple[dict[str, Any], dict[str, str]]:
        assert path.startswith(self._base), f"{path} is not under {self._base}"
        steps = path.removeprefix(self._base).split("/")
        for template, operations in self._document["paths"].items():
            variables = _fit(template.split("/"), steps)
            if variables is not None and method.lower() in operations:
                shared = operations.get("parameters", [])
                operation = operations[method.lower()]
                return operation | {"parameters": [*shared, *operation.get("parameters", [])]}, variables
        raise AssertionError("no such operation is described")

    def _check_parameters(self, operation: dict[str, Any], given: dict[str, list[tuple[str, str]]]) -> None:
        known = [self._resolved(parameter) for parameter in operation["parameters"]]
        for place, pairs in given.items():
            names = {each["name"] for each in known if each["in"] == place}
            required = {each["name"] for each in known if each["in"] == place and each.get("required")}
            assert {name for name, _ in pairs} <= names, f"unknown in {place}: {dict(pairs).keys() - names}"
            assert required <= {name for name, _ in pairs}, f"missing in {place}: {required}"

    def _check_body(self, operation: dict[str, Any], asked: Asked) -> None:
        described = self._resolved(operation.get("requestBody", {}))
        if not described:
            assert not asked.body, "a body where none is described"
            return
        media_type = asked.headers.get("content-type", "").partition(";")[0]
        assert media_type in described["content"], f"{media_type} is not described"
        schema = described["content"][media_type].get("schema", {}) | {"components": self._components}
        if media_type == "application/json":
            jsonschema.Draft202012Validator(schema).validate(asked.json())
        elif media_type == "multipart/related":
            metadata, _ = parts_of(asked)
            jsonschema.Draft202012Validator(schema).validate(json.loads(metadata.get_content()))

    @property
    def _components(self) -> dict[str, Any]:
        return self._document.get("components", {})

    def _resolved(self, thing: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in thing:
            found: Any = self._document
            for step in thing["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            thing = found
        return thing


def parts_of(asked: Asked) -> list[EmailMessage]:
    """The parts of a multipart body (RFC 2387)."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=policy.HTTP).parsebytes(head + asked.body)
    assert message.is_multipart() and not message.defects, f"not multipart: {message.defects}"
    return list(message.iter_parts())


def _fit(template: list[str], steps: list[str]) -> dict[str, str] | None:
    if len(template) != len(steps):
        return None
    variables = {}
    for wanted, given in zip(template, steps, strict=True):
        if wanted.startswith("{"):
            variables[wanted.strip("{}")] = unquote(given)
        elif wanted != given:
            return None
    return variables


@cache
def _load(name: str) -> dict[str, Any]:
    with gzip.open(SPECS / f"{name}.json.gz") as packed:
        return json.load(packed)
