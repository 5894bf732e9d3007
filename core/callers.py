"""Who is on the other end of the present request: for sessions, limits and the audit log."""

from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Caller:
    """`address` is the peer's, or what a trusted proxy in front of the server says it is."""

    address: str = ""
    user_agent: str = ""


_NOBODY = Caller()
_caller: ContextVar[Caller] = ContextVar("caller", default=_NOBODY)


def present() -> Caller:
    """The caller of the request that is being answered; an empty one outside of requests."""
    return _caller.get()


class Callers:
    """Middleware that remembers the caller for as long as the request lasts."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        caller = Caller(
            address=request.META.get("REMOTE_ADDR", "")[:64],
            user_agent=request.META.get("HTTP_USER_AGENT", "")[:300],
        )
        token = _caller.set(caller)
        try:
            return self.get_response(request)
        finally:
            _caller.reset(token)
