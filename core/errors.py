"""What a service says when it cannot do what was asked: a noun of what is wrong, with a kind.

A kind is not a status number: each dialect decides how it is written (`core.dialects`).
"""

from enum import StrEnum


class Kind(StrEnum):
    MALFORMED = "malformed"
    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    TOO_OFTEN = "too_often"
    UNAVAILABLE = "unavailable"
    TOO_SLOW = "too_slow"
    METHOD = "method"
    UPGRADE = "upgrade"
    BROKEN = "broken"


class DomainError(Exception):
    """Base of all errors of our services.

    `code` is a stable slug, `message` the sentence a person reads, `fields` maps field names to sentences.
    """

    kind: Kind = Kind.INVALID
    code: str = "INVALID"
    message: str = "The request could not be carried out."

    def __init__(
        self,
        message: str | None = None,
        *,
        fields: dict[str, list[str]] | None = None,
        retry_after: float | None = None,
    ):
        self.message = message or self.message
        self.fields = fields or {}
        self.retry_after = retry_after
        super().__init__(self.message)


class NotFound(DomainError):
    kind = Kind.NOT_FOUND
    code = "NOT_FOUND"
    message = "Not found."


class Conflict(DomainError):
    kind = Kind.CONFLICT
    code = "CONFLICT"
    message = "That contradicts the present state."


class Forbidden(DomainError):
    kind = Kind.FORBIDDEN
    code = "FORBIDDEN"
    message = "You may not do that."


class Invalid(DomainError):
    kind = Kind.INVALID
    code = "VALIDATION_ERROR"
    message = "The request is not valid."


class ReturnAddressNotAllowed(Forbidden):
    code = "RETURN_ADDRESS_NOT_ALLOWED"
    message = "People may not be sent to this redirect_uri; whoever runs this server has to allow it first."
