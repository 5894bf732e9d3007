"""Who sits in a call for a meeting that is held elsewhere, and hears it."""

from django.db import models
from django.db.models import Q

from core.models import Row


class Observer(Row):
    """One visit: a vendor's bot, or our own ear in a room. It outlives its meeting until it has left."""

    class State(models.TextChoices):
        JOINING = "joining"
        WAITING = "waiting"
        RECORDING = "recording"
        LEFT = "left"
        FAILED = "failed"

    class Sound(models.TextChoices):
        EXPECTED = "expected"
        FETCHED = "fetched"
        NONE = "none"
        LOST = "lost"

    meeting = models.ForeignKey(
        "meetings.Meeting", models.SET_NULL, null=True, blank=True, related_name="observers"
    )
    provider = models.CharField(max_length=40, help_text="Alias of a vendor, or the kind of a place of ours.")
    name = models.CharField(max_length=100, help_text="What people in the call read.")
    place = models.CharField(max_length=320, help_text="Where it sits, without a passcode.")
    link = models.CharField(max_length=2000, blank=True, help_text="With its passcode; emptied at the end.")
    effect_id = models.UUIDField(null=True, blank=True, help_text="Of its joining, in the ledger.")
    bot_id = models.CharField(max_length=300, blank=True, help_text="The vendor's, or the observation's id.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.JOINING)
    reason = models.TextField(blank=True, help_text="Why it left, failed, or does not get on.")
    sound = models.CharField(max_length=8, choices=Sound.choices, default=Sound.EXPECTED)
    started_at = models.DateTimeField(null=True, blank=True, help_text="When it was first seen to record.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When nothing was left to do for it.")
    dismissed_at = models.DateTimeField(null=True, blank=True, help_text="When it was told to leave.")
    claim = models.PositiveIntegerField(default=0, editable=False, help_text="Fencing token: only grows.")
    lease_until = models.DateTimeField(null=True, editable=False)
    not_before = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False, help_text="Steps in a row that failed.")

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(ended_at__isnull=True),
                name="one_observer_at_a_time_in_a_meeting",
            )
        ]
        indexes = [
            models.Index(
                fields=["not_before"], condition=Q(ended_at__isnull=True), name="observers_to_look_after"
            ),
            models.Index(fields=["provider", "bot_id"], name="observers_by_bot"),
        ]

    def __str__(self) -> str:
        return f"{self.name} in {self.place}: {self.state}"
