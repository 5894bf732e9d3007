"""Refusals that name a field: the ticket is then opened without it, and its text says what was to be in it.

That is a second create call: safe, because a refusal says that nothing was created.
"""

import json
import re
from collections.abc import Callable
from typing import TypeVar

from integrations.errors import Rejected

T = TypeVar("T")


class Refusal(Rejected):
    """A 4xx that may say which fields it is about; `body` is never shown."""

    def __init__(self, message: str, *, status: int, body: bytes):
        super().__init__(message, status=status)
        self.body = body


def sparing(
    send: Callable[[frozenset[str]], T],
    spared: frozenset[str],
    named: Callable[[Refusal], frozenset[str]],
) -> T:
    """Send, and again without the fields that a refusal names while it names nothing but `spared` ones."""
    refused: frozenset[str] = frozenset()
    while True:
        try:
            return send(refused)
        except Refusal as refusal:
            fields = named(refusal)
            if not fields or not fields <= spared - refused:
                raise
            refused |= fields


def words_of(body: bytes) -> str:
    """What Jira or Asana says in a refusal, without its JSON; all of it where it is something else."""
    try:
        said = json.loads(body)
        errors = said.get("errors", {})
        if isinstance(errors, dict):
            words = [*said.get("errorMessages", []), *(f"{name}: {why}" for name, why in errors.items())]
        else:
            words = [each["message"] for each in errors]
        text = "; ".join(map(str, words))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        text = ""
    return text or body.decode("utf-8", "replace")


def named_by_jira(refusal: Refusal) -> frozenset[str]:
    """`{"errors": {"duedate": "Field 'duedate' cannot be set..."}}` with a 400."""
    if refusal.status != 400:
        return frozenset()
    try:
        return frozenset(map(str, json.loads(refusal.body)["errors"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return frozenset()


def named_by_asana(refusal: Refusal) -> frozenset[str]:
    """`{"errors": [{"message": "assignee: Not a user in Organization: 12345"}]}`."""
    try:
        messages = [str(each["message"]) for each in json.loads(refusal.body)["errors"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return frozenset()
    found = [re.match(r"(\w+): ", message) for message in messages]
    return frozenset(each[1] for each in found if each) if all(found) else frozenset()
