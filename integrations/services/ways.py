"""Which way something goes that a person asks for by hand: through whose account, or the server's own."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import QuerySet

from integrations import registry
from integrations.errors import ProviderError
from integrations.models import Connection, Effect
from integrations.refusals import NotConfigured
from integrations.services import routing
from integrations.services.routing import Way


def at_vendor(kind: str, vendor: str, owner_id) -> Way:
    """Whom a vendor's effects are carried out with: as the person's routing says, else their own connection,
    else the server's credentials. Raises NotConfigured."""
    for each in _ways(kind, vendor, owner_id):
        return each
    raise NotConfigured(
        f"{vendor.title()} is not connected: connect an account of yours, or have the server set up for it."
    )


def _ways(kind: str, vendor: str, owner_id) -> Iterable[Way]:
    chosen = routing.of(owner_id)
    routed = chosen.chat if kind == Effect.Kind.CHAT else chosen.tickets
    if routed and routed.provider == vendor and _is_good(routed.connection):
        yield routed
    for connection in _connections(kind, vendor, owner_id)[:1]:
        yield Way(vendor, connection)
    yield from (Way(alias) for alias in registry.aliases(kind) if _serves(alias, kind, vendor))
    if _is_ready(kind, vendor):
        yield Way(vendor)


def _is_good(connection: Connection | None) -> bool:
    return connection is None or connection.status == Connection.Status.ACTIVE


def _connections(kind: str, vendor: str, owner_id) -> QuerySet[Connection]:
    theirs = Connection.objects.filter(owner=owner_id, status=Connection.Status.ACTIVE)
    serving = [name for name, alias in routing.SERVES[kind].items() if alias == vendor]
    return theirs.filter(vendor__in=serving).order_by("-is_primary", "created_at", "id")


def _serves(alias: str, kind: str, vendor: str) -> bool:
    """One that is no vendor's, such as `memory`, serves in the place of any."""
    return alias == vendor or alias not in routing.SERVES[kind].values()


def _is_ready(kind: str, alias: str) -> bool:
    """Whether the server has credentials for a provider that it does not use by itself."""
    if alias not in settings.PROVIDERS[kind]:
        return False
    try:
        registry.provider(kind, alias).probe()
    except ProviderError:
        return False
    return True


def server(kind: str) -> Way:
    """With the server's own credentials. Raises NotConfigured."""
    if not (served_by := registry.aliases(kind)):
        raise NotConfigured(f"The server has no provider for {kind}.")
    return Way(served_by[0])


def into_calendar(user_id, *, address: str) -> Way:
    """Into the calendar that somebody has connected, else with the server's credentials.

    Raises NotConfigured.
    """
    own = routing.calendar_of(user_id, address=address)
    return Way(own.vendor, own) if own else server(Effect.Kind.CALENDARS)
