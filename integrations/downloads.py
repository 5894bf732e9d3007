"""Fetches a large file that a vendor offers: onto a disk, bounded in size and time, from public addresses."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx2

from integrations import guard
from integrations.errors import ProviderError, Rejected, Unavailable
from integrations.http import failure, transport_failure

MAX_REDIRECTS = 3
PATIENCE = 30.0
"""Seconds without a byte."""
PULSE = 5.0
"""Seconds between two calls of `progress`."""


def fetch(
    url: str,
    target: Path,
    *,
    vendor: str,
    most_bytes: int,
    most_seconds: float,
    headers: Mapping[str, str] | None = None,
    is_own: bool = False,
    progress: Callable[[], None] = lambda: None,
) -> int:
    """Write what the address holds to `target`, and answer with its bytes.

    `headers` go to the address's own host only. An address that `is_own` is the configured server's, and may
    lie in a private network; where it redirects to may not. `progress` is called every few seconds
    in which something arrives.
    Raises Unavailable, Rejected (also for what is too large), Misconfigured.
    """
    deadline = time.monotonic() + most_seconds
    home = httpx2.URL(url)
    at = home
    try:
        for _ in range(MAX_REDIRECTS + 1):
            is_home = (at.scheme, at.host, at.port) == (home.scheme, home.host, home.port)
            with guard.public_only(not (is_own and is_home)), _client() as client:
                sent = dict(headers or {}) if is_home else {}
                with client.stream("GET", at, headers=sent) as answer:
                    if not answer.is_redirect:
                        return _written(answer, target, vendor, most_bytes, deadline, progress)
                    at = _next(answer, vendor)
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeEncodeError) as error:
        raise transport_failure(vendor, error, changes=False) from None
    raise Rejected(f"The recording of {vendor} redirects in a circle.")


def _client() -> httpx2.Client:
    return httpx2.Client(
        transport=guard.transport(),
        timeout=httpx2.Timeout(PATIENCE, connect=10.0),
        follow_redirects=False,
        limits=httpx2.Limits(max_keepalive_connections=0),
    )


def _next(answer: httpx2.Response, vendor: str) -> httpx2.URL:
    target = answer.next_request.url if answer.next_request is not None else None
    if target is None or target.scheme not in ("https", "http"):
        raise Rejected(f"The recording of {vendor} redirects to nowhere.")
    return target


def _written(
    answer: httpx2.Response,
    target: Path,
    vendor: str,
    most_bytes: int,
    deadline: float,
    progress: Callable[[], None],
) -> int:
    if answer.status_code >= 400:
        raise _refused(answer, vendor)
    size = 0
    told = time.monotonic()
    with target.open("wb") as file:
        for piece in answer.iter_bytes():  # as it comes: a larger piece may take for ever to fill
            size += len(piece)
            now = time.monotonic()
            if size > most_bytes:
                raise Rejected(f"The recording of {vendor} is larger than the server accepts.", status=413)
            if now > deadline:
                raise Unavailable(f"The recording of {vendor} did not arrive in time.")
            file.write(piece)
            if now - told >= PULSE:
                progress()
                told = now
    return size


def _refused(answer: httpx2.Response, vendor: str) -> ProviderError:
    """An address that was good for minutes may have run out: a new one is asked for."""
    if answer.status_code in (401, 403, 404, 410):
        return Unavailable(
            f"The recording of {vendor} cannot be fetched at the moment ({answer.status_code})."
        )
    return failure(vendor, answer.status_code, answer.headers, changes=False)
