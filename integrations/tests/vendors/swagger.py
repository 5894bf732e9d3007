"""Judges requests by a vendor's Swagger 2 description with form parameters, such as Slack's."""

import gzip
import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from integrations.tests.vendors.described import SPECS
from integrations.tests.vendors.server import Asked

_KINDS = {"string": r"(?s).*", "boolean": r"true|false", "integer": r"-?\d+", "number": r"-?\d+(\.\d+)?"}


class Swagger:
    """`later` names parameters that the vendor has added since the description was written."""

    def __init__(self, name: str, *, later: frozenset[str] = frozenset()):
        with gzip.open(SPECS / f"{name}.json.gz") as packed:
            self._document = json.load(packed)
        self._later = later

    def check(self, asked: Asked) -> dict[str, str]:
        """The form's fields. Raises AssertionError for a request that the vendor does not describe."""
        operation = self._operation(asked)
        media_type = asked.headers.get("content-type", "").partition(";")[0]
        assert media_type in operation["consumes"], f"{media_type} is not described"
        assert media_type == "application/x-www-form-urlencoded", "parameters are described for forms"
        pairs = parse_qsl(asked.body.decode(), keep_blank_values=True, strict_parsing=True)
        form = dict(pairs)
        assert len(form) == len(pairs), "a field comes twice"
        self._check_fields(form, operation["parameters"])
        self._check_token(asked, operation["parameters"])
        return form

    def _operation(self, asked: Asked) -> dict[str, Any]:
        path = urlsplit(asked.path).path.removeprefix(self._document["basePath"])
        return self._document["paths"][path][asked.method.lower()]

    def _check_fields(self, form: dict[str, str], parameters: list[dict[str, Any]]) -> None:
        known = {each["name"]: each for each in parameters if each["in"] == "formData"}
        assert form.keys() <= known.keys() | self._later, f"unknown: {form.keys() - known.keys()}"
        required = {name for name, each in known.items() if each.get("required")}
        assert required <= form.keys(), f"missing: {required - form.keys()}"
        for name in form.keys() & known.keys():
            assert re.fullmatch(_KINDS[known[name]["type"]], form[name]), (
                f"{name} is no {known[name]['type']}"
            )

    def _check_token(self, asked: Asked, parameters: list[dict[str, Any]]) -> None:
        """What is described as the header `token` goes as a bearer's (https://docs.slack.dev/web)."""
        if any(each["in"] == "header" and each["name"] == "token" for each in parameters):
            assert re.fullmatch(r"Bearer \S+", asked.headers.get("authorization", "")), "no token"
