"""Carries the requests of a vendor's own library through our HTTP client.

The libraries build requests and read answers; retries, redirects, connections and credentials are ours. So
nothing is sent twice behind our back, all is bounded in time and size, and no library holds a token.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.http import Answer, Http
from integrations.redaction import quotable

from .refusals import Refusal, words_of

KEPT_HEADERS = ("accept", "content-type", "x-atlassian-token")
REFUSALS = frozenset({400, 402, 404, 409, 410, 422})
"""Statuses that say that nothing was done."""


@dataclass(frozen=True)
class Carrier:
    """One operation at a vendor, of several requests perhaps, that ends at `ends` (monotonic seconds)."""

    http: Http
    ends: float

    @classmethod
    def within(cls, http: Http, seconds: float, secrets: tuple[str, ...]) -> "Carrier":
        def judge(status: int, headers: Mapping[str, str], body: bytes) -> Refusal | None:
            if status not in REFUSALS:
                return None
            said = quotable(words_of(body), secrets)
            return Refusal(f"{http.vendor} refused the request ({status}): {said}", status=status, body=body)

        bounded = replace(http, secrets=secrets, judge=judge, effects=True)
        return cls(bounded, time.monotonic() + seconds)

    def carry(self, method: str, url: str, headers: Mapping[str, str], body: bytes | str | None) -> Answer:
        """Raises Unavailable, Rejected (`Refusal` where fields may be to blame), Misconfigured."""
        base = self.http.base_url.rstrip("/")
        if not url.startswith(f"{base}/"):
            raise Misconfigured(f"{self.http.vendor} was to be called at another address than its own.")
        left = self.ends - time.monotonic()
        if left <= 0:
            raise Unavailable(f"{self.http.vendor} did not answer in time.")
        kept = {name: value for name, value in headers.items() if name.lower() in KEPT_HEADERS}
        try:
            answer = replace(self.http, timeout=left).request(
                method, url.removeprefix(base), headers=kept, content=body
            )
            if answer.body:
                answer.json()
        except Rejected as error:
            raise self._unread(error) from error.__cause__
        return answer

    def _unread(self, error: Rejected) -> Rejected | Unavailable:
        """What cannot be read is no refusal: a page of maintenance comes with 200, too."""
        return error if error.status else Unavailable(str(error))


@contextmanager
def understanding(vendor: str, *, changes: bool = False) -> Iterator[None]:
    """An answer of another shape than the vendor describes says nothing about what came of the request."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        sentence = f"{vendor} answered with something unexpected ({type(error).__name__})."
        raise Unavailable(sentence, maybe_done=changes) from None
