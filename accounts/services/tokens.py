"""The two tokens that a signed-in client holds; every mount takes them."""

import uuid
from dataclasses import dataclass

from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.errors import BadCredentials
from accounts.models import User
from accounts.services.accounts import require_allowed_domain


@dataclass(frozen=True)
class Tokens:
    """Signed JWTs; `expires_in` is the access token's life in seconds."""

    access: str
    refresh: str
    expires_in: int


def issue(user: User) -> Tokens:
    refresh = RefreshToken.for_user(user)
    lifetime = int(api_settings.ACCESS_TOKEN_LIFETIME.total_seconds())
    return Tokens(str(refresh.access_token), str(refresh), lifetime)


def refresh(refresh_token: str) -> tuple[User, Tokens]:
    """New tokens for the holder of a refresh token. Raises BadCredentials, DomainNotAllowed."""
    try:
        holder = uuid.UUID(RefreshToken(refresh_token)[api_settings.USER_ID_CLAIM])
    except (TokenError, KeyError, ValueError):
        raise BadCredentials from None
    user = User.objects.filter(id=holder, is_active=True).first()
    if user is None:
        raise BadCredentials
    require_allowed_domain(user.email)
    return user, issue(user)
