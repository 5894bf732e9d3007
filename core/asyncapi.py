"""The AsyncAPI 3.0 document of the sockets, read from their consumers and the dataclasses of their messages.

`config.asyncapi` gives it the addresses; see https://www.asyncapi.com/docs/reference/specification/v3.0.0.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml

from core import schemas
from core.events import ErrorOccurred, SessionExpired
from core.realtime import Control, Event
from core.sockets import CLOSES, LiveConsumer

VERSION = "3.0.0"
FRAMES = "application/octet-stream"
TOKEN = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "`Authorization: Bearer <token>`: for clients that may set headers.",
    },
    "subprotocol": {
        "type": "httpApiKey",
        "in": "header",
        "name": "Sec-WebSocket-Protocol",
        "description": "`bearer, <token>`: for browsers.",
    },
    "query": {
        "type": "httpApiKey",
        "in": "query",
        "name": "token",
        "description": "`?token=<token>`: the last resort, since addresses get into logs.",
    },
}
"""The three ways of showing a token."""
OF_ALL = (ErrorOccurred, SessionExpired)
"""What every socket may tell."""


class Ambiguous(Exception):
    """Two different messages have the same name, so that one would hide the other."""


@dataclass(frozen=True)
class Socket:
    """A consumer and its address: `ws/rooms/<id:room_id>`, as Django writes it."""

    route: str
    consumer: type[LiveConsumer]

    @property
    def name(self) -> str:
        return self.consumer.__name__

    @property
    def tells(self) -> tuple[type[Event], ...]:
        own = self.consumer.tells
        return (*own, *(event for event in OF_ALL if event not in own))

    @property
    def takes(self) -> dict[str, type[Control]]:
        """By name: two sockets may mean different things by the same word, such as `close`."""
        return {f"{self.name}{control.__name__}": control for control in self.consumer.takes}

    @property
    def address(self) -> str:
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", self.route)


def document(sockets: Iterable[Socket], *, info: dict[str, Any], servers: dict[str, dict]) -> dict[str, Any]:
    """The whole document. Raises Ambiguous, TypeError for a field whose type has no JSON schema."""
    sockets = list(sockets)
    ways = [{"$ref": f"#/components/securitySchemes/{name}"} for name in TOKEN]
    return {
        "asyncapi": VERSION,
        "info": info,
        "defaultContentType": "application/json",
        "servers": {name: server | {"security": ways} for name, server in servers.items()},
        "channels": {socket.name: _channel(socket) for socket in sockets},
        "operations": {name: each for socket in sockets for name, each in _operations(socket).items()},
        "components": {"messages": _messages(sockets), "securitySchemes": TOKEN},
    }


def written(document: dict[str, Any]) -> str:
    """The document as YAML."""
    return yaml.dump(
        document, Dumper=_Indented, sort_keys=False, allow_unicode=True, width=100, default_flow_style=False
    )


class _Indented(yaml.SafeDumper):
    """Indents lists below their key, and writes what occurs twice out twice."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _channel(socket: Socket) -> dict[str, Any]:
    consumer = socket.consumer
    channel = {
        "address": socket.address,
        "description": schemas.sentence_of(consumer),
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _names(socket)},
        "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
    }
    if parameters := re.findall(r"{(\w+)}", socket.address):
        channel["parameters"] = {name: {"description": "A UUID."} for name in parameters}
    if consumer.asks:
        channel["bindings"]["ws"]["query"] = schemas.of_dataclass(consumer.asks, optional=True)
    codes = CLOSES | dict(consumer.closes)
    channel["x-close-codes"] = {str(code): codes[code] for code in sorted(codes)}
    return channel


def _operations(socket: Socket) -> dict[str, dict]:
    """What the server sends, and what it receives; `action` is the server's."""
    channel = f"#/channels/{socket.name}"
    down = [message.__name__ for message in socket.tells]
    up = [name for name in _names(socket) if name not in down]
    return {
        f"{verb}{socket.name}": {
            "action": action,
            "channel": {"$ref": channel},
            "messages": [{"$ref": f"{channel}/messages/{name}"} for name in names],
        }
        for verb, action, names in (("tell", "send", down), ("hear", "receive", up))
        if names
    }


def _names(socket: Socket) -> list[str]:
    names = [*(event.__name__ for event in socket.tells), *socket.takes]
    return [*names, f"{socket.name}Sound"] if socket.consumer.hears else names


def _messages(sockets: list[Socket]) -> dict[str, dict]:
    found: dict[str, dict] = {}
    for socket in sockets:
        for name, message in _messages_of(socket):
            if found.setdefault(name, message) != message:
                raise Ambiguous(f"{socket.name} has a message {name} that differs from another of that name")
    return found


def _messages_of(socket: Socket) -> Iterable[tuple[str, dict]]:
    for event in socket.tells:
        yield event.__name__, _message(event, _event(event))
    for name, control in socket.takes.items():
        yield name, _message(control, _control(control))
    if socket.consumer.hears:
        sound = {"type": "string", "format": "binary"}
        yield (
            f"{socket.name}Sound",
            {
                "title": "A binary frame",
                "summary": socket.consumer.hears,
                "contentType": FRAMES,
                "payload": sound,
            },
        )


def _message(class_: type[Event] | type[Control], envelope: dict) -> dict[str, Any]:
    return {
        "name": class_.type,
        "title": class_.type,
        "summary": schemas.sentence_of(class_),
        "payload": envelope,
    }


def _event(event: type[Event]) -> dict[str, Any]:
    """`{type, payload, ts, seq}`, as `LiveConsumer.encode` writes it."""
    return {
        "type": "object",
        "required": ["type", "payload", "ts", "seq"],
        "properties": {
            "type": {"const": event.type},
            "payload": schemas.of_dataclass(event),
            "ts": {"type": "string", "format": "date-time"},
            "seq": {"type": "integer"},
        },
    }


def _control(control: type[Control]) -> dict[str, Any]:
    payload = schemas.of_dataclass(control, optional=True)
    properties = {"type": {"const": control.type}}
    if payload["properties"]:
        properties["payload"] = payload
    required = ["type", "payload"] if "required" in payload else ["type"]
    return {"type": "object", "required": required, "properties": properties}
