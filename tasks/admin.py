"""Tasks for people who operate the product."""

from uuid import UUID

from django.contrib import admin

from core.admin import PersonalAdmin

from .models import Task


@admin.register(Task)
class TaskAdmin(PersonalAdmin):
    list_display = ("title", "status", "assignee_name", "due_date", "meeting", "source", "created_at")
    list_filter = ("status", "source", "created_at")
    search_fields = ("id", "title", "assignee_name", "assignee_email", "meeting__title")
    list_select_related = ("meeting",)
    autocomplete_fields = ("assignee_user", "created_by")
    readonly_fields = ("id", "meeting", "run_id", "source", "evidence", "edited_fields", "created_at")

    def person_of(self, task: Task) -> UUID | None:
        """Who wrote it down, else whose meeting it came out of."""
        return task.created_by_id or (task.meeting and task.meeting.owner_id)
