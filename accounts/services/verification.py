"""Proving that one reads the mail of one's address."""

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from accounts.services import mailed_tokens
from accounts.services.mailed_tokens import Purpose
from core import audit


def verify(token: str) -> User:
    """Use the link up: its address is the person's. Raises InvalidToken."""
    mailed = mailed_tokens.look(token, Purpose.VERIFY_EMAIL)
    with transaction.atomic():
        mailed_tokens.use_up(mailed)
        User.objects.filter(pk=mailed.user_id).update(is_verified=True, updated_at=Now())
        audit.record(audit.Action.EMAIL_VERIFIED, actor=mailed.user_id, subject=mailed.user_id)
    return mailed.user
