"""What went wrong, before any dialect has written it down.

Every error reaches the client as `exception -> Problem -> dialect.error(problem)`, whether a service, Django,
DRF or the ASGI wrapper noticed it.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from django.core import exceptions as django
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions as drf
from rest_framework_simplejwt.exceptions import TokenError

from core import errors
from core.errors import DomainError, Kind

GENERIC = {
    error.kind: error.message
    for error in (errors.NotFound, errors.Conflict, errors.Forbidden, errors.Invalid)
}
"""Sentences that say no more than their kind: a dialect puts its own in their place."""

CODES = {
    Kind.MALFORMED: "MALFORMED",
    Kind.INVALID: "VALIDATION_ERROR",
    Kind.UNAUTHENTICATED: "UNAUTHORIZED",
    Kind.FORBIDDEN: "FORBIDDEN",
    Kind.NOT_FOUND: "NOT_FOUND",
    Kind.CONFLICT: "CONFLICT",
    Kind.TOO_LARGE: "TOO_LARGE",
    Kind.UNSUPPORTED: "UNSUPPORTED_MEDIA_TYPE",
    Kind.TOO_OFTEN: "RATE_LIMIT_EXCEEDED",
    Kind.UNAVAILABLE: "SERVICE_UNAVAILABLE",
    Kind.TOO_SLOW: "TIMEOUT",
    Kind.METHOD: "METHOD_NOT_ALLOWED",
    Kind.UPGRADE: "UPGRADE_REQUIRED",
    Kind.BROKEN: "INTERNAL_ERROR",
}
"""The code of a kind, where nobody has given a closer one."""

LONGEST_SENTENCE = 400
"""Characters of what is said about one field."""

_PRINTED = {
    "required": ("field required", "value_error.missing"),
    "null": ("none is not an allowed value", "type_error.none.not_allowed"),
}
"""DRF's codes in the words that memo.md prints."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the input: where (`("body", "title")`), a sentence, and its type."""

    loc: tuple[str | int, ...]
    message: str
    type: str = "value_error"


@dataclass(frozen=True)
class Problem:
    """An error on its way out; `message=None` leaves the words to the dialect, `retry_after` is in s."""

    kind: Kind
    code: str
    message: str | None = None
    fields: tuple[Fault, ...] = ()
    retry_after: int | None = None
    authenticate: str | None = None

    @classmethod
    def of(cls, kind: Kind, message: str | None = None, **rest) -> "Problem":
        """A problem that has no closer code than its kind's."""
        return cls(kind, CODES[kind], message, **rest)


class InvalidQuery(drf.ValidationError):
    """Invalid fields of the query string instead of the body."""

    location = "query"


Translator = Callable[[Exception], Problem]
_translators: dict[type[Exception], Translator] = {}


def translate(error: type[Exception], translator: Translator) -> None:
    """Let an app's AppConfig teach the edge about exceptions that the kernel cannot know."""
    _translators[error] = translator


def problem_of(error: Exception) -> Problem:
    """The problem that an exception stands for; `Kind.BROKEN` if nobody foresaw it."""
    for known, translator in (_translators | _KNOWN).items():
        if isinstance(error, known):
            return translator(error)
    return Problem.of(Kind.BROKEN)


def _of_domain(error: DomainError) -> Problem:
    faults = tuple(
        Fault(("body", field), sentence) for field, said in error.fields.items() for sentence in said
    )
    message = None if error.message == GENERIC.get(error.kind) else error.message
    return Problem(error.kind, error.code, message, faults, _whole_seconds(error.retry_after))


def _of_invalid_fields(error: drf.ValidationError) -> Problem:
    place = getattr(error, "location", "body")
    return Problem.of(Kind.INVALID, fields=tuple(_faults(error.detail, (place,))))


def _of_django_validation(error: django.ValidationError) -> Problem:
    said = error.message_dict if hasattr(error, "error_dict") else error.messages
    return _of_invalid_fields(drf.ValidationError(said))


def _of_drf(error: drf.APIException) -> Problem:
    return Problem.of(
        _kind_of_status(error.status_code),
        None if error.detail == error.default_detail else str(error.detail),
        retry_after=_whole_seconds(getattr(error, "wait", None)),
    )


def _of_unauthenticated(error: Exception) -> Problem:
    return Problem.of(Kind.UNAUTHENTICATED, authenticate=getattr(error, "auth_header", None))


def _of_throttled(error: drf.Throttled) -> Problem:
    return Problem.of(Kind.TOO_OFTEN, retry_after=_whole_seconds(error.wait))


def _generic(kind: Kind) -> Translator:
    return lambda _error: Problem.of(kind)


_KNOWN: dict[type[Exception], Translator] = {
    DomainError: _of_domain,
    drf.ValidationError: _of_invalid_fields,
    drf.NotAuthenticated: _of_unauthenticated,
    drf.AuthenticationFailed: _of_unauthenticated,
    TokenError: _of_unauthenticated,
    drf.PermissionDenied: _generic(Kind.FORBIDDEN),
    drf.Throttled: _of_throttled,
    drf.APIException: _of_drf,
    Http404: _generic(Kind.NOT_FOUND),
    django.PermissionDenied: _generic(Kind.FORBIDDEN),
    django.RequestDataTooBig: _generic(Kind.TOO_LARGE),
    django.TooManyFilesSent: _generic(Kind.TOO_LARGE),
    django.TooManyFieldsSent: _generic(Kind.TOO_LARGE),
    django.ValidationError: _of_django_validation,
    django.SuspiciousOperation: _generic(Kind.MALFORMED),
    django.BadRequest: _generic(Kind.MALFORMED),
    MultiPartParserError: _generic(Kind.MALFORMED),
}
"""In order: the first that fits translates."""

_KIND_OF_STATUS = {
    HTTPStatus.BAD_REQUEST: Kind.MALFORMED,
    HTTPStatus.NOT_FOUND: Kind.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: Kind.METHOD,
    HTTPStatus.NOT_ACCEPTABLE: Kind.UNSUPPORTED,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Kind.UNSUPPORTED,
    HTTPStatus.TOO_MANY_REQUESTS: Kind.TOO_OFTEN,
}


def _shortened(sentence: str) -> str:
    """Some quote what was sent, which may be long: who sent it knows it."""
    if len(sentence) <= LONGEST_SENTENCE:
        return sentence
    half = LONGEST_SENTENCE // 2
    return f"{sentence[:half]}…{sentence[-half:]}"


def _kind_of_status(status: int) -> Kind:
    return _KIND_OF_STATUS.get(status, Kind.BROKEN)


def _whole_seconds(seconds: float | None) -> int | None:
    return None if seconds is None else max(1, math.ceil(seconds))


def _faults(detail: object, place: tuple[str | int, ...]) -> Iterator[Fault]:
    if isinstance(detail, dict):
        for key, inner in detail.items():
            yield from _faults(inner, place if key == "non_field_errors" else (*place, key))
    elif isinstance(detail, list | tuple):
        for number, inner in enumerate(detail):
            yield from _faults(inner, place if isinstance(inner, str) else (*place, number))
    else:
        code = getattr(detail, "code", "invalid")
        message, kind = _PRINTED.get(code, (_shortened(str(detail)), f"value_error.{code}"))
        yield Fault(place, message, kind)
