"""`Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a POST sent again is answered again.

`DialectView` claims the key before a view's method runs and keeps the answer in the thread that made it, so
that a client that has hung up finds it. Keys live for a day, for one person and one route each.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.http import HttpResponse

from core import privacy
from core.arrival import SCOPE_KEY as ARRIVAL
from core.body_digest import digest_of
from core.declarations import declared
from core.errors import Conflict, Invalid
from core.models import IdempotentRequest
from core.rates import CREDENTIALS, rate_of
from core.waiting import LONGEST_WAIT, is_held, is_last_pass

KEPT_FOR = timedelta(hours=24)
LEASE = timedelta(minutes=15)
"""A request that has not been answered for so long has lost its process."""
LARGEST = 1024 * 1024
"""Bytes of an answer that are kept; a larger one is made again."""
REPLAYED = "Idempotency-Replayed"
_KEY = re.compile(r'"?([\x21\x23-\x7e]{1,255})"?')
_KEPT_HEADERS = ("Content-Type", "Content-Disposition", "Location", "Link", "X-Total-Count")
_PASSING = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.CONFLICT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
"""Refusals that may be over at the next attempt; nothing was done, so that it may simply be made again."""

View = TypeVar("View", bound=Callable)


class KeyInvalid(Invalid):
    code = "IDEMPOTENCY_KEY_INVALID"
    message = "An Idempotency-Key has 1 to 255 printable characters without spaces."


class KeyReused(Invalid):
    code = "IDEMPOTENCY_KEY_REUSED"
    message = "This Idempotency-Key came with another body before; use a new one for a new request."


class InProgress(Conflict):
    code = "IDEMPOTENCY_IN_PROGRESS"
    message = "The request with this Idempotency-Key is still being carried out."


class Interrupted(Conflict):
    code = "IDEMPOTENCY_INTERRUPTED"
    message = (
        "The request with this Idempotency-Key was interrupted; whether it was carried out is not known. "
        "Look whether it was, and use another key if it was not."
    )


class Replay(Exception):
    """Not an error: the request has been answered before, by `response`."""

    def __init__(self, response: HttpResponse):
        super().__init__("answered before")
        self.response = response


@dataclass(frozen=True)
class Claim:
    """The right, and the duty, to answer for a key."""

    pk: Any


def shown_once(*fields: str) -> Callable[[View], View]:
    """Declare which fields of a method's answer are secrets: a replay has null in their place."""

    def mark(view: View) -> View:
        view.secret_fields = fields
        return view

    return mark


def is_honoured(view: Any, method: str) -> bool:
    """Every POST but those that present credentials."""
    return method == "POST" and rate_of(view, method) != CREDENTIALS


def begin(request: Any, view: Any) -> Claim | None:
    """Claim the request's key, if it has one. Call once who asks is known and may ask.

    Raises Replay where it has been answered, KeyInvalid, KeyReused, InProgress, Interrupted.
    """
    said = request.headers.get("Idempotency-Key")
    if said is None or not request.user.is_authenticated or not is_honoured(view, request.method):
        return None
    digest = digest_of(request._request)
    if is_last_pass(request._request):
        return digest.claim
    place = {"user_id": request.user.pk, "route": _route(request), "key": _key(said)}
    refused_unread = isinstance(getattr(request._request, "scope", {}).get(ARRIVAL), Exception)
    digest.claim = _claim(place, None if refused_unread else digest.hexdigest())
    return digest.claim


def finish(claim: Claim, request: Any, view: Any, response: HttpResponse) -> None:
    """Keep the answer for whoever asks again, or free the key where asking again does no harm."""
    row = IdempotentRequest.objects.filter(pk=claim.pk)
    if not _is_kept(response):
        row.delete()
        return
    held = is_held(request._request, response.status_code)
    row.update(
        status=response.status_code,
        headers={name: response[name] for name in _KEPT_HEADERS if name in response},
        content=_without(response.content, declared(view, request.method, "secret_fields", ())),
        lease_until=Now() + timedelta(seconds=LONGEST_WAIT * 2) if held else None,
    )


def _key(said: str) -> str:
    found = _KEY.fullmatch(said.strip())
    if not found:
        raise KeyInvalid
    return found[1]


def _route(request: Any) -> str:
    """Method and address, the query included: a digest, since an address may be longer than a column."""
    path = request.path.rstrip("/")
    return hashlib.sha256(f"{request.method} {path}?{request.META['QUERY_STRING']}".encode()).hexdigest()


def _claim(place: dict[str, Any], digest: str | None) -> Claim | None:
    IdempotentRequest.objects.filter(**place, expires_at__lte=Now()).delete()
    if digest is not None:
        try:
            with transaction.atomic():
                row = IdempotentRequest.objects.create(
                    **place, digest=digest, lease_until=Now() + LEASE, expires_at=Now() + KEPT_FOR
                )
            return Claim(row.pk)
        except IntegrityError:
            pass
    known = IdempotentRequest.objects.filter(**place).annotate(_running=Q(lease_until__gt=Now())).first()
    if known is None:
        return None
    if digest not in (None, known.digest):
        raise KeyReused
    if known._running:
        raise InProgress(retry_after=1)
    if known.status is None:
        raise Interrupted
    raise Replay(_answer(known))


def _answer(known: IdempotentRequest) -> HttpResponse:
    headers = known.headers | {REPLAYED: "true"}
    return HttpResponse(bytes(known.content), status=known.status, headers=headers)


def _is_kept(response: HttpResponse) -> bool:
    status = response.status_code
    if response.streaming or status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
        return False
    return len(response.content) <= LARGEST


def _without(content: bytes, secret: Iterable[str]) -> bytes:
    if not secret or not content:
        return content
    return json.dumps(_blank(json.loads(content), frozenset(secret))).encode()


def _blank(thing: Any, secret: frozenset[str]) -> Any:
    if isinstance(thing, list):
        return [_blank(each, secret) for each in thing]
    if not isinstance(thing, dict):
        return thing
    return {name: None if name in secret else _blank(value, secret) for name, value in thing.items()}


def forget_old() -> int:
    """A chore: keys older than a day."""
    return IdempotentRequest.objects.filter(expires_at__lte=Now()).delete()[0]


def release_all() -> int:
    """For the one process that can prove all others dead: what they were answering is interrupted."""
    return IdempotentRequest.objects.filter(lease_until__gt=Now()).update(lease_until=Now())


def erase(person: privacy.Person) -> privacy.Receipt:
    """Answers that are kept for a person go with them."""
    receipt = privacy.Receipt()
    receipt.count_rows(IdempotentRequest.objects.filter(user_id=person.id).delete()[1])
    return receipt
