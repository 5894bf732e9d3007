"""Signing in with a provider: who somebody is there, an attempt under way, and the code that ends it."""

from django.conf import settings
from django.db import models

from core.models import Row

from .once import Once


class Identity(Row):
    """A person's account at a provider, by the provider's own key; the e-mail is never the key."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="identities")
    provider = models.CharField(max_length=20)
    subject = models.CharField(max_length=300, help_text="`sub`; for Microsoft `tid:oid`.")
    email = models.EmailField(blank=True, help_text="As the provider said it last.")
    used_at = models.DateTimeField(help_text="When somebody signed in by it last.")

    class Meta:
        ordering = ["-used_at"]
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="one_account_per_provider_subject")
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.email or self.subject}"


class SignInAttempt(Once):
    """What `state` is bound to (RFC 6749, 10.12): ours, not a cookie; used once, and not for long."""

    provider = models.CharField(max_length=20)
    state_digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of `state`.")
    verifier = models.CharField(max_length=128, help_text="PKCE `code_verifier` (RFC 7636).")
    nonce = models.CharField(max_length=64)
    redirect_uri = models.URLField(max_length=500, help_text="Where the provider sends the browser.")
    return_to = models.CharField(
        max_length=500, blank=True, help_text="Where the app wants the browser then."
    )
    challenge = models.CharField(max_length=128, blank=True, help_text="The app's own PKCE `code_challenge`.")

    def __str__(self) -> str:
        return f"{self.provider} at {self.created_at}"


class HandOff(Once):
    """A code that an app exchanges for tokens, once: tokens never stand in an address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    provider = models.CharField(max_length=20)
    code_digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the code.")
    challenge = models.CharField(max_length=128, blank=True)

    def __str__(self) -> str:
        return f"{self.provider} at {self.created_at}"
