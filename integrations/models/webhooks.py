"""Addresses of people that are told of events (Standard Webhooks)."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import models

from core.encryption import SealedJSONField
from core.models import Row


class WebhookEndpoint(Row):
    """One address; what it was told is in the ledger of effects, as effects of kind `webhooks`."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"
        DISABLED = "disabled"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="webhooks")
    url = models.URLField(max_length=1000)
    description = models.CharField(max_length=200, blank=True)
    events = models.JSONField(default=list, help_text="Types of events; empty for all.")
    secrets = SealedJSONField(default=dict, editable=False, help_text="Signing secrets, the newest first.")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    reason = models.TextField(blank=True, help_text="Why it is paused.")
    failures = models.PositiveIntegerField(default=0, help_text="Deliveries in a row that did not arrive.")
    last_success_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]

    @property
    def host(self) -> str:
        """The address may be a secret by itself, as those of chats are; where it is may be seen."""
        return urlsplit(self.url).hostname or ""

    def __str__(self) -> str:
        return f"webhook at {self.host}"
