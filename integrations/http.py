"""The one HTTP client of providers: bounded in time and size, and strict about what may have happened.

Vendors whose SDK brings no transport of its own (RapidAPI, OpenAI-compatible servers, trackers) call
`Http.request`; the rest use `failure` and `transport_failure`, so that all name errors alike.
"""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpx2

from integrations import guard
from integrations.errors import Misconfigured, ProviderError, Rejected, Unavailable
from integrations.redaction import quotable, safe_cause

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_WAIT = 86_400.0
"""Seconds; a vendor that asks for more is asked again after a day."""
MAX_REDIRECTS = 3
GRACE = 0.5
"""Seconds."""

NOT_SENDABLE = (
    httpx2.UnsupportedProtocol,
    httpx2.InvalidURL,
    httpx2.LocalProtocolError,
    UnicodeEncodeError,
)
NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)


@dataclass(frozen=True)
class Answer:
    """What came back with a 2xx."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    vendor: str = ""
    in_doubt: bool = False
    """Whether the request asked for an effect: an answer that cannot be read leaves open what came of it."""

    def json(self) -> Any:
        """The parsed body. Raises `unreadable` when it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise self.unreadable("something that is not JSON") from error

    def unreadable(self, what: str) -> ProviderError:
        """The error for a 2xx that does not say what it should: it may have been done, where `in_doubt`."""
        sentence = f"{self.vendor} answered with {what}."
        return Unavailable(sentence, maybe_done=True) if self.in_doubt else Rejected(sentence)


Judge = Callable[[int, Mapping[str, str], bytes], ProviderError | None]
"""Sees status, headers and body of a refusal; None leaves it to `failure`."""


