"""Setting another password: with the present one, or with a link that came by mail."""

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models.functions import Now

from accounts.errors import BadCredentials, NoPassword, WrongPassword
from accounts.models import Session, User
from accounts.services import mailed_tokens, proving, sessions
from accounts.services.accounts import require_strong
from accounts.services.mailed_tokens import Purpose
from accounts.services.tokens import Tokens
from core import audit


def change(user: User, *, current_password: str, new_password: str) -> Tokens:
    """Set a new password, end every session and start one on the device that calls.

    A wrong current password counts like a failed log-in. Raises NoPassword, SlowedDown, WrongPassword,
    WeakPassword.
    """
    if not user.has_usable_password():
        raise NoPassword
    try:
        proven = proving.prove(user.email, current_password)
    except BadCredentials:
        raise WrongPassword from None
    require_strong(new_password, user, field="new_password")
    encoded = make_password(new_password)
    with transaction.atomic():
        unchanged = User.objects.filter(pk=user.pk, password=proven.password)
        if not unchanged.update(password=encoded, updated_at=Now()):
            raise WrongPassword
        shut_out(user)
        audit.record(audit.Action.PASSWORD_CHANGED, actor=user.pk, subject=user.pk)
    user.password = encoded
    return sessions.start(user)


def reset(token: str, *, new_password: str) -> User:
    """Set a new password by a mailed link, which proves the address too; every session ends.

    A password that is too weak leaves the link as it was. Raises InvalidToken, WeakPassword.
    """
    mailed = mailed_tokens.look(token, Purpose.RESET_PASSWORD)
    require_strong(new_password, mailed.user, field="new_password")
    encoded = make_password(new_password)
    with transaction.atomic():
        mailed_tokens.use_up(mailed)
        holder = User.objects.filter(pk=mailed.user_id)
        holder.update(password=encoded, is_verified=True, updated_at=Now())
        shut_out(mailed.user)
        audit.record(audit.Action.PASSWORD_RESET, actor=mailed.user_id, subject=mailed.user_id)
    proving.forgive(mailed.user)
    return mailed.user


def shut_out(user: User, because: Session.Ended = Session.Ended.PASSWORD_CHANGED) -> None:
    """Whoever knew the old password, or has an older link, is out."""
    sessions.end_all(user, because)
    mailed_tokens.void(user, Purpose.RESET_PASSWORD)
