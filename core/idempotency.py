"""`Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a POST sent again is answered again.

`DialectView` claims the key before a view's method runs and keeps the answer in the thread that made it, so
that a client that has hung up finds it. Keys live for a day, for one person and one route each.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

import orjson
from django.db import IntegrityError, transaction
from django.db.models import BooleanField, F, Func, IntegerField, Q, QuerySet, Value
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
"""Bytes of an answer that are kept; of a larger one only that there was one."""
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


class AnswerGone(Conflict):
    code = "IDEMPOTENCY_ANSWER_GONE"
    message = "The request with this Idempotency-Key was carried out; its answer is kept no more."


class Replay(Exception):
    """Not an error: the request has been answered before, by `response`."""

    def __init__(self, response: HttpResponse):
        super().__init__("answered before")
        self.response = response


@dataclass(frozen=True)
class Claim:
    """The right, and the duty, to answer for a key."""

    pk: Any


class IsWithin(Func):
    """Whether bytes hold other bytes: `IsWithin(where, what)`."""

    function = "INSTR"
    template = "(%(function)s(%(expressions)s) > 0)"
    output_field = BooleanField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        where, what = self.source_expressions
        swapped = Func(what, where, function="POSITION", arg_joiner=" IN ", output_field=IntegerField())
        sql, values = compiler.compile(swapped)
        return f"({sql} > 0)", values


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

    Raises Replay where it has been answered, KeyInvalid, KeyReused, InProgress, Interrupted, AnswerGone.
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
    digest = digest_of(request._request)
    digest.let_go = None
    if response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR:
        row.update(lease_until=None)  # nobody foresaw it, so nobody knows how far the view has come
    elif not _is_kept(response):
        row.delete()
    elif len(response.content) > LARGEST:
        row.update(status=response.status_code, is_gone=True, lease_until=None)
    else:
        held = is_held(request._request, response.status_code) and not digest.is_over
        if held:
            digest.let_go = partial(row.update, lease_until=None)
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
    while True:
        if digest is not None and (made := _made(place, digest)):
            return made
        running = Q(lease_until__gt=Now())
        known = IdempotentRequest.objects.filter(**place).annotate(_running=running).first()
        if known is not None:
            raise _answered_by(known, digest)
        if digest is None:
            return None
        # Whoever had the key was refused for the moment between the two questions, and it is free again.


def _made(place: dict[str, Any], digest: str) -> Claim | None:
    try:
        with transaction.atomic():
            row = IdempotentRequest.objects.create(
                **place, digest=digest, lease_until=Now() + LEASE, expires_at=Now() + KEPT_FOR
            )
    except IntegrityError:
        return None
    return Claim(row.pk)


def _answered_by(known: IdempotentRequest, digest: str | None) -> Exception:
    if digest not in (None, known.digest):
        return KeyReused()
    if known._running:
        return InProgress(retry_after=1)
    if known.status is None:
        return Interrupted()
    return AnswerGone() if known.is_gone else Replay(_answer(known))


def _answer(known: IdempotentRequest) -> HttpResponse:
    headers = known.headers | {REPLAYED: "true"}
    return HttpResponse(bytes(known.content), status=known.status, headers=headers)


def _is_kept(response: HttpResponse) -> bool:
    status = response.status_code
    return not (response.streaming or status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING)


def _without(content: bytes, secret: Iterable[str]) -> bytes:
    if not secret or not content:
        return content
    return orjson.dumps(_blank(orjson.loads(content), frozenset(secret)))


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


def forget_about(person: Any, *subjects: Any) -> None:
    """What somebody removed stands in no answer kept for them; that it was carried out stays known."""
    for subject in subjects:
        named = IsWithin(F("content"), Value(str(subject).encode()))
        _forget(IdempotentRequest.objects.filter(named, user_id=person))


def _forget(rows: QuerySet[IdempotentRequest]) -> int:
    return rows.update(content=b"", headers={}, is_gone=True)


def erase(person: privacy.Person) -> privacy.Receipt:
    """Answers that are kept for a person go with them; those that name them are kept for nobody."""
    receipt = privacy.Receipt()
    receipt.count_rows(IdempotentRequest.objects.filter(user_id=person.id).delete()[1])
    words = {str(person.id)} | ({person.email.casefold(), *person.names} if person.proven else set())
    answers = IdempotentRequest.objects.values_list("pk", "content").iterator(chunk_size=100)
    naming = [pk for pk, content in answers if _names(bytes(content), words)]
    receipt.changed["kept answers that named them"] += _forget(
        IdempotentRequest.objects.filter(pk__in=naming)
    )
    return receipt


def _names(content: bytes, words: Iterable[str]) -> bool:
    """Whole words only: keys of JSON hold many a name."""
    any_word = "|".join(map(re.escape, filter(None, words)))
    return bool(re.search(rf"(?<!\w)({any_word})(?!\w)", content.decode(errors="replace").casefold()))
