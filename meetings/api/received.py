"""What all mounts read alike: a meeting's fields, and the files of a form."""

import json

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser

FORMS = [MultiPartParser, FormParser]
FORMS_AND_JSON = [MultiPartParser, FormParser, JSONParser]


@extend_schema_field({"type": "array", "items": {"oneOf": [{"type": "string"}, {"type": "object"}]}})
class Participants(serializers.Field):
    """A list of names, `"Name <mail>"` or `{name, email}`; in a form the same as JSON, or commas."""

    default_error_messages = {"invalid": "participants must be a list of names or of {{name, email}} objects"}

    def to_internal_value(self, data) -> list:
        if isinstance(data, str):
            data = self._from_text(data)
        if not isinstance(data, list):
            self.fail("invalid")
        return data

    def _from_text(self, text: str) -> object:
        if not text.strip():
            return []
        if not text.lstrip().startswith(("[", "{", '"')):
            return [name.strip() for name in text.split(",") if name.strip()]
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            self.fail("invalid")

    def to_representation(self, value: list[dict]) -> list[str]:
        return [person["name"] for person in value]


class Start(serializers.DateTimeField):
    """ISO 8601; without an offset it is a time in the meeting's zone."""

    def enforce_timezone(self, value):
        return value


class Anchor(serializers.Serializer):
    """When and where: what relative dates resolve against (rule 9)."""

    start_time = Start(required=False)
    timezone = serializers.CharField(max_length=64, required=False)
    participants = Participants(required=False)
    auto_complete = serializers.BooleanField(required=False, allow_null=True, default=None)


def uploads_of(fields: dict, *names: str) -> list:
    """Take the files out of a form's valid fields, in order."""
    return [upload for name in names if (upload := fields.pop(name, None)) is not None]
