"""A sign-in with a provider that is under way: what `state` is bound to, in a row of ours (rule 12)."""

from datetime import timedelta

from django.utils import timezone

from accounts.errors import UnknownAttempt
from accounts.models import SignInAttempt
from core import codes

LIFETIME = timedelta(minutes=10)
"""For typing a password and a second factor at the provider."""
KEPT = timedelta(hours=1)


def begin(
    provider: str, *, redirect_uri: str, return_to: str = "", challenge: str = ""
) -> tuple[str, SignInAttempt]:
    """`state`, which is kept nowhere, and the row that it leads to."""
    state = codes.new()
    attempt = SignInAttempt.objects.create(
        provider=provider,
        state_digest=codes.digest(state),
        verifier=codes.new(),
        nonce=codes.new(),
        redirect_uri=redirect_uri,
        return_to=return_to,
        challenge=challenge,
        expires_at=timezone.now() + LIFETIME,
    )
    return state, attempt


def use(provider: str, state: str) -> SignInAttempt:
    """Use the attempt up: of two who bring the same `state`, one wins. Raises UnknownAttempt.

    The same for a state that is made up, expired, used, or of another provider.
    """
    good = SignInAttempt.objects.good().filter(provider=provider, state_digest=codes.digest(state))
    attempt = good.first()
    if attempt is None or not good.use_up():
        raise UnknownAttempt
    return attempt


def forget_old() -> int:
    """A chore: attempts that were over `KEPT` ago."""
    return SignInAttempt.objects.long_over(KEPT).delete()[0]
