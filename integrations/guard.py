"""Keeps requests to addresses that people typed in away from this house and its neighbours (SSRF, rule 13).

`require_public` refuses an address when it is handed in; `public_only` has every call of `integrations.http`
inside it checked again and pinned to what was checked, so that a name cannot change its mind in between.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import httpx2

from integrations.errors import Rejected, Unavailable

DEFAULT_PORTS = {"http": 80, "https": 443}
_NAT64 = ip_network("64:ff9b::/96")
_OF_CLOUDS = {ip_address("168.63.129.16")}
"""Public by their number, yet answered by the cloud's own machinery."""
_SPECIAL = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "3fff::/20")))
"""Special by RFC 6890 and its successors, yet global to Python; a cloud has its metadata in the first."""
MOST_ADDRESSES = 4
_is_on: ContextVar[bool] = ContextVar("public_only", default=False)


class AddressRefused(Rejected):
    """The address is none of the public internet, or not one that is asked by HTTP."""


def require_public(url: str, *, private_allowed: bool = False) -> None:
    """Refuse what is not http(s), carries credentials, or leads to an address that is not public.

    `private_allowed` is the operator's word that trackers stand in the same network; loopback, metadata and
    all others are allowed then. Raises AddressRefused; Unavailable where the name cannot be resolved.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        raise AddressRefused("This is not an address.") from None
    if parts.scheme not in DEFAULT_PORTS or not port or not parts.hostname or "@" in parts.netloc:
        raise AddressRefused("Only addresses that begin with http:// or https://, without a password.")
    if private_allowed:
        return
    try:
        addresses_of(parts.hostname, port)
    except OSError:
        raise Unavailable(f"{parts.hostname} cannot be found.") from None


def addresses_of(host: str, port: int) -> list[str]:
    """What a name stands for. Raises AddressRefused if any of it is not public, OSError if it is unknown."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise AddressRefused(f"{host[:100]} is not the name of a host.") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses or not all(is_public(address) for address in addresses):
        raise AddressRefused(f"{host} is not a public address.")
    return addresses


def is_public(text: str) -> bool:
    """Whether an IP address is of the public internet, also where IPv4 hides in IPv6."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    inner = _embedded(address) if isinstance(address, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    special = address.is_multicast or address.is_reserved or any(address in each for each in _SPECIAL)
    local = getattr(address, "is_site_local", False)
    return address.is_global and not special and not local and address not in _OF_CLOUDS


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Mapped (RFC 4291), 6to4 (RFC 3056), Teredo (RFC 4380), NAT64 (RFC 6052), and the compatible form."""
    if address in _NAT64 or 1 < int(address) < 2**32:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


@contextmanager
def public_only(on: bool = True) -> Iterator[None]:
    """Every request of `integrations.http` in here goes to public addresses only, and by no proxy."""
    token = _is_on.set(on)
    try:
        yield
    finally:
        _is_on.reset(token)


def transport(**options: Any) -> httpx2.BaseTransport | None:
    """What a client has to use here (options of httpx's transport), or None where nothing is guarded."""
    return Pinned(**options) if _is_on.get() else None


class Pinned(httpx2.BaseTransport):
    """Resolves, checks, and connects to what was checked; `Host` and the certificate stay the name's."""

    def __init__(self, **options: Any):
        self._inner = httpx2.HTTPTransport(trust_env=False, **options)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises AddressRefused and httpx's errors; each address is tried where none could be connected."""
        host = request.url.host
        port = request.url.port or DEFAULT_PORTS.get(request.url.scheme, 0)
        try:
            addresses = addresses_of(host, port)
        except OSError as error:
            raise httpx2.ConnectError(f"{host} cannot be found", request=request) from error
        *others, last = addresses[:MOST_ADDRESSES]
        share = 1 / (len(others) + 1)
        for address in others:
            try:
                return self._inner.handle_request(_at(address, request, share))
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        return self._inner.handle_request(_at(last, request, share))

    def close(self) -> None:
        self._inner.close()


def _at(address: str, request: httpx2.Request, share: float) -> httpx2.Request:
    """The request to one of the addresses, with its share of the time for connecting."""
    timeout = dict(request.extensions.get("timeout", {}))
    if timeout.get("connect"):
        timeout["connect"] *= share
    return httpx2.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "timeout": timeout, "sni_hostname": request.url.host},
    )
