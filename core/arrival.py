"""What a view decides when a request's headers arrive, before Django spools the body to disk.

A long upload may so be judged by what was true when it began, and a refused one is never read.
"""

from collections.abc import Callable
from typing import Any

from channels.db import DatabaseSyncToAsync
from django.http import QueryDict
from django.urls import Resolver404, resolve
from rest_framework.request import Request

from core import bearer
from core.bodyless import bodyless, draining, nothing
from core.errors import DomainError, Kind

SCOPE_KEY = "core.arrival"
FORM = b"multipart/form-data"


class BodyTooLarge(DomainError):
    kind = Kind.TOO_LARGE
    code = "BODY_TOO_LARGE"
    message = "The body of this request is larger than the server accepts."


class OnArrival:
    """Mixin of a DRF view that takes forms: `self.arrived` is what `on_arrival` answered.

    What it raised is raised in the view, after authentication and the counting of requests.
    """

    arrived: Any

    @classmethod
    def on_arrival(cls, user: Any, query: QueryDict, **place: Any) -> Any:
        """Runs in a thread of its own while the body is still on its way. Raises DomainError."""
        raise NotImplementedError

    @classmethod
    def most_bytes(cls) -> int:
        """A body that says to be larger is refused by that."""
        raise NotImplementedError

    def initial(self, request: Request, *args: Any, **place: Any) -> None:
        super().initial(request, *args, **place)
        outcome = getattr(request, "scope", {}).get(SCOPE_KEY)
        if outcome is None:  # the server is no ASGI server, or the body no form
            self.arrived = self.on_arrival(request.user, request.query_params, **place)
        elif isinstance(outcome, Exception):
            raise outcome
        else:
            self.arrived = outcome


class Arrivals:
    """ASGI wrapper that asks the views; a refused request goes on without its body."""

    def __init__(self, app: Callable):
        self.app = app

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        headers = dict(scope["headers"])
        question = None
        if scope["method"] == "POST" and headers.get(b"content-type", b"").lower().startswith(FORM):
            question = _question(scope, headers)
        if question is None:
            await self.app(scope, receive, send)
            return
        outcome = await DatabaseSyncToAsync(question, thread_sensitive=False)()
        scope = {**scope, SCOPE_KEY: outcome}
        if isinstance(outcome, Exception):
            await self.app(bodyless(scope), nothing(), draining(send, receive))
        else:
            await self.app(scope, receive, send)


def _question(scope: dict, headers: dict[bytes, bytes]) -> Callable[[], Any] | None:
    """What is to be asked about a request, if its view wants to be."""
    match = _match(scope["path"])
    view = getattr(match and match.func, "cls", None)
    if view is None or not issubclass(view, OnArrival) or "post" not in match.func.actions:
        return None
    token, query = bearer.in_headers(scope["headers"]), QueryDict(scope["query_string"])

    def ask() -> Any:
        try:
            user = bearer.holder(token).user
            if int(headers.get(b"content-length", 0)) > view.most_bytes():
                raise BodyTooLarge
            return view.on_arrival(user, query, **match.kwargs)
        except Exception as error:  # noqa: BLE001 - the view raises it, where each is written in dialect
            return error

    return ask


def _match(path: str) -> Any:
    """Routes are found with a slash more or less, as the normaliser in front of the resolver does."""
    for each in (path, path[:-1] if path.endswith("/") else f"{path}/"):
        try:
            return resolve(each)
        except Resolver404:
            continue
    return None
