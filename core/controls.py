"""What a client says over a socket beside sound, `{"type": ..., "payload"?: {...}}`, read and refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from core.errors import DomainError, Kind

MOST_CHARACTERS = 16 * 1024


class ControlUnreadable(DomainError):
    kind = Kind.MALFORMED
    code = "CONTROL_UNREADABLE"
    message = 'A control message is a JSON object such as {"type": "heartbeat"}.'


class ControlUnknown(DomainError):
    code = "CONTROL_UNKNOWN"
    message = "There is no such control message."


class ControlInvalid(DomainError):
    code = "CONTROL_INVALID"
    message = "A field of the control message is not as it should be."


@dataclass(frozen=True)
class Control:
    """One control message; its payload is checked by `number`."""

    type: str
    payload: Mapping[str, Any] = field(default_factory=dict)

    def number(self, name: str) -> int | None:
        """A whole number of the payload, or None where it is left out. Raises ControlInvalid."""
        value = self.payload.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ControlInvalid(f"{name} must be a whole number.")
        return value


def parse(text: str, known: Mapping[str, Any] | frozenset[str]) -> Control:
    """Read a text frame. Raises ControlUnreadable, and ControlUnknown for a type not among `known`."""
    if len(text) > MOST_CHARACTERS:
        raise ControlUnreadable("A control message may be 16 KB at most.")
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise ControlUnreadable from None
    if not isinstance(said, dict) or not isinstance(said.get("type"), str):
        raise ControlUnreadable
    payload = said.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise ControlUnreadable('"payload" must be an object.')
    if said["type"] not in known:
        raise ControlUnknown(f"Known control messages: {', '.join(sorted(known))}.")
    return Control(said["type"], payload or {})
