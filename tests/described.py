"""Judges real messages of sockets by what the AsyncAPI document says of them, strictly: no key too many."""

import copy
from functools import cache
from typing import Any

import jsonschema
import yaml

from config import asyncapi


def check(channel: str, message: dict) -> None:
    """Raises AssertionError for a message that its channel does not describe, ValidationError otherwise."""
    names = _told()[channel].get(message.get("type"))
    assert names, f"{channel} does not tell {message.get('type')}: {message}"
    _validator(names).validate(message)


def types_of(channel: str) -> set[str]:
    """Every type of event that a channel describes."""
    return set(_told()[channel])


@cache
def _document() -> dict[str, Any]:
    return _strict(yaml.safe_load(asyncapi.text()))


@cache
def _told() -> dict[str, dict[str, str]]:
    """Channel -> type of event -> name of its message."""
    document, found = _document(), {}
    for operation in document["operations"].values():
        if operation["action"] != "send":
            continue
        channel = operation["channel"]["$ref"].rpartition("/")[2]
        names = [each["$ref"].rpartition("/")[2] for each in operation["messages"]]
        messages = document["components"]["messages"]
        found[channel] = {messages[name]["name"]: name for name in names}
    return found


@cache
def _validator(name: str) -> jsonschema.Draft7Validator:
    schema = copy.deepcopy(_document()["components"]["messages"][name]["payload"])
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)


def _strict(node: Any) -> Any:
    """The same with every object closed whose properties are named."""
    if isinstance(node, list):
        return [_strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _strict(value) for key, value in node.items()}
    return closed | {"additionalProperties": False} if "properties" in node and "type" in node else closed
