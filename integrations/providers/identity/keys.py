"""A provider's public keys (JWKS, RFC 7517), kept for a while; `id_tokens` asks for one by its id."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from integrations.errors import Rejected
from integrations.http import Http

MOST_KEYS = 100


@dataclass(frozen=True)
class SigningKey:
    key: Key
    issuer: str = ""
    """Whose tokens it signs, where the set says so: Entra shares one set among all its tenants."""


class SigningKeys:
    """The keys of one address. An unknown id is asked for again, but not more often than every `pause` s.

    Thread-safe: while one thread fetches, the others wait for the same answer.
    """

    def __init__(
        self, http: Http, *, lifetime: float, pause: float, clock: Callable[[], float] = time.monotonic
    ):
        self._http, self._lifetime, self._pause, self._clock = http, lifetime, pause, clock
        self._lock = threading.Lock()
        self._keys: dict[str, SigningKey] = {}
        self._asked_at: float | None = None
        self._good_until: float | None = None

    def find(self, key_id: str) -> SigningKey:
        """The key with this id; an empty id is the only key there is. Raises Rejected, Unavailable."""
        with self._lock:
            if self._good_until is None or self._clock() >= self._good_until:
                self._fetch()
            if self._known(key_id) is None and self._clock() >= self._asked_at + self._pause:
                self._fetch()
            found = self._known(key_id)
        if found is None:
            raise Rejected(f"{self._http.vendor} has no key with the id that the token names.")
        return found

    def _known(self, key_id: str) -> SigningKey | None:
        if not key_id and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id) if key_id else None

    def _fetch(self) -> None:
        self._asked_at = self._clock()
        answer = self._http.request("GET").json()
        listed = answer.get("keys") if isinstance(answer, dict) else None
        if not isinstance(listed, list):
            raise Rejected(f"{self._http.vendor} answered with something that is not a set of keys.")
        self._keys = dict(filter(None, map(_signing_key, listed[:MOST_KEYS])))
        self._good_until = self._clock() + self._lifetime


def _signing_key(entry: Any) -> tuple[str, SigningKey] | None:
    """The key's id and the key; None for keys of other uses and forms, which a set may hold too."""
    if not isinstance(entry, Mapping) or entry.get("use", "sig") != "sig" or entry.get("kty") == "oct":
        return None
    try:
        key = JWKRegistry.import_key(dict(entry))
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    issuer = entry.get("issuer")
    return str(entry.get("kid") or ""), SigningKey(key, issuer if isinstance(issuer, str) else "")
