"""Which of a person's connections are calendars."""

from typing import Any

from integrations.models import Connection
from integrations.refusals import ConnectionNotFound
from integrations.selectors import connection_of, connections_of
from integrations.vendors import kinds_of

KIND = "calendars"


def integrations_of(user: Any) -> list[Connection]:
    """Those that serve calendars, or will when their owner consents anew; the ended ones are left out."""
    rows = connections_of(user).exclude(status=Connection.Status.DISCONNECTED)
    return [row for row in rows if _is_calendar(row)]


def integration_of(user: Any, connection_id: Any) -> Connection:
    """One of them. Raises ConnectionNotFound."""
    found = connection_of(user, connection_id)
    if found.status == Connection.Status.DISCONNECTED or not _is_calendar(found):
        raise ConnectionNotFound
    return found


def _is_calendar(connection: Connection) -> bool:
    return KIND in kinds_of(connection.vendor, connection.scopes)
