"""Where somebody's outcome goes: their own choices over the server's; asked before effects are written."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings

from integrations import registry
from integrations.contracts.tickets import ANYWHERE, Place
from integrations.models import Connection, Effect, Routing
from integrations.services.effects import NOT_CONFIGURED
from integrations.vendors import VENDORS, kinds_of

NONE = "none"
"""What a person chooses who wants nothing of a kind although the server offers it."""

SERVES: dict[str, dict[str, str]] = {
    kind: {name: vendor.serves[kind] for name, vendor in VENDORS.items() if kind in vendor.serves}
    for kind in (Effect.Kind.TICKETS, Effect.Kind.CHAT, Effect.Kind.CALENDARS)
}
"""Which provider an account at which vendor is for, by kind."""

NOT_WANTED = "the owner's routing says so"
ENDED = "the account that was chosen is not connected any more"

PLACED = {"jira": "a Jira project", "asana": "an Asana project"}
"""Trackers in which a ticket must lie somewhere, and what to choose."""


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

    @property
    def channel(self) -> str:
        """Where posts go: a connection may be good for one channel only, and name it."""
        connection = self.chat.connection if self.chat else None
        return self.chat_channel or (connection.options.get("channel", "") if connection else "")


def of(owner_id: Any) -> Chosen:
    """What the person has chosen; for nobody (None), what the server offers."""
    row = Routing.objects.filter(owner=owner_id).select_related("tickets_connection", "chat_connection")
    return read(row.first() or Routing())


def read(row: Routing) -> Chosen:
    """A person's choices, with the server's in the place of those not made."""
    tickets = _way(Effect.Kind.TICKETS, row.tickets_provider, row.tickets_connection)
    chat = _way(Effect.Kind.CHAT, row.chat_provider, row.chat_connection)
    return Chosen(
        tickets=tickets,
        chat=chat,
        place=_place(row, tickets),
        chat_channel=_or_default(row, "chat_channel")
        if _is_servers(chat, Effect.Kind.CHAT)
        else row.chat_channel,
        assignees={name.casefold(): account for name, account in row.assignees.items()},
        **{name: _or_default(row, name) for name in _SWITCHES},
    )


def why_no_tickets(chosen: Chosen) -> str:
    """The reason for which a ticket cannot be opened, as the report says it; empty where it can."""
    if chosen.tickets is None:
        return NOT_WANTED if registry.aliases(Effect.Kind.TICKETS) else NOT_CONFIGURED
    if _has_ended(chosen.tickets):
        return ENDED
    missing = PLACED.get(chosen.tickets.provider)
    return f"{missing} is to be chosen in the routing" if missing and not chosen.place.project else ""


def why_no_post(chosen: Chosen) -> str:
    """The same for the post about a meeting."""
    if chosen.chat is None:
        return NOT_WANTED
    if _has_ended(chosen.chat):
        return ENDED
    return "" if chosen.channel else "no channel is set"


def _has_ended(way: Way) -> bool:
    """One that needs consent anew is waited for; one that its owner has ended is not."""
    return way.connection is not None and way.connection.status == Connection.Status.DISCONNECTED


def written(place: Place) -> dict[str, str]:
    """A place as the payload of an effect has it."""
    return {name: value for name, value in asdict(place).items() if value}


def calendar_of(user_id: Any, *, address: str) -> Connection | None:
    """The calendar that the person with this address keeps due dates in: they have shown that the address is
    theirs, have connected an account, and have not asked to be left alone."""
    if user_id is None or not of(user_id).sync_calendars:
        return None
    theirs = Connection.objects.filter(
        owner=user_id,
        owner__email__iexact=address,
        owner__is_verified=True,
        owner__is_active=True,
        vendor__in=SERVES[Effect.Kind.CALENDARS],
        status=Connection.Status.ACTIVE,
    )
    each = theirs.order_by("-is_primary", "created_at", "id")
    return next((one for one in each if Effect.Kind.CALENDARS in kinds_of(one.vendor, one.scopes)), None)


_SWITCHES = (
    "mail_assignees",
    "sync_calendars",
    "review_before_send",
    "least_confidence",
    "update_tickets",
)


def _place(row: Routing, way: Way | None) -> Place:
    """A project of the server's own tracker means nothing in another."""
    names = ["issue_type", *(["workspace", "project"] if _is_servers(way, Effect.Kind.TICKETS) else [])]
    chosen = {name: getattr(row, name) for name in ("workspace", "project")}
    return Place(**chosen | {name: _or_default(row, name) for name in names})


def _is_servers(way: Way | None, kind: str) -> bool:
    """Whether it is the way that the server offers to everybody."""
    return way is not None and way.connection is None and way.provider in registry.aliases(kind)[:1]


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
