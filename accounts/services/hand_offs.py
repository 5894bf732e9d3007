"""The one-time code with which an app fetches its tokens, so that tokens never stand in an address."""

from datetime import timedelta

from django.utils import timezone

from accounts.errors import AccountClosed, UnknownCode
from accounts.models import HandOff, User
from accounts.services import sessions
from accounts.services.accounts import require_allowed_domain
from accounts.services.tokens import Tokens
from core import codes

LIFETIME = timedelta(seconds=60)
KEPT = timedelta(hours=1)


def give(user: User, *, provider: str, challenge: str = "") -> str:
    """A code for the app that `challenge` (PKCE, S256) is of; without one, for whoever comes first."""
    code = codes.new()
    HandOff.objects.create(
        user=user,
        provider=provider,
        code_digest=codes.digest(code),
        challenge=challenge,
        expires_at=timezone.now() + LIFETIME,
    )
    return code


def exchange(code: str, *, code_verifier: str = "") -> tuple[User, Tokens]:
    """Tokens for a code. A code that came is used up, whether the verifier is its own or not.

    Raises UnknownCode, AccountClosed, DomainNotAllowed.
    """
    good = HandOff.objects.good().filter(code_digest=codes.digest(code))
    given = good.select_related("user").first()
    if given is None or not good.use_up():
        raise UnknownCode
    if not codes.proves(code_verifier, given.challenge):
        raise UnknownCode
    if not given.user.is_active:
        raise AccountClosed
    require_allowed_domain(given.user.email)
    return given.user, sessions.start(given.user, provider=given.provider)


def forget_old() -> int:
    """A chore: codes that were over `KEPT` ago."""
    return HandOff.objects.long_over(KEPT).delete()[0]
