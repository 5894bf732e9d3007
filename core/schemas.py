"""JSON schemas of dataclasses, with the strings below their fields as descriptions. For `core.asyncapi`."""

import ast
import dataclasses
import enum
import inspect
import itertools
import textwrap
import types
import typing
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

SCALARS = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    UUID: {"type": "string", "format": "uuid"},
    datetime: {"type": "string", "format": "date-time"},
    type(None): {"type": "null"},
}
LISTS = (list, tuple, frozenset, set)


def of(type_: Any) -> dict[str, Any]:
    """The JSON schema of what a value of this type becomes as JSON. Raises TypeError where none is known."""
    origin, arguments = typing.get_origin(type_), typing.get_args(type_)
    if dataclasses.is_dataclass(type_):
        return of_dataclass(type_)
    if origin in (typing.Union, types.UnionType):
        return _either([of(each) for each in arguments])
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if isinstance(type_, type) and issubclass(type_, enum.Enum):
        return {"enum": [member.value for member in type_]}
    if origin in LISTS or type_ in LISTS:
        return _list(origin or type_, arguments)
    if origin is dict or type_ is dict:
        return {"type": "object"} | ({"additionalProperties": of(arguments[1])} if arguments else {})
    if type_ is Any:
        return {}
    if type_ in SCALARS:
        return dict(SCALARS[type_])
    raise TypeError(f"no JSON schema is known of {type_}")


def of_dataclass(class_: type, *, optional: bool = False) -> dict[str, Any]:
    """An object with a property for each field; with `optional`, those with a default may be left out.

    `metadata={"name": ...}` of a field is its name in JSON, `metadata={"schema": {...}}` adds keywords.
    As the house names things, text whose name ends in `_at` is a time, and in `_id` a UUID.
    """
    hints, sentences = typing.get_type_hints(class_), field_docs(class_)
    properties, required = {}, []
    for field in dataclasses.fields(class_):
        name = field.metadata.get("name", field.name)
        schema = _formatted(name, of(hints[field.name])) | field.metadata.get("schema", {})
        if field.name in sentences:
            schema["description"] = sentences[field.name]
        if not optional or not _has_default(field):
            required.append(name)
        elif isinstance(field.default, str | int | float):
            schema["default"] = field.default
        properties[name] = schema
    return {"type": "object", "properties": properties} | ({"required": required} if required else {})


@cache
def field_docs(class_: type) -> dict[str, str]:
    """The string literals that stand below the fields of a class, and of those that it inherits from."""
    found = {}
    for each in reversed(class_.__mro__):
        if not dataclasses.is_dataclass(each):
            continue
        body = ast.parse(textwrap.dedent(inspect.getsource(each))).body[0].body
        for statement, following in itertools.pairwise(body):
            if isinstance(statement, ast.AnnAssign) and _is_text(following):
                found[statement.target.id] = " ".join(following.value.value.split())
    return found


def sentence_of(class_: type) -> str:
    """The docstring of a class on one line, or on one per paragraph."""
    paragraphs = (inspect.getdoc(class_) or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _either(schemas: list[dict]) -> dict[str, Any]:
    """One of several; `type: [string, "null"]` where that says it all."""
    formats = [{"format": schema["format"]} for schema in schemas if "format" in schema]
    if all(schema.keys() <= {"type", "format"} for schema in schemas) and len(formats) <= 1:
        return {"type": [schema["type"] for schema in schemas]} | (formats[0] if formats else {})
    return {"anyOf": schemas}


def _list(origin: type, arguments: tuple) -> dict[str, Any]:
    if not arguments:
        return {"type": "array"}
    if origin is tuple and Ellipsis not in arguments:
        places = [of(each) for each in arguments]
        return {"type": "array", "items": places, "minItems": len(places), "maxItems": len(places)}
    return {"type": "array", "items": of(arguments[0])}


def _formatted(name: str, schema: dict) -> dict[str, Any]:
    kinds = schema.get("type", "")
    if "string" in ([kinds] if isinstance(kinds, str) else kinds):
        for ending, format_ in (("_at", "date-time"), ("_id", "uuid")):
            if name.endswith(ending):
                return schema | {"format": format_}
    return schema


def _has_default(field: dataclasses.Field) -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
