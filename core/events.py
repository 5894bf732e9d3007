"""What any socket may tell its own client, and nobody else."""

from dataclasses import dataclass
from typing import Self

from core.errors import DomainError
from core.realtime import Event


@dataclass(frozen=True)
class ErrorOccurred(Event):
    """What the client sent was not taken; the socket stays open."""

    type = "error"

    code: str
    detail: str

    @classmethod
    def of(cls, error: DomainError) -> Self:
        return cls(error.code, error.message)


@dataclass(frozen=True)
class SessionExpired(Event):
    """The token has expired, or its session has ended; the socket is closed with 4401 after this."""

    type = "session.expired"

    code: str
    detail: str = "Sign in again."
