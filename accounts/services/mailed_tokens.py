"""What stands behind a link in a letter: signed, for one purpose, for a while, once, and the newest only.

The token is the row's id under a signature. It is made when the letter is written and kept nowhere.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils import timezone

from accounts.errors import InvalidToken, TooManyLetters
from accounts.models import MailedToken, User
from accounts.models.once import OnceRows

Purpose = MailedToken.Purpose

MOST_AN_HOUR = 5
"""Letters that somebody gets for one purpose: whoever asks more often floods the mailbox of another, and
would void each link before it is read."""

KEPT = timedelta(days=7)
"""How long a link that is over is remembered."""


def lifetime(purpose: str) -> timedelta:
    """How long a link is good."""
    if purpose == Purpose.VERIFY_EMAIL:
        return settings.EMAIL_VERIFICATION_LIFETIME
    return settings.PASSWORD_RESET_LIFETIME


def issue(user: User, purpose: Purpose) -> MailedToken:
    """A new link; older ones of this purpose are void from now on. Raises TooManyLetters."""
    require_few(user, purpose)
    expires_at = timezone.now() + lifetime(purpose)
    return MailedToken.objects.create(user=user, purpose=purpose, email=user.email, expires_at=expires_at)


def require_few(user: User, purpose: Purpose) -> None:
    """Raises TooManyLetters where the person got `MOST_AN_HOUR` for this purpose within the hour."""
    hour = timedelta(hours=1)
    recent = MailedToken.objects.filter(user=user, purpose=purpose, created_at__gt=timezone.now() - hour)
    times = list(recent.order_by("-created_at").values_list("created_at", flat=True)[:MOST_AN_HOUR])
    if len(times) == MOST_AN_HOUR:
        raise TooManyLetters(retry_after=(times[-1] + hour - timezone.now()).total_seconds())


def sign(mailed: MailedToken) -> str:
    """The token that goes into the letter."""
    return _signer(mailed.purpose).sign(mailed.pk.hex)


def look(token: str, purpose: Purpose) -> MailedToken:
    """The row of a token that is good, with its person; changes nothing. Raises InvalidToken."""
    try:
        row_id = UUID(_signer(purpose).unsign(token))
    except (BadSignature, ValueError):
        raise InvalidToken from None
    mailed = good().select_related("user").filter(pk=row_id, purpose=purpose).first()
    if mailed is None:
        raise InvalidToken
    return mailed


def use_up(mailed: MailedToken) -> None:
    """One conditional UPDATE: of two who come at once, one wins. Raises InvalidToken for the other."""
    if not good().filter(pk=mailed.pk).use_up():
        raise InvalidToken


def void(user: User, purpose: Purpose) -> None:
    """The links that are still on their way to the person are good for nothing any more."""
    on_their_way = MailedToken.objects.good().filter(user=user, purpose=purpose)
    on_their_way.update(expires_at=Now(), updated_at=Now())


def good() -> OnceRows:
    """Unused, unexpired, the newest of its purpose, of an open account that still has the address."""
    newer = MailedToken.objects.filter(
        user=OuterRef("user"), purpose=OuterRef("purpose"), created_at__gt=OuterRef("created_at")
    )
    holder = User.objects.filter(pk=OuterRef("user"), email=OuterRef("email"), is_active=True)
    return MailedToken.objects.good().filter(Exists(holder), ~Exists(newer))


def forget_old() -> int:
    """A chore: links that were over `KEPT` ago, and requests that nobody got round to."""
    return MailedToken.objects.long_over(KEPT).delete()[0]


def _signer(purpose: str) -> Signer:
    """A salt per purpose: a token that verifies resets nothing. `.` survives every mail program."""
    return Signer(salt=f"accounts.mailed_token.{purpose}", sep=".")
