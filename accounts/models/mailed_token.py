"""A link that a person gets by mail: it proves that they read the mail of this address."""

from django.conf import settings
from django.db import models

from .once import Once


class MailedToken(Once):
    """What a signed token in a mail stands for; the token itself is made for the mail and kept nowhere."""

    class Purpose(models.TextChoices):
        VERIFY_EMAIL = "verify_email"
        RESET_PASSWORD = "reset_password"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="+",
        help_text="Empty until the worker has looked whose address it is; no link is good before.",
    )
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    email = models.EmailField(help_text="Where it was sent; it is void once the account has another address.")

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["user", "purpose"], name="mailed_tokens_of_a_person")]

    def __str__(self) -> str:
        return f"{self.purpose} for {self.email}"
