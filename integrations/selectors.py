"""Whose connections somebody may see: their own."""

from typing import Any

from django.db.models import QuerySet

from integrations.models import Connection
from integrations.refusals import ConnectionNotFound


def connections_of(user: Any) -> QuerySet[Connection]:
    """Theirs, the oldest first, with the ended ones: effects refer to those."""
    return Connection.objects.filter(owner=user).order_by("created_at", "id")


def connection_of(user: Any, connection_id: Any) -> Connection:
    """One of theirs. Raises ConnectionNotFound."""
    found = connections_of(user).filter(pk=connection_id).first()
    if found is None:
        raise ConnectionNotFound
    return found