def _no_opinion(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError | None:
    return None


@dataclass(frozen=True)
class Http:
    """A vendor's endpoint. Credentials belong into `headers`, never into a URL: URLs are logged."""

    base_url: str
    vendor: str
    """The name that sentences use."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    timeout: float = 30.0
    """Seconds for connecting, for each read and write, and for the whole exchange."""
    max_bytes: int = 10 * 1024 * 1024
    """Decoded bytes of an answer that are accepted."""
    effects: bool = False
    """Whether what changes there must not happen twice; a POST that only asks something may be repeated."""
    reads: bool = True
    """Whether what a 2xx says matters; else its body is left unread."""
    judge: Judge = _no_opinion
    """For vendors whose statuses alone do not tell: Google says 403 when it is asked too often."""

    def request(self, method: str, path: str = "", **content: Any) -> Answer:
        """Send one request; `content` is httpx's `json`, `params`, `data`, `files`, `content`, `headers`.

        Nothing is retried and no connection is kept: a stale kept one breaks in a way that cannot be
        told from a request that was carried out. Raises Unavailable (with `maybe_done` only where the
        method changes things and the request may have arrived), Rejected, Misconfigured.
        """
        changes = method.upper() not in SAFE_METHODS
        url = f"{self.base_url.rstrip('/')}/{path.lstrip('/')}" if path else self.base_url
        try:
            with self._client() as client, _closed_after(self.timeout, client):
                return self._exchange(client, client.build_request(method, url, **content), changes)
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeEncodeError) as error:
            # What cannot be sent quotes the header or address, escaped, so that no mask would find it.
            quiet = isinstance(error, NOT_SENDABLE)
            cause = None if quiet else safe_cause(error, self.secrets)
            raise transport_failure(self.vendor, error, changes=changes) from cause

    def _client(self) -> httpx2.Client:
        way = {"verify": _trust(), "limits": httpx2.Limits(max_keepalive_connections=0)}
        return httpx2.Client(
            headers=dict(self.headers),
            timeout=httpx2.Timeout(self.timeout, connect=min(self.timeout, 10.0)),
            follow_redirects=False,
            transport=guard.transport(**way),
            **way,
        )

    def _exchange(self, client: httpx2.Client, request: httpx2.Request, changes: bool) -> Answer:
        deadline = time.monotonic() + self.timeout
        for _ in range(MAX_REDIRECTS + 1):
            response = client.send(request, stream=True)
            try:
                if not response.is_redirect:
                    return self._answer(response, changes, deadline)
                request = self._next(request, response, changes)
            finally:
                response.close()
        raise Misconfigured(f"{self.vendor} redirects in a circle; check its address.")

    def _next(self, request: httpx2.Request, response: httpx2.Response, changes: bool) -> httpx2.Request:
        """The redirect's request, where it stays on the host that may see the credentials."""
        target = response.next_request
        same = target is not None and _origin(target.url) == _origin(request.url)
        if changes or not same:
            raise Misconfigured(f"{self.vendor} redirects to another address; check its settings.")
        return target

    def _answer(self, response: httpx2.Response, changes: bool, deadline: float) -> Answer:
        failed = response.status_code >= 400
        if not failed and not self.reads:
            return self._read(response, b"", changes)
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > self.max_bytes:
                if failed:
                    break
                raise self._read(response, b"", changes).unreadable(f"more than {self.max_bytes} bytes")
            if time.monotonic() > deadline:
                late = TimeoutError(f"after {self.timeout} s")
                raise Unavailable(f"{self.vendor} did not answer in time.", maybe_done=changes) from late
        if failed:
            judged = self.judge(response.status_code, response.headers, bytes(body))
            raise judged or failure(
                self.vendor,
                response.status_code,
                response.headers,
                bytes(body[:4096]).decode("utf-8", "replace"),
                secrets=self.secrets,
                changes=changes,
            )
        return self._read(response, bytes(body), changes)

    def _read(self, response: httpx2.Response, body: bytes, changes: bool) -> Answer:
        in_doubt = changes and self.effects
        return Answer(response.status_code, dict(response.headers), body, self.vendor, in_doubt)


def transport_failure(vendor: str, error: Exception, *, changes: bool = True) -> ProviderError:
    """What a broken exchange means. Its words are not quoted: they may hold a header or a URL."""
    if isinstance(error, NOT_SENDABLE):
        return Misconfigured(f"The address or a header of {vendor} is not valid ({type(error).__name__}).")
    kind = type(error).__name__
    if isinstance(error, NOT_SENT):
        return Unavailable(f"{vendor} could not be reached ({kind}).")
    if isinstance(error, httpx2.TimeoutException):
        return Unavailable(f"{vendor} did not answer in time ({kind}).", maybe_done=changes)
    return Unavailable(f"{vendor} broke the connection ({kind}).", maybe_done=changes)


def failure(
    vendor: str,
    status: int,
    headers: Mapping[str, str],
    words: str = "",
    *,
    secrets: tuple[str, ...] = (),
    changes: bool = True,
) -> ProviderError:
    """The error for a status of 400 and above (RFC 9110, section 15).

    401 and 403 are an operator's affair; 429 and 503 say that nothing was done (408 and 425 likewise);
    the other 5xx may have come after the deed where the method changes something.
    """
    said = quotable(words, secrets)
    tail = f": {said}" if said else "."
    if status in (401, 403):
        return Misconfigured(f"{vendor} refused the credentials ({status}){tail}", status=status)
    if status in (408, 425, 429) or status >= 500:
        certain = status in (408, 425, 429, 503)
        return Unavailable(
            f"{vendor} is not available ({status}){tail}",
            retry_after=retry_after(headers.get("retry-after")),
            maybe_done=changes and not certain,
        )
    return Rejected(f"{vendor} refused the request ({status}){tail}", status=status)


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds of a Retry-After header, in seconds or as an HTTP date (RFC 9110, 10.2.3), else None."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    wait = (moment - (now or datetime.now(UTC))).total_seconds()
    return min(max(wait, 0.0), LONGEST_WAIT)


@contextmanager
def _closed_after(seconds: float, client: httpx2.Client) -> Iterator[None]:
    """httpx bounds each read only: a head that comes byte by byte would hold its caller for hours.

    A little later than its own timeouts, which tell what happened in better words.
    """
    watch = threading.Timer(seconds + GRACE, client.close)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


@cache
def _trust() -> ssl.SSLContext:
    """The system's authorities, read once: that takes a tenth of a second."""
    return ssl.create_default_context()


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
