"""Where somebody's outcome goes: their own choices over the server's; asked before effects are written."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from integrations import registry
from integrations.contracts.tickets import ANYWHERE, Place
from integrations.models import Connection, Effect, Routing

NONE = "none"
"""What a person chooses who wants nothing of a kind although the server offers it."""


@dataclass(frozen=True)
class Way:
    """Who serves a kind for somebody, and with whose credentials (None: the server's)."""

    provider: str
    connection: Connection | None = None


@dataclass(frozen=True)
class Chosen:
    """All choices of one person, with the server's in the place of those not made."""

    tickets: Way | None
    chat: Way | None
    place: Place = ANYWHERE
    chat_channel: str = ""
    assignees: dict[str, str] = field(default_factory=dict)
    """Names and addresses in small letters, to the tracker's account that gets the ticket."""
    mail_assignees: bool = True
    sync_calendars: bool = True
    review_before_send: bool = False
    least_confidence: float = 0.5
    update_tickets: bool = True


def of(owner_id: Any) -> Chosen:
    """What the person has chosen; for nobody (None), what the server offers."""
    row = (
        Routing.objects.filter(owner=owner_id).select_related("tickets_connection", "chat_connection").first()
    ) or Routing()
    return Chosen(
        tickets=_way(Effect.Kind.TICKETS, row.tickets_provider, row.tickets_connection),
        chat=_way(Effect.Kind.CHAT, row.chat_provider, row.chat_connection),
        place=Place(**{name: _or_default(row, name) for name in ("workspace", "project", "issue_type")}),
        chat_channel=_or_default(row, "chat_channel"),
        assignees={name.casefold(): account for name, account in row.assignees.items()},
        **{name: _or_default(row, name) for name in _SWITCHES},
    )


_SWITCHES = (
    "mail_assignees",
    "sync_calendars",
    "review_before_send",
    "least_confidence",
    "update_tickets",
)


def _or_default(row: Routing, name: str) -> Any:
    chosen = getattr(row, name)
    return settings.ROUTING[name] if chosen in ("", None) else chosen


def _way(kind: str, provider: str, connection: Connection | None) -> Way | None:
    if provider == NONE:
        return None
    if provider:
        return Way(provider, connection)
    served_by = registry.aliases(kind)
    return Way(served_by[0]) if served_by else None
