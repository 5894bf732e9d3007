"""A person's own account at a vendor, which effects are carried out with."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from core.encryption import SealedJSONField
from core.models import Row


class Connection(Row):
    """One account of one vendor; connected anew, it stays the row that effects have in their keys."""

    class Vendor(models.TextChoices):
        GOOGLE = "google"
        MICROSOFT = "microsoft"
        ATLASSIAN = "atlassian"
        JIRA = "jira"
        ASANA = "asana"
        SLACK = "slack"

    class Status(models.TextChoices):
        ACTIVE = "active"
        NEEDS_CONSENT = "needs_consent"
        DISCONNECTED = "disconnected"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="connections")
    vendor = models.CharField(max_length=12, choices=Vendor.choices)
    account = models.CharField(max_length=200, help_text="The vendor's own id of the account.")
    name = models.CharField(max_length=200, blank=True, help_text="What people call the account.")
    status = models.CharField(max_length=14, choices=Status.choices, default=Status.ACTIVE)
    reason = models.TextField(blank=True, help_text="Why consent is needed anew.")
    scopes = models.JSONField(default=list, blank=True)
    options = models.JSONField(
        default=dict, blank=True, help_text="What a provider needs and is no secret: site, calendar."
    )
    secrets = SealedJSONField(default=dict, editable=False, help_text="Tokens, sealed.")
    is_primary = models.BooleanField(default=False, help_text="The one that is meant where none is named.")
    expires_at = models.DateTimeField(null=True, editable=False, help_text="Of the access token.")
    refreshes = models.PositiveIntegerField(default=0, editable=False, help_text="Fencing token: only grows.")
    refreshing_until = models.DateTimeField(null=True, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "vendor", "account"], name="one_connection_of_an_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.account} at {self.get_vendor_display()}"


class ConsentAttempt(models.Model):
    """What `state` is bound to while somebody consents at a vendor (RFC 6749, 10.12): used once."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    vendor = models.CharField(max_length=12, choices=Connection.Vendor.choices)
    state_digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of `state`.")
    verifier = SealedJSONField(help_text="PKCE `code_verifier` (RFC 7636).")
    redirect_uri = models.URLField(max_length=500)
    return_to = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.vendor} at {self.created_at}"
