"""One row for a task, whatever the dialects call its fields."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from core.encryption import SealedJSONField
from core.models import Row


class Task(Row):
    """An action item: extracted from a meeting, or written by hand."""

    class Status(models.TextChoices):
        OPEN = "open"
        IN_PROGRESS = "in_progress"
        DONE = "done"
        DISMISSED = "dismissed"
        PROPOSED = "proposed"

    class Source(models.TextChoices):
        EXTRACTED = "extracted"
        MANUAL = "manual"

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="created_tasks"
    )
    meeting = models.ForeignKey("meetings.Meeting", models.CASCADE, null=True, related_name="tasks")
    run_id = models.UUIDField(null=True, editable=False, help_text="The run that found or confirmed it.")
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.MANUAL)
    title = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    category = models.CharField(max_length=50, blank=True)
    assignee_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="assigned_tasks"
    )
    assignee_name = models.CharField(max_length=200, blank=True)
    assignee_email = models.EmailField(blank=True)
    due_date = models.DateField(null=True, blank=True)
    due_text = models.CharField(max_length=100, blank=True)
    evidence = models.JSONField(default=dict, blank=True)
    removed_at = models.DateTimeField(
        null=True, editable=False, help_text="Removed by a person, kept so that no re-run finds it anew."
    )
    edited_fields = models.JSONField(
        default=list, blank=True, help_text="What a person has set; a re-run leaves these alone."
    )

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["meeting", "status"], name="tasks_by_meeting"),
            models.Index(fields=["assignee_user", "status"], name="tasks_by_assignee"),
        ]

    def __str__(self) -> str:
        return self.title


class TicketWatch(models.Model):
    """What was seen of a ticket at its vendor. No row: it is open, for we have just opened it."""

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        GONE = "gone"
        UNSURE = "unsure"

    effect = models.OneToOneField("integrations.Effect", models.CASCADE, related_name="watch")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    looks = models.PositiveIntegerField(default=0, help_text="Fencing token: only grows.")
    looked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.state} at {self.looked_at}"


class TicketHook(models.Model):
    """A secret that a tracker signs its webhooks with, as it was handed over."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    vendor = models.CharField(max_length=12)
    secret = SealedJSONField(editable=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.vendor} since {self.created_at}"
