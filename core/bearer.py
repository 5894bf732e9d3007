"""Bearer tokens: for DRF's views, for sockets, and for the ASGI wrapper that has no database.

What a token stands for is known to whoever keeps the sessions (`recognise_by`).
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.tokens import AccessToken

from core.errors import DomainError, Kind

SUBPROTOCOL = "bearer"
SESSION_CLAIM = "sid"
"""The claim that names the session: signing out ends the tokens that carry it."""
SESSION_ENDED = "SESSION_ENDED"
"""Why a socket closes whose token is good, but whose session is not."""


class NotSignedIn(DomainError):
    kind = Kind.UNAUTHENTICATED
    code = "UNAUTHORIZED"
    message = "Could not validate credentials"


@dataclass(frozen=True)
class Holder:
    """Who came with a token, in which session, and until when the token is good."""

    user: Any
    session_id: str
    until: datetime


Recognise = Callable[[AccessToken], Any]
GoingOn = Callable[[Collection[str]], set[str]]
_recognise: Recognise | None = None
_going_on: GoingOn | None = None


def recognise_by(recognise: Recognise) -> None:
    """Register what finds the active user of a token whose session goes on, or None, at one look-up."""
    global _recognise
    _recognise = recognise


def look_after_by(going_on: GoingOn) -> None:
    """Register what finds, at one look-up, which of many sessions go on."""
    global _going_on
    _going_on = going_on


def going_on(session_ids: Collection[str]) -> set[str]:
    """Which of these sessions go on; asks the database once."""
    return _going_on(session_ids)


class BearerAuthentication(JWTAuthentication):
    """As simplejwt has it, but a token is worth what its session is."""

    def get_validated_token(self, raw_token: bytes) -> AccessToken:
        """Raises InvalidToken, also for times that no calendar has, which simplejwt does not foresee."""
        try:
            return super().get_validated_token(raw_token)
        except (OverflowError, ValueError, OSError):
            raise InvalidToken from None

    def get_user(self, validated_token: Any) -> Any:
        user = _recognise(validated_token)
        if user is None:
            raise InvalidToken
        return user


def group_of(session_id: Any) -> str:
    """The group of the sockets that a session has opened, on every process."""
    return f"session.{session_id}"


def in_headers(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The token of `Authorization: Bearer ...`, or nothing."""
    for name, value in headers:
        if name.lower() == b"authorization":
            scheme, _, token = value.decode("latin-1").strip().partition(" ")
            if scheme.lower() == "bearer":
                return token.strip()
    return ""


def of_socket(scope: dict) -> str:
    """The token of a socket: `?token=`, `Authorization`, or `Sec-WebSocket-Protocol: bearer, <jwt>`."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    if query.get("token"):
        return query["token"][0]
    if token := in_headers(scope.get("headers", ())):
        return token
    offered = scope.get("subprotocols") or []
    return offered[1] if len(offered) > 1 and offered[0] == SUBPROTOCOL else ""


def is_signed(token: str) -> bool:
    """Whether we signed this access token and it has not expired. Touches no database."""
    try:
        BearerAuthentication().get_validated_token(token.encode())
    except InvalidToken:
        return False
    return True


def holder(token: str) -> Holder:
    """Who comes with this token; asks the database. Raises NotSignedIn."""
    authentication = BearerAuthentication()
    try:
        valid = authentication.get_validated_token(token.encode())
        user = authentication.get_user(valid)
    except InvalidToken:
        raise NotSignedIn from None
    return Holder(user, valid[SESSION_CLAIM], datetime.fromtimestamp(valid["exp"], UTC))
