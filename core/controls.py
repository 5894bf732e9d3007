"""What a client says over a socket beside sound, `{"type": ..., "payload"?: {...}}`, read and refused."""

import dataclasses
import typing
from collections.abc import Collection
from functools import cache
from typing import Any

import orjson

from core.errors import DomainError, Kind
from core.realtime import Control

MOST_CHARACTERS = 16 * 1024
LARGEST = 2**53
"""Beyond it a whole number is not one in all languages; databases take less than any."""

AT_ONCE = 20
"""Controls of one client that are obeyed without a pause."""
EVERY = 0.1
"""Seconds for each of those that follow: ten a second, as over REST."""


class Pace:
    """How fast the controls of one client are read; more of them wait where they are (GCRA)."""

    def __init__(self) -> None:
        self._due = float("-inf")

    def pause(self, now: float) -> float:
        """Count a control that came at `now`: the seconds until it is obeyed."""
        self._due = max(self._due, now - AT_ONCE * EVERY) + EVERY
        return max(0.0, self._due - now)


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


class NoSound(DomainError):
    code = "NO_SOUND"
    message = "This socket takes no binary frames."


def parse(text: str, takes: Collection[type[Control]]) -> Control:
    """Read a text frame as one of these controls; fields that it does not know are left aside.

    Raises ControlUnreadable, ControlUnknown, ControlInvalid.
    """
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
    known = {control.type: control for control in takes}
    if said["type"] not in known:
        names = ", ".join(sorted(known)) or "none"
        raise ControlUnknown(f"{ControlUnknown.message} Known here: {names}.")
    return _made(known[said["type"]], payload or {})


def _made(control: type[Control], payload: dict[str, Any]) -> Control:
    hints, given = _hints(control), {}
    for field in dataclasses.fields(control):
        if field.name in payload:
            value = payload[field.name]
            if not _fits(value, hints[field.name], field.metadata.get("schema", {})):
                raise ControlInvalid(f"{field.name} of {control.type} is not as it should be.")
            given[field.name] = value
        elif field.default is dataclasses.MISSING:
            raise ControlInvalid(f"{control.type} needs {field.name}.")
    return control(**given)


def _fits(value: Any, hint: Any, schema: dict[str, Any]) -> bool:
    """Scalars, and unions of them; `minimum` and `maximum` as JSON schema has them."""
    if type(value) not in (typing.get_args(hint) or (hint,)):
        return False
    if type(value) is int:
        return schema.get("minimum", 0) <= value <= schema.get("maximum", LARGEST)
    return True


@cache
def _hints(control: type[Control]) -> dict[str, Any]:
    return typing.get_type_hints(control)
