"""A dialect: one object that knows how one of the documents writes success, errors and pages."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from http import HTTPStatus

from core.errors import Kind
from core.rates import OTHER

from .problem import Problem

STATUSES = {
    Kind.MALFORMED: HTTPStatus.BAD_REQUEST,
    Kind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Kind.UNSUPPORTED: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Kind.TOO_OFTEN: HTTPStatus.TOO_MANY_REQUESTS,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Kind.TOO_SLOW: HTTPStatus.GATEWAY_TIMEOUT,
    Kind.METHOD: HTTPStatus.METHOD_NOT_ALLOWED,
    Kind.UPGRADE: HTTPStatus.UPGRADE_REQUIRED,
    Kind.BROKEN: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""Rule 10 of the contracts: what a kind of error is in HTTP."""


@dataclass(frozen=True)
class ErrorAnswer:
    """An error as it goes out."""

    status: int
    body: dict
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Message:
    """What an action answers that has nothing to show but a sentence; each dialect writes it its way.

    `details` are for the dialect whose sentences stand beside data.
    """

    text: str
    details: dict | None = None


class Dialect(ABC):
    """How one document speaks. Below `api/` nobody knows that dialects exist."""

    name: str
    words: dict[Kind, str]
    """The sentence for a kind of error that came without one."""
    rate: str = OTHER
    """The rate (`settings.RATES`) of routes that name none."""

    def status(self, problem: Problem) -> int:
        return int(STATUSES[problem.kind])

    def sentence(self, problem: Problem) -> str:
        return problem.message or self.words[problem.kind]

    def error(self, problem: Problem) -> ErrorAnswer:
        headers = {}
        if problem.retry_after is not None:
            headers["Retry-After"] = str(problem.retry_after)
        if problem.kind is Kind.UNAUTHENTICATED:
            headers["WWW-Authenticate"] = problem.authenticate or "Bearer"
        if problem.kind is Kind.UPGRADE:  # RFC 9110, 15.5.22
            headers |= {"Upgrade": "websocket", "Connection": "Upgrade"}
        return ErrorAnswer(self.status(problem), self.error_body(problem), headers)

    @abstractmethod
    def error_body(self, problem: Problem) -> dict:
        """The body of an error."""

    @abstractmethod
    def success(self, data: object) -> object:
        """The body of a success."""

    @abstractmethod
    def error_schema(self, kind: Kind) -> dict:
        """OpenAPI of `error_body` for this kind."""

    @abstractmethod
    def success_schema(self, schema: dict) -> dict:
        """OpenAPI of `success` around the schema of the data."""

    @abstractmethod
    def message_schema(self) -> dict:
        """OpenAPI of `success` with a `Message`."""

    def error_component(self, kind: Kind) -> str:
        """The name under which OpenAPI shares the schema."""
        return f"{self.name.title()}Error"
