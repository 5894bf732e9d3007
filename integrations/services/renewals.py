"""Keeps the tokens of connections fresh: one renews while the others wait, and what has lapsed says so once.

A vendor may rotate refresh tokens (RFC 9700, 4.14.2), so that two renewals at once can cost the connection.
`refreshing_until` lets one in, and `refreshes`, which only grows, keeps a late one from writing.
"""

import contextlib
import time
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import DurationField, F, Q, QuerySet, Value
from django.db.models.functions import Now

from core import faults
from core.encryption import Undecipherable
from integrations import registry
from integrations.contracts.consent import Consent, Grant
from integrations.errors import ConsentNeeded, Misconfigured, ProviderError, Unavailable
from integrations.models import Connection
from integrations.services import consent_letters
from integrations.vendors import VENDORS

KIND = "consent"
MARGIN = timedelta(minutes=2)
"""A token that is good for less is renewed before it is used."""
LEASE = timedelta(seconds=60)
PATIENCE = 15.0
"""Seconds that one waits for somebody else's renewal."""
PAUSE = 0.1

Status = Connection.Status


def consent_of(vendor: str) -> Consent:
    """Who asks this vendor. Raises Misconfigured where the server is not registered there."""
    if vendor not in registry.aliases(KIND):
        raise Misconfigured(f"Connecting accounts of {VENDORS[vendor].title} is not set up on this server.")
    return registry.provider(KIND, vendor)


def ready(connection_id: Any, *, refused: str = "") -> Connection:
    """The connection, with a token that can be used now; another than `refused`, which the vendor refused.

    Raises ConsentNeeded where only its owner can help; Unavailable, Misconfigured.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        connection = _usable(connection_id)
        token = connection.secrets.get("access_token", "")
        if not connection.expiring and not (refused and token == refused):
            return connection
        if not connection.secrets.get("refresh_token"):
            lapse(connection, _sentence(connection, "the access has expired or was withdrawn"))
            continue
        if _claim(connection):
            if renewed := _renew(connection):
                return renewed
        elif time.monotonic() > deadline:
            raise Unavailable(f"The access to {connection} is being renewed.", retry_after=5)
        else:
            time.sleep(PAUSE)


def lapse(connection: Connection, reason: str) -> bool:
    """Only its owner can help: say so in the row and, once, by mail. What waits for it goes on waiting.

    False where somebody has renewed or ended the connection since `connection` was read.
    """
    with transaction.atomic():
        hit = _as_read(connection).update(
            status=Status.NEEDS_CONSENT, reason=reason, refreshing_until=None, updated_at=Now()
        )
        if hit:
            consent_letters.ask(connection)
    return bool(hit)


def expiry(seconds: float | None) -> Any:
    """`expires_at` for a token that is good for so long by the vendor's word, on the database's clock."""
    if seconds is None:
        return None
    return Now() + Value(timedelta(seconds=seconds), DurationField())


def _usable(connection_id: Any) -> Connection:
    """As it lies in the database now, with `expiring`. Raises ConsentNeeded."""
    rows = Connection.objects.annotate(expiring=Q(expires_at__lte=Now() + MARGIN))
    connection = rows.filter(pk=connection_id).first()
    if connection is None:
        raise ConsentNeeded("The account that this was to be carried out with is not connected any more.")
    if connection.status == Status.ACTIVE and not _opens(connection):
        lapse(connection, _sentence(connection, "its stored access can no longer be read here"))
        return _usable(connection_id)
    if connection.status != Status.ACTIVE:
        raise ConsentNeeded(connection.reason or f"{connection} has been disconnected.")
    return connection


def _opens(connection: Connection) -> bool:
    try:
        return isinstance(connection.secrets, dict)
    except Undecipherable:
        return False


def _sentence(connection: Connection, what: str) -> str:
    return f"{connection} has to be connected anew: {what}."


def _as_read(connection: Connection) -> QuerySet[Connection]:
    return Connection.objects.filter(pk=connection.pk, status=Status.ACTIVE, refreshes=connection.refreshes)


def _claim(connection: Connection) -> bool:
    free = (
        Q(refreshing_until__isnull=True)
        | Q(refreshing_until__lte=Now())
        | Q(refreshing_until__gt=Now() + 2 * LEASE)
    )
    claimed = _as_read(connection).filter(free)
    won = claimed.update(refreshes=F("refreshes") + 1, refreshing_until=Now() + LEASE, updated_at=Now())
    connection.refreshes += won
    return bool(won)


def _renew(connection: Connection) -> Connection | None:
    """Ask the vendor and keep what it gives; None where somebody else has been faster, or it was refused."""
    try:
        consent = consent_of(connection.vendor)
        grant = _asked(consent, connection.secrets["refresh_token"])
    except ConsentNeeded as error:
        lapse(connection, _sentence(connection, str(error).rstrip(".")))
        return None
    except BaseException:
        _as_read(connection).update(refreshing_until=None)
        raise
    faults.reach("renew_connection:before_save")
    secrets = connection.secrets | {"access_token": grant.access_token}
    if grant.refresh_token:
        secrets["refresh_token"] = grant.refresh_token
    kept = _as_read(connection).update(
        secrets=secrets, expires_at=expiry(grant.expires_in), refreshing_until=None, updated_at=Now()
    )
    if kept:
        connection.secrets = secrets
        return connection
    _give_back(consent, connection, grant)
    return None


def _asked(consent: Consent, refresh_token: str) -> Grant:
    """A lost answer may have had a new refresh token in it; the old one is good for a while longer."""
    try:
        return consent.refresh(refresh_token)
    except Unavailable as error:
        if not error.maybe_done:
            raise
    return consent.refresh(refresh_token)


def _give_back(consent: Consent, connection: Connection, grant: Grant) -> None:
    """Disconnected while the vendor was asked: what it gave last is revoked as well."""
    if Connection.objects.filter(pk=connection.pk, status=Status.DISCONNECTED).exists():
        with contextlib.suppress(ProviderError):
            consent.revoke(grant.refresh_token or grant.access_token)
