"""Bearer tokens outside of DRF's views: for sockets, and for the ASGI wrapper that has no database."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

from django.core.exceptions import ValidationError
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed, InvalidToken, TokenError
from rest_framework_simplejwt.tokens import AccessToken

from core.errors import DomainError, Kind

SUBPROTOCOL = "bearer"


class NotSignedIn(DomainError):
    kind = Kind.UNAUTHENTICATED
    code = "UNAUTHORIZED"
    message = "Could not validate credentials"


class BearerAuthentication(JWTAuthentication):
    """As simplejwt has it; a signed token whose id is no UUID is a bad token too, not a bad field."""

    def get_user(self, validated_token: Any) -> Any:
        try:
            return super().get_user(validated_token)
        except ValidationError:
            raise InvalidToken from None


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
        AccessToken(token)
    except TokenError:
        return False
    return True


def holder(token: str) -> Any:
    """The active user that the token names; asks the database. Raises NotSignedIn."""
    authentication = BearerAuthentication()
    try:
        return authentication.get_user(authentication.get_validated_token(token.encode()))
    except (InvalidToken, AuthenticationFailed):
        raise NotSignedIn from None
