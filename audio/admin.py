"""What arrived, and what is still to be removed from the storage."""

from django.contrib import admin

from core.admin import PersonalReadOnlyAdmin, ReadOnlyAdmin

from .models import LiveStream, Recording, StorageDeletion


@admin.register(Recording)
class RecordingAdmin(PersonalReadOnlyAdmin):
    person = "meeting.owner_id"
    list_display = ("filename", "meeting", "format", "size", "duration_ms", "created_at")
    list_filter = ("format", "created_at")
    search_fields = ("id", "filename", "meeting__title", "sha256")
    list_select_related = ("meeting",)


@admin.register(LiveStream)
class LiveStreamAdmin(PersonalReadOnlyAdmin):
    person = "meeting.owner_id"
    list_display = ("started_at", "meeting", "state", "encoding", "stored_ms", "active_at", "closed_because")
    list_filter = ("state", "encoding", "started_at")
    search_fields = ("id", "meeting__title")
    list_select_related = ("meeting",)
    exclude = ("resume_digest",)


@admin.register(StorageDeletion)
class StorageDeletionAdmin(ReadOnlyAdmin):
    list_display = ("file", "failures", "not_before", "error", "created_at")
    search_fields = ("file",)
