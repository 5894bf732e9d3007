"""Changes of tickets and of calendar entries, composed only when they are sent: what counts is how the
task stands then.

An app registers who describes a task in its AppConfig. The changes of one ticket (or entry) are sent one
after the other, so that an older one never arrives after a newer.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from .composers import NotWanted, NotYet
from .contracts.tickets import TicketChange
from .errors import Misconfigured
from .models import Effect

_Status = Effect.Status
WHILE_SENDING = 2.0
WHILE_QUEUED = 30.0
"""Seconds until it is looked again whether it is there."""

_STILL_TO_COME = {
    Effect.Kind.TICKETS: "the ticket is still to be opened",
    Effect.Kind.CALENDARS: "the entry is still to be added",
}

Describer = Callable[[str], dict[str, Any] | None]
_describers: dict[str, Describer] = {}


def describe_by(name: str, describer: Describer) -> None:
    """Let `describer` say what a ticket or an entry is to look like: the payload of a change, or None where
    what it is about is gone."""
    _describers[name] = describer


def described_by(name: str, row_id: object, *, opened_by: Effect, reopens: bool = False) -> dict[str, Any]:
    """The payload of a change of what `opened_by` has brought about, or is about to; `reopens`: even if it
    was closed at the vendor."""
    return {"describer": name, "id": str(row_id), "opened_by": str(opened_by.pk), "reopens": reopens}


def change_of(effect: Effect) -> tuple[str, TicketChange]:
    """The ticket's id, and what it is to look like now. Raises as `described` does."""
    ticket_id, description = described(effect)
    return ticket_id, _change(description)


def described(effect: Effect) -> tuple[str, dict[str, Any]]:
    """The vendor's id of what is to change, and the description of how it is to look now.

    Raises NotYet where it or an older change is still on its way, NotWanted where it is not there;
    Misconfigured where nobody describes it.
    """
    if not effect.payload:
        raise NotWanted("What it was to say has been erased.")
    vendors_id = _vendors_id(effect)
    _wait_for_older(effect)
    return vendors_id, _description(effect.payload)


def _vendors_id(effect: Effect) -> str:
    if effect.destination:
        return effect.destination
    opened = Effect.objects.filter(pk=effect.payload["opened_by"]).first()
    if opened is None:
        raise NotWanted("Nothing is known any more of what it was to change.")
    if opened.status == _Status.SENT:
        return opened.external_id
    if opened.status in (_Status.QUEUED, _Status.SENDING):
        seconds = WHILE_SENDING if opened.status == _Status.SENDING else WHILE_QUEUED
        raise NotYet(_STILL_TO_COME[effect.kind], seconds=seconds)
    raise NotWanted(f"There is nothing to change: what was to make it is {opened.status}.")


def _wait_for_older(effect: Effect) -> None:
    """An older one that is under way could arrive after this one. Raises NotYet."""
    same = Effect.objects.filter(kind=effect.kind, action=effect.action, task_id=effect.task_id)
    others = same.filter(payload__opened_by=effect.payload.get("opened_by"), status=_Status.SENDING)
    if others.exclude(pk=effect.pk).exists():
        raise NotYet("an older change is still on its way", seconds=WHILE_SENDING)


def _description(payload: dict[str, Any]) -> dict[str, Any]:
    if "describer" not in payload:
        return payload
    try:
        describer = _describers[payload["describer"]]
    except KeyError:
        raise Misconfigured(f"Nobody describes {payload['describer']!r}.") from None
    description = describer(payload["id"])
    if description is None:
        raise NotWanted("What it was about is gone.")
    return description


def _change(description: dict[str, Any]) -> TicketChange:
    return TicketChange(
        title=description["title"],
        body=description["body"],
        assignee_email=description["assignee_email"],
        due=date.fromisoformat(description["due"]) if description["due"] else None,
        done=description["done"],
        assignee=description.get("assignee", ""),
    )
