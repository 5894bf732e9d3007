"""The ledger of what left this house: one row for each effect, kept when its meeting is gone."""

from django.db import models
from django.db.models.functions import Now

from core.models import Row


class Effect(Row):
    """One thing that must happen outside exactly once: a ticket, a mail, a post, a calendar entry."""

    class Status(models.TextChoices):
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
        DOCUMENTS = "documents"
        WEBHOOKS = "webhooks"
        BOTS = "bots"

    class Action(models.TextChoices):
        CREATE = "create"
        UPDATE = "update"

    key = models.CharField(
        max_length=420, help_text="Subject, kind, connection or provider, digest of the destination."
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    action = models.CharField(max_length=8, choices=Action.choices, default=Action.CREATE)
    provider = models.CharField(max_length=40, blank=True, help_text="Alias of who serves it.")
    connection = models.ForeignKey(
        "integrations.Connection", models.SET_NULL, null=True, blank=True, related_name="effects"
    )
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


class Attempt(models.Model):
    """One call at the vendor for an effect: when, and what came of it."""

    class Outcome(models.TextChoices):
        UNDER_WAY = "under_way"
        SENT = "sent"
        FOUND = "found"
        NOT_FOUND = "not_found"
        DELAYED = "delayed"
        REFUSED = "refused"
        UNKNOWN = "unknown"

    effect = models.ForeignKey(Effect, models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField(help_text="The effect's claim under which it was made.")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.UNDER_WAY)
    detail = models.TextField(blank=True)
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["effect", "number"]
        constraints = [
            models.UniqueConstraint(fields=["effect", "number"], name="one_attempt_for_each_claim")
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"


class Circuit(models.Model):
    """How one connection, or a provider with the server's own credentials, has fared lately.

    Open (`open_until` in the future) it is not called: its effects wait, and hold up nobody else's.
    """

    name = models.CharField(max_length=100, primary_key=True, help_text="Kind, and connection or provider.")
    failures = models.PositiveIntegerField(default=0, help_text="Calls in a row that found it unavailable.")
    open_until = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class EffectItem(models.Model):
    """What an effect covers: a mail lists several tasks, and each may be told to a person only once."""

    effect = models.ForeignKey(Effect, models.CASCADE, related_name="items")
    key = models.CharField(max_length=420, unique=True, help_text="As an effect's, for each thing it covers.")

    def __str__(self) -> str:
        return self.key
