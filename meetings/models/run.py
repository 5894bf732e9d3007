from django.db import models
from django.db.models import Q

from core.models import Row


class Run(Row):
    """One attempt to understand one revision of a meeting's input, and to act on it."""

    class Status(models.TextChoices):
        OPEN = "open"
        COMPLETED = "completed"
        FAILED = "failed"
        CANCELLED = "cancelled"
        SUPERSEDED = "superseded"

    meeting = models.ForeignKey("meetings.Meeting", models.CASCADE, related_name="runs")
    revision = models.PositiveIntegerField(help_text="The meeting's input that this run understands.")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    understood_at = models.DateTimeField(null=True, help_text="When the last inward step was done.")
    released_at = models.DateTimeField(null=True, help_text="When the outward steps were allowed.")
    finished_at = models.DateTimeField(null=True)
    swept_at = models.DateTimeField(null=True, help_text="When the sweep last sent a hint for it.")
    error_code = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at", "-revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(status="open"), name="one_open_run_per_meeting"
            )
        ]
        indexes = [models.Index(fields=["status", "updated_at"], name="runs_to_sweep")]

    def __str__(self) -> str:
        return f"run {self.revision} of {self.meeting_id}: {self.status}"


class StepRun(Row):
    """One step of a run: its claim, its lease, and what became of it."""

    class Status(models.TextChoices):
        PENDING = "pending"
        RUNNING = "running"
        PARKED = "parked"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    run = models.ForeignKey(Run, models.CASCADE, related_name="steps")
    name = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    claim = models.PositiveIntegerField(default=0, help_text="Fencing token: only ever grows.")
    failures = models.PositiveSmallIntegerField(default=0)
    parks = models.PositiveIntegerField(default=0)
    deaths = models.PositiveSmallIntegerField(default=0, help_text="Claims that ended without a word.")
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    progress = models.FloatField(default=0, help_text="Share done, 0 to 1.")
    output = models.JSONField(default=dict, help_text="At most 8 kB: ids and figures, never transcripts.")
    error_code = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="one_row_per_step_of_a_run")]

    def __str__(self) -> str:
        return f"{self.name}: {self.status}"


class Checkpoint(Row):
    """What slow work has produced so far, found again after a crash or by a later run."""

    meeting = models.ForeignKey("meetings.Meeting", models.CASCADE, related_name="checkpoints")
    key = models.CharField(max_length=200, help_text="Made of the input's hash, its window and the engine.")
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "key"], name="one_value_per_checkpoint")]

    def __str__(self) -> str:
        return self.key
