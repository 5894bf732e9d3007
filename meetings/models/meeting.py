from django.conf import settings
from django.db import models

from core.models import Row


class Meeting(Row):
    """A meeting of one owner: what is known before anything was heard."""

    class Processing(models.TextChoices):
        PENDING = "PENDING"
        PROCESSING = "PROCESSING"
        COMPLETED = "COMPLETED"
        FAILED = "FAILED"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="meetings")
    code = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    participants = models.JSONField(default=list, help_text='[{"name": ..., "email": ...}]')
    start_time = models.DateTimeField()
    timezone = models.CharField(max_length=64)
    language = models.CharField(max_length=8, blank=True, help_text="As detected by the last run.")
    template_id = models.UUIDField(null=True, blank=True)
    custom_template_points = models.TextField(blank=True)
    auto_complete = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0, help_text="Grows with each recording that is added.")
    completed_at = models.DateTimeField(null=True, blank=True, help_text="When /complete was first called.")
    processing = models.CharField(
        max_length=10,
        choices=Processing.choices,
        default=Processing.PENDING,
        editable=False,
        help_text="Derived from the run; only the pipeline's state table writes it.",
    )
    analytics_processing = models.CharField(
        max_length=10, choices=Processing.choices, default=Processing.PENDING, editable=False
    )

    searchable = models.TextField(
        blank=True, editable=False, help_text="Title, description, code and participants, case folded."
    )

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="meetings_of_an_owner"),
            models.Index(fields=["owner", "processing"], name="meetings_by_processing"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **options) -> None:
        people = (part for person in self.participants for part in person.values())
        self.searchable = "\n".join([self.title, self.description, self.code, *people]).casefold()
        super().save(*args, **options)
