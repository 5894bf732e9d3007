"""The two tokens that a signed-in client holds; every mount takes them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.errors import BadCredentials
from accounts.models import Session
from core.bearer import SESSION_CLAIM


@dataclass(frozen=True)
class Tokens:
    """Signed JWTs; `expires_in` is the access token's life in seconds."""

    access: str
    refresh: str
    expires_in: int


@dataclass(frozen=True)
class Presented:
    """What a refresh token that we signed says: its session, its holder, and which of the family it is."""

    session_id: UUID
    user_id: UUID
    refresh_id: UUID


def lifetime_ends() -> datetime:
    """When a refresh token that is issued now expires."""
    return datetime.now(UTC) + api_settings.REFRESH_TOKEN_LIFETIME


def sign(session: Session) -> Tokens:
    """The tokens that are good in this session now."""
    refresh = RefreshToken.for_user(session.user)
    refresh[SESSION_CLAIM] = str(session.pk)
    refresh[api_settings.JTI_CLAIM] = session.refresh_id.hex
    lifetime = int(api_settings.ACCESS_TOKEN_LIFETIME.total_seconds())
    return Tokens(str(refresh.access_token), str(refresh), lifetime)


def read(refresh_token: str) -> Presented:
    """Raises BadCredentials for anything but an unexpired refresh token of ours."""
    try:
        claims = RefreshToken(refresh_token)
        names = (SESSION_CLAIM, api_settings.USER_ID_CLAIM, api_settings.JTI_CLAIM)
        return Presented(*(UUID(claims[name]) for name in names))
    except (TokenError, KeyError, ValueError, OverflowError, AttributeError, TypeError):
        raise BadCredentials from None
