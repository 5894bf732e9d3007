"""The ledger of effects: what went out, what waits, what is in doubt, and what operators may do about it."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from core import audit
from core.admin import PersonalReadOnlyAdmin, ReadOnlyAdmin, ReadOnlyInline
from core.errors import DomainError

from .models import Attempt, Circuit, Connection, Effect, Routing, WebhookEndpoint
from .services import connections, delivery, remedies


class AttemptInline(ReadOnlyInline):
    model = Attempt
    fields = ("number", "outcome", "detail", "started_at", "ended_at")
    show_change_link = False


@admin.register(Effect)
class EffectAdmin(PersonalReadOnlyAdmin):
    person = "owner_id"
    ordering = ("-created_at", "-pk")
    list_display = (
        "kind",
        "action",
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
        "action",
        "provider",
        "connection",
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
    inlines = (AttemptInline,)
    actions = ("send_again", "cancel")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Rows are read-only here; sending and cancelling take the right to change them."""
        return request.user.has_perm("integrations.change_effect")

    @admin.action(description="Send again", permissions=["operate"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[Effect]) -> None:
        self._each(request, chosen, remedies.send_again, "send again")

    @admin.action(description="Cancel", permissions=["operate"])
    def cancel(self, request: HttpRequest, chosen: QuerySet[Effect]) -> None:
        self._each(request, chosen, remedies.cancel, "cancel")

    def _each(self, request: HttpRequest, chosen: QuerySet[Effect], remedy: Callable, did: str) -> None:
        done = 0
        for effect in chosen:
            try:
                remedy(effect, request.user)
            except DomainError as refusal:
                self.message_user(request, f"{effect}: {refusal.message}", messages.WARNING)
                continue
            self.record(request, audit.Action.CHANGED_BY_STAFF, effect, did=did)
            done += 1
        self.message_user(request, f"{did}: {done} effects.", messages.SUCCESS)


@admin.register(Circuit)
class CircuitAdmin(ReadOnlyAdmin):
    list_display = ("name", "failures", "open_until", "reason", "updated_at")
    search_fields = ("name",)
    fields = ("name", "failures", "open_until", "reason", "updated_at")
    actions = ("close",)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("integrations.change_circuit")

    @admin.action(description="Close: the vendor is back", permissions=["operate"])
    def close(self, request: HttpRequest, chosen: QuerySet[Circuit]) -> None:
        for circuit in chosen:
            tried = delivery.close_circuit(circuit)
            audit.record(
                audit.Action.CHANGED_BY_STAFF,
                actor=request.user.pk,
                model="integrations.circuit",
                row=circuit.name,
                did="close",
            )
            self.message_user(request, f"{circuit}: {tried} effects are tried now.", messages.SUCCESS)


@admin.register(Connection)
class ConnectionAdmin(PersonalReadOnlyAdmin):
    """Without what is sealed, and without what would show it."""

    person = "owner_id"
    list_display = ("vendor", "name", "status", "reason", "is_primary", "last_used_at", "created_at")
    list_filter = ("vendor", "status", "created_at")
    search_fields = ("id", "account", "name")
    fields = (
        "owner",
        "vendor",
        "account",
        "name",
        "status",
        "reason",
        "scopes",
        "options",
        "is_primary",
        "expires_at",
        "refreshes",
        "refreshing_until",
        "last_used_at",
        "created_at",
    )
    actions = ("disconnect",)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("integrations.change_connection")

    @admin.action(description="Disconnect", permissions=["operate"])
    def disconnect(self, request: HttpRequest, chosen: QuerySet[Connection]) -> None:
        for connection in chosen:
            connections.disconnect(connection)
            self.record(request, audit.Action.CHANGED_BY_STAFF, connection, did="disconnect")
        self.message_user(request, f"disconnect: {len(chosen)} connections.", messages.SUCCESS)


@admin.register(Routing)
class RoutingAdmin(PersonalReadOnlyAdmin):
    """Shown for support; people choose themselves, where their choices are checked."""

    person = "owner_id"
    list_display = ("owner", "tickets_provider", "project", "chat_provider", "chat_channel", "updated_at")
    list_filter = ("tickets_provider", "chat_provider", "review_before_send")
    search_fields = ("id", "owner__email", "project", "chat_channel")
    list_select_related = ("owner",)
    fields = (
        "owner",
        "tickets_provider",
        "tickets_connection",
        "workspace",
        "project",
        "issue_type",
        "assignees",
        "mail_assignees",
        "chat_provider",
        "chat_connection",
        "chat_channel",
        "sync_calendars",
        "review_before_send",
        "least_confidence",
        "update_tickets",
        "created_at",
        "updated_at",
    )


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(PersonalReadOnlyAdmin):
    """Without its secrets, and of its address the host only."""

    person = "owner_id"
    list_display = ("owner", "host", "status", "reason", "failures", "last_success_at", "created_at")
    list_filter = ("status", "created_at")
    search_fields = ("id", "owner__email")
    list_select_related = ("owner",)
    fields = (
        "owner",
        "host",
        "description",
        "events",
        "status",
        "reason",
        "failures",
        "last_success_at",
        "created_at",
        "updated_at",
    )
