"""OpenAPI of a view as its dialect speaks: envelopes, error bodies, 202s, names of components."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import AllowAny

from core.declarations import declared
from core.errors import DomainError, Kind
from core.idempotency import is_honoured
from core.rates import UNLIMITED, rate_of

from .base import Dialect, Message
from .flat import FLAT
from .problem import CODES, Problem
from .visibility import Visibility, visibility_of

View = TypeVar("View", bound=Callable)
JSON = "application/json"
PREFER = OpenApiParameter(
    "Prefer",
    str,
    OpenApiParameter.HEADER,
    description="`wait=SECONDS` (default 20, at most 60) or `respond-async` (RFC 7240).",
)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=(
        "Sent again with the same key and body within 24 hours, the request is answered as before "
        "(`Idempotency-Replayed: true`) and not carried out again. Another body: 422. Still under way: 409."
    ),
)

RETRY_AFTER = {"schema": {"type": "integer"}, "description": "Seconds until the next one fits."}


class BearerScheme(SimpleJWTScheme):
    target_class = "core.bearer.BearerAuthentication"
    name = "bearer"


def raises(*errors: type[DomainError]) -> Callable[[View], View]:
    """Say which errors of services a view method answers with, beside those that its form implies."""

    def mark(view: View) -> View:
        view.raises = errors
        return view

    return mark


class DialectSchema(AutoSchema):
    """Asks the view's dialect for everything that differs between the documents."""

    @property
    def dialect(self) -> Dialect:
        return getattr(self.view, "dialect", FLAT)

    def get_tags(self) -> list[str]:
        app = type(self.view).__module__.partition(".")[0]
        return [f"{app} ({self.dialect.name})"]

    def get_summary(self) -> str | None:
        return super().get_description().partition("\n")[0].rstrip(".") or None

    def get_description(self) -> str:
        return super().get_description().partition("\n")[2].strip()

    def get_override_parameters(self) -> list:
        asked = [PREFER] if self._marked("can_wait") else []
        if is_honoured(self.view, self.method) and not self._is_open:
            asked.append(IDEMPOTENCY_KEY)
        return asked

    def _get_serializer_name(self, serializer, direction, bypass_extensions=False) -> str:
        name = super()._get_serializer_name(serializer, direction, bypass_extensions)
        prefix = self.dialect.name.title()
        return name if name.startswith(prefix) else prefix + name

    def _get_paginator(self):
        paginator = super()._get_paginator()
        if paginator is not None:
            paginator.view = self.view
        return paginator

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"

    def get_operation(self, *address) -> dict | None:
        operation = super().get_operation(*address)
        if operation is not None:
            operation |= {"security": []} if self._is_open else {}
            operation["x-visibility"] = str(self.visibility)
            operation["x-rate"] = self.rate
        return operation

    @property
    def rate(self) -> str:
        return rate_of(self.view, self.method)

    @property
    def visibility(self) -> Visibility:
        return Visibility.PUBLIC if self._is_open else visibility_of(self.view, self.method)

    @property
    def _is_open(self) -> bool:
        return AllowAny in self.view.permission_classes

    def _get_response_for_code(self, serializer, status_code, media_types=None, direction="response"):
        if serializer is Message:
            name = f"{self.dialect.name.title()}Message"
            return self._answer(name, self.dialect.message_schema(), "Done.")
        response = super()._get_response_for_code(serializer, status_code, media_types, direction)
        content = response.get("content", {}).get(JSON)
        if content and status_code.startswith("2"):
            content["schema"] = self.dialect.success_schema(content["schema"])
        return response

    def _get_response_bodies(self, direction="response") -> dict:
        if self.get_response_serializers() is Message:
            bodies = {"200": self._get_response_for_code(Message, "200")}
        else:
            bodies = super()._get_response_bodies(direction)
        if self._marked("can_wait") and "200" in bodies:
            bodies.setdefault("202", bodies["200"] | {"description": "Not done yet: as far as it has got."})
        for problem in self._problems():
            status = str(self.dialect.status(problem))
            bodies.setdefault(status, self._error_response(problem, status))
        return dict(sorted(bodies.items()))

    def _problems(self) -> list[Problem]:
        kinds = [] if self.rate == UNLIMITED else [Kind.TOO_OFTEN]
        if not self._is_open:
            kinds += [Kind.UNAUTHENTICATED]
        if self.visibility is Visibility.STAFF:
            kinds += [Kind.FORBIDDEN]
        if "{" in self.path:
            kinds += [Kind.NOT_FOUND]
        body = self._get_request_body()
        if body or any(parameter["in"] == "query" for parameter in self._get_parameters()):
            kinds += [Kind.INVALID]
        if body:
            kinds += [Kind.MALFORMED, Kind.TOO_LARGE, Kind.UNSUPPORTED]
        raised = [
            Problem(error.kind, error.code, error.message) for error in self._marked("raises", default=())
        ]
        return [*raised, *(Problem(kind, CODES[kind]) for kind in kinds)]

    def _marked(self, mark: str, default: object = None):
        return declared(self.view, self.method, mark, default)

    def _error_response(self, problem: Problem, status: str) -> dict:
        name = self.dialect.error_component(problem.kind)
        schema = self.dialect.error_schema(problem.kind)
        answer = self._answer(name, schema, f"{HTTPStatus(int(status)).phrase}: `{problem.code}`")
        return answer | ({"headers": {"Retry-After": RETRY_AFTER}} if problem.kind is Kind.TOO_OFTEN else {})

    def _answer(self, name: str, schema: dict, description: str) -> dict:
        """A response whose schema is the dialect's own, shared as a component."""
        component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, object=name, schema=schema)
        self.registry.register_on_missing(component)
        return {"description": description, "content": {JSON: {"schema": component.ref}}}
