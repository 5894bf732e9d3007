"""How often a client may ask: the throttle of every route, by the rate that the route or its dialect names.

Figures are `settings.RATES`. Which accounts a request for credentials names, `accounts` knows (`name_by`).
"""

from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, TypeVar

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core import callers, waiting, windows
from core.declarations import declared

CREDENTIALS = "credentials"
"""Counted for each account that the request names, from this address, and for the address alone."""
OTHER = "other"
"""What a route has whose view and dialect say nothing."""
UNLIMITED = "unlimited"
"""For probes."""
NETWORK_BITS = 64
"""What one customer of IPv6 gets at least: each may use 2**64 addresses, so the network counts."""

Declared = TypeVar("Declared", bound=Callable)
Namer = Callable[[Mapping[str, Any]], Iterable[str]]
_namer: Namer = lambda said: ()  # noqa: E731


def name_by(namer: Namer) -> None:
    """Register what finds the accounts that the fields of a request name, as digests or ids."""
    global _namer
    _namer = namer


def limited(to: str) -> Callable[[Declared], Declared]:
    """Declare the rate of a view method; a view class may say `rate = "credentials"` for all of them."""

    def mark(view: Declared) -> Declared:
        view.rate = to
        return view

    return mark


def rate_of(view: Any, method: str) -> str:
    """The method's own word, else the view's, else the dialect's."""
    return declared(view, method, "rate", getattr(getattr(view, "dialect", None), "rate", OTHER))


class RateLimit(BaseThrottle):
    """A request that waited (`Prefer: wait`) counts once, although its view runs twice."""

    def __init__(self) -> None:
        self.seconds = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        rate = rate_of(view, request.method)
        if not settings.RATE_LIMITS or rate == UNLIMITED or waiting.is_last_pass(request):
            return True
        if rate == CREDENTIALS:
            self.seconds = spend_credentials(lambda: _named(request))
        else:
            self.seconds = windows.spend(settings.RATES[rate], rate, _asker(request))
        return not self.seconds

    def wait(self) -> int:
        return self.seconds


def spend_credentials(named: Callable[[], Iterable[str]]) -> int:
    """Count one presenting of credentials from the present caller: 0, or the seconds to wait before the next.

    `named` is asked for the accounts only if the address alone may go on: it may have to read a body.
    """
    here = network()
    if wait := windows.spend(settings.RATES["credentials_address"], CREDENTIALS, here):
        return wait
    each = settings.RATES[CREDENTIALS]
    return max((windows.spend(each, CREDENTIALS, here, account) for account in named()), default=0)


def network() -> str:
    """Where the present caller is: an IPv4 address, or the /64 of an IPv6 one."""
    address = callers.present().address
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ip_network((int(known), NETWORK_BITS), strict=False))


def _asker(request: Request) -> str:
    return f"user {request.user.pk}" if request.user.is_authenticated else network()


def _named(request: Request) -> Iterable[str]:
    if request.user.is_authenticated:
        return [f"user {request.user.pk}"]
    return _namer(request.query_params.dict() | _body(request))


def _body(request: Request) -> dict:
    """The fields of a JSON body; none where it cannot be read, which the view will say by itself.

    Not `request.data`: once that has failed it is empty, and the view would miss its fields instead.
    """
    if (request.content_type or "").partition(";")[0].strip().lower() != "application/json":
        return {}
    try:
        said = orjson.loads(request.body)
    except (ValueError, RequestDataTooBig):
        return {}
    return said if isinstance(said, dict) else {}
