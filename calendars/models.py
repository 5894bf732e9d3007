"""Events in a person's calendar (voice-assistant.md)."""

from django.conf import settings
from django.db import models

from core.models import Row


class CalendarEvent(Row):
    """An event of one person. One that came of a due date names its task, and lasts that whole day."""

    class Status(models.TextChoices):
        CONFIRMED = "confirmed"
        TENTATIVE = "tentative"
        CANCELLED = "cancelled"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_events")
    title = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    start_time = models.DateTimeField()
    end_time = models.DateTimeField()
    all_day = models.BooleanField(default=False)
    location = models.CharField(max_length=500, blank=True)
    calendar_id = models.CharField(max_length=200, default="primary")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.CONFIRMED)
    task_id = models.UUIDField(null=True, db_index=True)
    meeting_id = models.UUIDField(null=True, db_index=True)
    effect_id = models.UUIDField(null=True, help_text="The effect that carries it to the vendor.")

    class Meta:
        ordering = ["start_time", "id"]
        indexes = [models.Index(fields=["owner", "start_time"], name="events_of_an_owner")]
        constraints = [
            models.UniqueConstraint(fields=["owner", "task_id"], name="one_event_for_a_task"),
            models.CheckConstraint(
                condition=models.Q(end_time__gte=models.F("start_time")), name="events_end_after_they_begin"
            ),
        ]

    def __str__(self) -> str:
        return self.title
