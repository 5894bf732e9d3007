"""Providers with a person's credentials, for as long as a token lasts; `connections` gives them."""

import functools
import time
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from integrations import guard, registry
from integrations.errors import ConsentNeeded, Misconfigured, Unavailable
from integrations.models import Connection
from integrations.services import renewals
from integrations.vendors import VENDORS

REFUSED = 401
REPEAT_WITHIN = 20.0
"""Seconds after which a call is not made again in the same delivery: its lease would run short."""
SELDOM = timedelta(minutes=1)
"""`last_used_at` is not written more often."""


class Borrowed:
    """A provider, whose every call is made once more with a fresh token where the vendor refuses the token.

    401 says that nothing was done (RFC 9110, 15.5.2), so making the call again is safe.
    """

    def __init__(self, connection: Connection, kind: str, alias: str):
        self._connection, self._kind, self._alias = connection, kind, alias
        self._provider = provider_with(connection, kind, alias)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._provider, name)
        return functools.partial(self._carry, name) if callable(found) else found

    def _carry(self, name: str, *args: Any, **options: Any) -> Any:
        began = time.monotonic()
        try:
            return self._call(name, *args, **options)
        except Misconfigured as error:
            if error.status != REFUSED:
                raise
            if not self._connection.secrets.get("refresh_token"):
                raise self._lapsed() from error
        token = self._connection.secrets["access_token"]
        self._connection = renewals.ready(self._connection.pk, refused=token)
        self._provider = provider_with(self._connection, self._kind, self._alias)
        if time.monotonic() - began > REPEAT_WITHIN:
            raise Unavailable(f"The access to {self._connection} had to be renewed.", retry_after=1)
        try:
            return self._call(name, *args, **options)
        except Misconfigured as error:
            if error.status != REFUSED:
                raise
            raise self._lapsed() from error

    def _lapsed(self) -> ConsentNeeded:
        title = VENDORS[self._connection.vendor].title
        reason = f"{self._connection} has to be connected anew: {title} refuses the access."
        renewals.lapse(self._connection, reason)
        return ConsentNeeded(reason)

    def _call(self, name: str, *args: Any, **options: Any) -> Any:
        return kept_outside(self._connection.vendor, lambda: getattr(self._provider, name)(*args, **options))


def kept_outside(vendor: str, call: Callable[[], Any]) -> Any:
    """Make a call that may go to an address which a person typed in. Raises AddressRefused."""
    with guard.public_only(VENDORS[vendor].typed_in and not settings.PRIVATE_ADDRESSES_ALLOWED):
        return call()


def provider_with(connection: Connection, kind: str, alias: str) -> Any:
    """The provider with the connection's credentials, and none of the server's. Raises Misconfigured."""
    backend, server = registry.backend(kind, alias)
    known = {each.name: each for each in fields(backend.Options)}
    secret = {name for name, each in known.items() if not each.repr}
    if not secret:  # such as memory: whoever needs no credentials is the same for all
        return registry.provider(kind, alias)
    hidden = secret | VENDORS[connection.vendor].personal
    given = {**connection.options, **connection.secrets}
    if "access_token" not in known and "token" in known and "access_token" in given:
        given["token"] = given.pop("access_token")
    own = {name: value for name, value in given.items() if name in known}
    return backend(backend.Options(**{k: v for k, v in server.items() if k not in hidden} | own))


def note_use(connection: Connection) -> None:
    """That it was used now, to the minute."""
    long_ago = Q(last_used_at__isnull=True) | Q(last_used_at__lte=Now() - SELDOM)
    Connection.objects.filter(long_ago, pk=connection.pk).update(last_used_at=Now())
