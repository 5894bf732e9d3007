"""One sign-in on one device, from the log-in until somebody ends it; all its tokens name it."""

import uuid

from django.conf import settings
from django.db import models

from core.models import Row


class Session(Row):
    """A family of tokens: one refresh token is good at a time, a used one ends them all (RFC 9700, 4.14)."""

    class Ended(models.TextChoices):
        LOGGED_OUT = "logged_out"
        SIGNED_OUT = "signed_out", "signed out from another session"
        PASSWORD_CHANGED = "password_changed"
        TOKEN_REUSED = "token_reused", "a used refresh token came again"
        ACCOUNT_CLOSED = "account_closed"
        TAKEN_OVER = "taken_over", "the address was proven to be somebody's"
        BY_STAFF = "by_staff"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sessions")
    provider = models.CharField(
        max_length=20, default="password", help_text="What the person signed in with."
    )
    refresh_id = models.UUIDField(
        default=uuid.uuid4, editable=False, help_text="The `jti` of the refresh token that is good now."
    )
    address = models.CharField(max_length=64, blank=True, help_text="Where it was used last.")
    user_agent = models.CharField(max_length=300, blank=True)
    refreshed_at = models.DateTimeField(help_text="When tokens were issued last.")
    expires_at = models.DateTimeField(help_text="When the refresh token that is good now expires.")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=20, choices=Ended.choices, blank=True)

    class Meta:
        ordering = ["-refreshed_at"]
        indexes = [models.Index(fields=["user", "ended_at"], name="sessions_of_a_person")]

    def __str__(self) -> str:
        return f"{self.provider} from {self.address or 'an unknown address'}"
