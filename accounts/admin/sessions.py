"""Where people are signed in: staff see it and can end it, and never see what a token is made of."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Session
from accounts.services import sessions
from core import audit
from core.admin import PersonalReadOnlyAdmin


@admin.register(Session)
class Sessions(PersonalReadOnlyAdmin):
    person = "user_id"
    list_display = (
        "user",
        "provider",
        "address",
        "user_agent",
        "created_at",
        "refreshed_at",
        "ended_at",
        "ended_because",
    )
    list_filter = ("provider", "ended_because", "created_at", "ended_at")
    search_fields = ("id", "user__email", "address")
    list_select_related = ("user",)
    fields = (
        "id",
        "user",
        "provider",
        "address",
        "user_agent",
        "created_at",
        "refreshed_at",
        "expires_at",
        "ended_at",
        "ended_because",
    )
    actions = ("end",)

    @admin.action(description="End these sessions")
    def end(self, request: HttpRequest, chosen: QuerySet[Session]) -> None:
        ended = 0
        for session in chosen:
            if sessions.end(Session.objects.filter(pk=session.pk), Session.Ended.BY_STAFF):
                self.record(request, audit.Action.CHANGED_BY_STAFF, session, did="end")
                ended += 1
        self.message_user(request, f"Sessions ended: {ended}.", messages.SUCCESS)
