"""The ledger of what left this house: one row for each effect, kept when its meeting is gone."""

from django.db import models

from core.models import Row


class Effect(Row):
    """One thing that must happen outside exactly once: a ticket, a mail, a post, a calendar entry."""

    class Status(models.TextChoices):
        PROPOSED = "proposed"
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        UNKNOWN = "unknown"
        SKIPPED = "skipped"
        CANCELLED = "cancelled"

    class Kind(models.TextChoices):
        TICKETS = "tickets"
        MAIL = "mail"
        CHAT = "chat"
        CALENDARS = "calendars"

    key = models.CharField(max_length=420, help_text="Subject, kind, provider, digest of the destination.")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    provider = models.CharField(max_length=40, blank=True, help_text="Alias of who serves it.")
    destination = models.CharField(max_length=320, blank=True)
    owner_id = models.UUIDField(null=True)
    meeting_id = models.UUIDField(null=True, db_index=True)
    task_id = models.UUIDField(null=True, db_index=True)
    audience = models.CharField(max_length=80, blank=True, help_text="Group that is told of changes.")
    payload = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    reason = models.TextField(blank=True, help_text="Why it was skipped, failed or is unknown.")
    external_id = models.CharField(max_length=300, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    claim = models.PositiveIntegerField(default=0, help_text="Fencing token: only ever grows.")
    failures = models.PositiveIntegerField(default=0)
    doubtful = models.BooleanField(default=False, help_text="An earlier attempt may have got through.")
    lookups = models.PositiveIntegerField(default=0, help_text="Empty searches at the vendor so far.")
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    give_up_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    withdrawn = models.CharField(
        max_length=200, blank=True, help_text="Why nobody wants it any more; it is not sent again."
    )
    hinted_at = models.DateTimeField(null=True, help_text="When the sweep last sent a hint for it.")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["key"], name="one_effect_per_key")]
        indexes = [models.Index(fields=["status", "not_before"], name="effects_to_deliver")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.destination or 'nobody'}: {self.status}"


class EffectItem(models.Model):
    """What an effect covers: a mail lists several tasks, and each may be told to a person only once."""

    effect = models.ForeignKey(Effect, models.CASCADE, related_name="items")
    key = models.CharField(max_length=420, unique=True, help_text="As an effect's, for each thing it covers.")

    def __str__(self) -> str:
        return self.key
