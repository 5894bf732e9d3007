"""Tasks for people who operate the product."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from .models import Task


@admin.register(Task)
class TaskAdmin(ModelAdmin):
    list_display = ("title", "status", "assignee_name", "due_date", "meeting", "source", "created_at")
    list_filter = ("status", "source", "created_at")
    search_fields = ("id", "title", "assignee_name", "assignee_email", "meeting__title")
    list_select_related = ("meeting",)
    autocomplete_fields = ("assignee_user", "created_by")
    readonly_fields = ("id", "meeting", "run_id", "source", "evidence", "edited_fields", "created_at")
