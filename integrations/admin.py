"""The ledger of effects: what went out, what waits, what is in doubt."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin

from .models import Effect


@admin.register(Effect)
class EffectAdmin(ReadOnlyAdmin):
    list_display = (
        "kind",
        "provider",
        "destination",
        "status",
        "reason",
        "failures",
        "sent_at",
        "created_at",
    )
    list_filter = ("kind", "status", "provider", "created_at")
    search_fields = ("id", "key", "destination", "external_id", "meeting_id", "task_id")
    exclude = ("payload",)
