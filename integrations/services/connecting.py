"""Writing down an account that a person has just proven to be theirs, by consent or by credentials."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from integrations.models import Connection
from integrations.services import connections, delivery, renewals


@dataclass(frozen=True)
class Account:
    """What a vendor said about an account that its owner lets us use."""

    vendor: str
    account: str
    name: str
    secrets: Mapping[str, str] = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    expires_in: float | None = None


@transaction.atomic
def connect(owner_id: Any, account: Account) -> Connection:
    """Write an account down that was proven just now; the same account again is the same row, renewed.

    What waits for it goes on at once.
    """
    connections.alone(owner_id)
    row = Connection.objects.filter(owner=owner_id, vendor=account.vendor, account=account.account).first()
    fields = {
        "name": account.name,
        "status": Connection.Status.ACTIVE,
        "reason": "",
        "scopes": list(account.scopes),
        "secrets": dict(account.secrets),
        "expires_at": renewals.expiry(account.expires_in),
        "refreshing_until": None,
    }
    if row is None:
        first = not connections.rivals_of(owner_id, account.vendor, account.scopes)
        row = _created(owner_id, account, is_primary=first)
    # A choice of the person's, such as the calendar, stays; a site's address is what the vendor says now.
    options = {**account.options, **{k: v for k, v in row.options.items() if k in connections.CHOSEN}}
    Connection.objects.filter(pk=row.pk).update(
        **fields, options=options, refreshes=F("refreshes") + 1, updated_at=Now()
    )
    renewed = Connection.objects.get(pk=row.pk)
    delivery.wake(renewed)
    return renewed


def _created(owner_id: Any, account: Account, *, is_primary: bool) -> Connection:
    try:
        with transaction.atomic():
            return Connection.objects.create(
                owner_id=owner_id,
                vendor=account.vendor,
                account=account.account,
                is_primary=is_primary,
            )
    except IntegrityError:  # a person's first two at once: there was no row to wait for
        return Connection.objects.get(owner=owner_id, vendor=account.vendor, account=account.account)
