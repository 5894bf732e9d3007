"""Proving by a password that an account is one's own: for logging in, the admin, and changing the password.

Whoever guesses learns nothing: every refusal costs the same work, and five failures slow the account down.
"""

from django.conf import settings
from django.contrib.auth.hashers import BasePasswordHasher, get_hashers, identify_hasher

from accounts.errors import BadCredentials, SlowedDown
from accounts.models import User
from accounts.services import naming
from core import audit, codes, windows


def prove(email: str, password: str) -> User:
    """The active account that these open, whatever the letters of the address are.

    An attempt counts before it is judged: of fifty guesses at once no more are judged than of fifty in a row.
    Being right forgets the failures. Raises SlowedDown (for unknown addresses too), BadCredentials.
    """
    address = naming.spelled(email)
    user = User.objects.filter(email=address).first()
    failures = _failures(address)
    if wait := windows.spend(settings.SIGN_IN_FAILURES, *failures):
        _note_refusal(user, "slowed_down")
        raise SlowedDown(retry_after=wait)
    if not _opens(user, password) or user is None or not user.is_active:
        _note_refusal(user, "credentials")
        raise BadCredentials
    windows.clear(settings.SIGN_IN_FAILURES, *failures)
    return user


def forgive(user: User) -> None:
    """Forget the failures: the person has proven by mail who they are, and should not wait to log in."""
    windows.clear(settings.SIGN_IN_FAILURES, *_failures(user.email))


def _failures(address: str) -> tuple[str, str]:
    """Where the failures of an address are counted; the address itself stands nowhere."""
    return "failures", codes.digest(address)


def _opens(user: User | None, password: str) -> bool:
    """Whether it is the password. Each hasher that is set up works once, whoever the user is or is not."""
    used = _hasher_of(user)
    right = False
    for place, hasher in enumerate(get_hashers()):
        if used is None or hasher.algorithm != used.algorithm:
            hasher.encode(password, hasher.salt())
            continue
        encoded = user.password
        right = user.check_password(password)
        if place and not right:  # for the preferred one Django does it
            hasher.harden_runtime(password, encoded)
    return right


def _hasher_of(user: User | None) -> BasePasswordHasher | None:
    """None where there is no password: nobody has this address, or they sign in with a provider."""
    if user is None or not user.has_usable_password():
        return None
    try:
        return identify_hasher(user.password)
    except ValueError:
        return None


def _note_refusal(user: User | None, reason: str) -> None:
    audit.record(audit.Action.SIGN_IN_REFUSED, subject=user and user.pk, reason=reason)
