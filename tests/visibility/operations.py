"""What the OpenAPI document says can be asked, and a valid request for each of it."""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from meetings.tests import factories

JSON, FORM = "application/json", "multipart/form-data"
FORMATS = {
    "email": "somebody@example.net",
    "date": "2026-11-20",
    "date-time": "2026-11-20T09:00:00Z",
    "uri": "https://example.net/",
}
WORDS = {
    "timezone": "UTC",
    "language": "en-US",
    "participants": ["Ann"],
    "password": "a-long-password",
    "current_password": "a-long-password",
    "old_password": "a-long-password",
    "new_password": "another-long-password",
    "code": "intruder",
    "capacity": 9,
    "tickets_provider": "memory",
    "chat_provider": "memory",
    "tickets_connection": None,
    "chat_connection": None,
    "assignees": {"Maya": "1"},
    "link": "https://meet.google.com/abc-defg-hij",
}
"""Fields whose schema alone does not tell what is valid in them."""

Subjects = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    spec: dict = field(repr=False)
    components: dict = field(repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def visibility(self) -> str:
        return self.spec["x-visibility"]

    @property
    def is_open(self) -> bool:
        return self.spec["security"] == []

    @property
    def names_an_object(self) -> bool:
        return "{" in self.path

    def address(self, subjects: Subjects) -> str:
        """The path with the ids of `subjects`. A parameter that nobody knows is a KeyError: give it one."""
        return re.sub(r"{(\w+)}", lambda found: str(self._subject(found[1], subjects)), self.path)

    def query(self, subjects: Subjects) -> dict[str, str]:
        """What is required, and whatever we have a word for, such as what narrows a list to a subject."""
        parameters = [each for each in self.spec.get("parameters", ()) if each["in"] == "query"]
        return {
            each["name"]: self._value(each["name"], each["schema"], subjects)
            for each in parameters
            if each.get("required") or each["name"] in {*subjects, *WORDS}
        }

    def _subject(self, name: str, subjects: Subjects) -> Any:
        found = subjects[name]
        return found.get(self.method, found["else"]) if isinstance(found, dict) else found

    def request(self, subjects: Subjects) -> dict:
        """Arguments for a test client's method: the body, if there is one, and its kind."""
        content = self.spec.get("requestBody", {}).get("content", {})
        if not content:
            return {}
        kind = FORM if FORM in content else JSON
        body = self._value("", content[kind]["schema"], subjects)
        return {"data": body, "format": "multipart" if kind == FORM else "json"}

    def _value(self, name: str, schema: dict, subjects: Subjects) -> Any:
        if name in subjects:
            return str(self._subject(name, subjects))
        if name in WORDS:
            return WORDS[name]
        if "$ref" in schema:
            return self._value(name, self.components[schema["$ref"].rpartition("/")[2]], subjects)
        for combined in ("oneOf", "anyOf", "allOf"):
            if combined in schema:
                return self._value(name, schema[combined][0], subjects)
        if "enum" in schema:
            return schema["enum"][0]
        return getattr(self, f"_{schema.get('type', 'object')}")(name, schema, subjects)

    def _object(self, name: str, schema: dict, subjects: Subjects) -> dict:
        """What is required and what names a subject; all there is, where nothing is required."""
        properties = schema.get("properties", {})
        wanted = [each for each in schema.get("required", ()) if each in properties]
        wanted = {*wanted, *(properties.keys() & subjects.keys())} if wanted else properties
        return {each: self._value(each, properties[each], subjects) for each in wanted}

    def _array(self, name: str, schema: dict, subjects: Subjects) -> list:
        return [self._value("", schema["items"], subjects)]

    def _string(self, name: str, schema: dict, subjects: Subjects) -> Any:
        if schema.get("format") == "binary":
            return SimpleUploadedFile("sound.wav", factories.wav(0.5))
        if schema.get("format") == "uuid":
            return str(uuid.uuid4())
        return FORMATS.get(schema.get("format"), "intruder".ljust(schema.get("minLength", 0), "r"))

    def _integer(self, name: str, schema: dict, subjects: Subjects) -> int:
        return schema.get("minimum", 1)

    _number = _integer

    def _boolean(self, name: str, schema: dict, subjects: Subjects) -> bool:
        return False


def every() -> Iterator[Operation]:
    """All operations of all mounts, in the order of the document."""
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        schema = SchemaGenerator().get_schema(request=None, public=True)
    for path, methods in schema["paths"].items():
        for method, spec in methods.items():
            yield Operation(method, path, spec, schema["components"]["schemas"])
