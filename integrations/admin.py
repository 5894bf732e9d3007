"""The ledger of effects: what went out, what waits, what is in doubt."""

from django.contrib import admin

from core.admin import PersonalReadOnlyAdmin

from .models import Effect


@admin.register(Effect)
class EffectAdmin(PersonalReadOnlyAdmin):
    person = "owner_id"
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
    fields = (
        "kind",
        "provider",
        "destination",
        "status",
        "reason",
        "withdrawn",
        "owner_id",
        "meeting_id",
        "task_id",
        "key",
        "external_id",
        "url",
        "claim",
        "failures",
        "doubtful",
        "lookups",
        "lease_until",
        "not_before",
        "give_up_at",
        "created_at",
        "sent_at",
    )
