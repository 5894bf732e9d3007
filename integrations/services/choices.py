"""A person's own choices of where the outcome of their meetings goes. `/api/v1/routing` calls this.

Each choice is checked when it is made; what it comes to later, as accounts come and go, `routing` says.
"""

from typing import Any

from django.conf import settings
from django.db import transaction

from core.errors import Invalid
from integrations import registry
from integrations.errors import ProviderError
from integrations.models import Connection, Effect, Routing
from integrations.services import routing
from integrations.services.routing import NONE, PLACED, SERVES
from integrations.vendors import kinds_of

KINDS = {"tickets": Effect.Kind.TICKETS, "chat": Effect.Kind.CHAT}
"""What the names of fields begin with, and the kind that they are about."""

UNMADE: dict[str, Any] = {
    **dict.fromkeys(("tickets_provider", "workspace", "project", "issue_type"), ""),
    **dict.fromkeys(("chat_provider", "chat_channel"), ""),
    "least_confidence": None,
    **dict.fromkeys(("mail_assignees", "sync_calendars", "review_before_send", "update_tickets"), None),
    "assignees": {},
}
"""All choices as they are before they are made; an account goes with its provider."""


def of(owner) -> Routing:
    """The person's row, or one that says that nothing was chosen."""
    rows = Routing.objects.select_related("tickets_connection", "chat_connection")
    return rows.filter(owner=owner).first() or Routing(owner=owner)


def replace(owner, **choices: Any) -> Routing:
    """These choices and no others. Raises Invalid."""
    return change(owner, **UNMADE | choices)


@transaction.atomic
def change(owner, **choices: Any) -> Routing:
    """These choices anew, the others as they were; connections are given by their ids. Raises Invalid."""
    Routing.objects.get_or_create(owner=owner)
    row = Routing.objects.select_for_update(no_key=True).get(owner=owner)
    for name, kind in KINDS.items():
        chosen = {part: choices.pop(f"{name}_{part}") for part in _parts(name, choices)}
        if chosen:
            _choose(row, name, kind, **chosen)
    for field, value in choices.items():
        setattr(row, field, value)
    _require_project(row)
    row.save()
    return row


def _parts(name: str, choices: dict[str, Any]) -> list[str]:
    return [part for part in ("provider", "connection") if f"{name}_{part}" in choices]


def _choose(row: Routing, name: str, kind: str, **chosen: Any) -> None:
    """Set both, so that they agree: an account brings its provider, another provider drops the account."""
    connection = _connection(row, name, chosen["connection"]) if chosen.get("connection") else None
    if connection is not None:
        provider = _served_by(connection, name, kind, chosen.get("provider", ""))
    else:
        provider = chosen.get("provider", getattr(row, f"{name}_provider"))
        if provider not in ("", NONE):
            connection = _own_way(row, name, kind, provider, may_choose="connection" not in chosen)
    setattr(row, f"{name}_provider", provider)
    setattr(row, f"{name}_connection", connection)


def _connection(row: Routing, name: str, connection_id: Any) -> Connection:
    """One of the person's own that is good; whose another is, nobody learns."""
    found = Connection.objects.filter(pk=connection_id, owner=row.owner_id).first()
    if found is None:
        raise _unfit(f"{name}_connection", "No such connection.")
    if found.status != Connection.Status.ACTIVE:
        raise _unfit(f"{name}_connection", "This account has to be connected anew first.")
    return found


def _served_by(connection: Connection, name: str, kind: str, provider: str) -> str:
    serves = SERVES[kind].get(connection.vendor)
    if serves is None or kind not in kinds_of(connection.vendor, connection.scopes):
        raise _unfit(f"{name}_connection", f"An account at {connection.get_vendor_display()} has no {kind}.")
    if provider not in ("", serves):
        raise _unfit(f"{name}_provider", f"The connection that is named serves {serves}.")
    return serves


def _own_way(row: Routing, name: str, kind: str, provider: str, *, may_choose: bool) -> Connection | None:
    """The server's credentials (None) where it offers them to all, else the person's own account.

    Raises Invalid where there is neither.
    """
    if provider in registry.aliases(kind):
        return None
    vendors = [vendor for vendor, alias in SERVES[kind].items() if alias == provider]
    own = Connection.objects.filter(
        owner=row.owner_id, vendor__in=vendors, status=Connection.Status.ACTIVE
    ).order_by("-is_primary", "created_at", "id")
    connection = own.first() if may_choose else None
    if connection is None and not _is_ready(kind, provider):
        offered = ", ".join(sorted({*registry.aliases(kind), *SERVES[kind].values()} - {provider}))
        sentence = "No account of yours is connected for it, and the server has none."
        known = provider in SERVES[kind].values()
        raise _unfit(f"{name}_provider", sentence if known else f"Choose one of: {offered}, {NONE}.")
    return connection


def _is_ready(kind: str, provider: str) -> bool:
    """Whether the server has credentials for a vendor that it does not offer to all by itself."""
    if provider not in SERVES[kind].values() or provider not in settings.PROVIDERS[kind]:
        return False
    try:
        registry.provider(kind, provider).probe()
    except ProviderError:
        return False
    return True


def _require_project(row: Routing) -> None:
    if row.tickets_provider in PLACED and not routing.read(row).place.project:
        raise _unfit("project", f"{PLACED[row.tickets_provider].capitalize()} is needed.")


def _unfit(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
