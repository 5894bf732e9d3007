"""People's own accounts at vendors: connecting and ending them, and whom an effect is carried out with."""

import contextlib
import functools
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from core.encryption import Undecipherable
from integrations import registry
from integrations.errors import ProviderError
from integrations.models import Connection, Effect
from integrations.refusals import ConnectionEnded
from integrations.services import renewals
from integrations.services.borrowing import Borrowed, note_use
from integrations.vendors import VENDORS, kinds_of

Status = Connection.Status


def provider_of(effect: Effect) -> Any:
    """Who carries the effect out; with a connection, with its credentials. Raises Misconfigured, Unavailable;
    ConsentNeeded where only the owner of the connection can help."""
    if effect.connection_id is None:
        return registry.provider(effect.kind, effect.provider)
    connection = renewals.ready(effect.connection_id)
    note_use(connection)
    return Borrowed(connection, effect.kind, effect.provider)


CHOSEN = ("calendar_id", "channel")
"""Options that people may change."""


def change(connection: Connection, *, is_primary: bool | None = None, **chosen: Any) -> Connection:
    """A name of the person's own, options of CHOSEN, and which one is meant where none is named.

    Raises ConnectionEnded.
    """
    with transaction.atomic():
        alone(connection.owner_id)
        row = Connection.objects.get(pk=connection.pk)
        if row.status == Status.DISCONNECTED:
            raise ConnectionEnded
        options = row.options | chosen.pop("options", {})
        if is_primary:
            rivals = rivals_of(row.owner_id, row.vendor, row.scopes)
            Connection.objects.filter(pk__in=rivals).exclude(pk=row.pk).update(is_primary=False)
        if is_primary is not None:
            chosen["is_primary"] = is_primary
        Connection.objects.filter(pk=row.pk).update(**chosen, options=options, updated_at=Now())
    return Connection.objects.get(pk=connection.pk)


def disconnect(connection: Connection) -> None:
    """Forget the tokens and tell the vendor. The row stays: effects have it in their keys.

    What the vendor says to it changes nothing: nobody here can use the account any more.
    """
    token = _token_to_revoke(connection)
    ended = Connection.objects.filter(pk=connection.pk).exclude(status=Status.DISCONNECTED)
    hit = ended.update(
        status=Status.DISCONNECTED,
        reason="",
        secrets={},
        is_primary=False,
        expires_at=None,
        refreshing_until=None,
        refreshes=F("refreshes") + 1,
        updated_at=Now(),
    )
    if hit:
        _revoke(connection.vendor, token)


def give_back_all(owner_id: Any) -> None:
    """The person leaves: once that is committed, each vendor is told that nobody uses the access any more."""
    active = Connection.objects.filter(owner=owner_id, status=Status.ACTIVE)
    for connection in active:
        token = _token_to_revoke(connection)
        transaction.on_commit(functools.partial(_revoke, connection.vendor, token))


def _revoke(vendor: str, token: str) -> None:
    """What the vendor says to it changes nothing here."""
    if token and VENDORS[vendor].consents:
        with contextlib.suppress(ProviderError):
            renewals.consent_of(vendor).revoke(token)


def _token_to_revoke(connection: Connection) -> str:
    try:
        return connection.secrets.get("refresh_token") or connection.secrets.get("access_token", "")
    except Undecipherable:
        return ""


def alone(owner_id: Any) -> None:
    """Nobody else changes this person's connections until the transaction ends."""
    Connection.objects.filter(owner=owner_id).update(updated_at=F("updated_at"))


def rivals_of(owner_id: Any, vendor: str, scopes: Any) -> list[Any]:
    """The person's primary ones that serve a kind which this one serves, too."""
    kinds = set(kinds_of(vendor, scopes))
    rows = Connection.objects.filter(owner=owner_id, is_primary=True)
    return [row.pk for row in rows if kinds & set(kinds_of(row.vendor, row.scopes))]
