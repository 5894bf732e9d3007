"""The audit log in the admin: read by staff, changed by nobody."""

from uuid import UUID

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import User
from core.admin import ReadOnlyAdmin
from core.models import AuditEntry


@admin.register(AuditEntry)
class AuditLog(ReadOnlyAdmin):
    list_display = ("at", "action", "actor", "subject", "address", "details")
    list_filter = ("action", "at")
    date_hierarchy = "at"
    search_fields = ("actor_id", "subject_id")
    search_help_text = "An account's id or e-mail address, as who did it or whom it concerns."
    fields = ("at", "action", "actor", "actor_id", "subject", "subject_id", "address", "details")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """With the addresses of accounts that are still there, in the one query."""
        return (
            super()
            .get_queryset(request)
            .annotate(actor_email=_email("actor_id"), subject_email=_email("subject_id"))
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, term: str
    ) -> tuple[QuerySet, bool]:
        if not term.strip():
            return queryset, False
        return queryset.filter(_names(_accounts(term.strip()))), False

    @admin.display(description="who")
    def actor(self, entry: AuditEntry) -> str:
        return _link(entry.actor_id, entry.actor_email)

    @admin.display(description="whose")
    def subject(self, entry: AuditEntry) -> str:
        return _link(entry.subject_id, entry.subject_email)


def _email(of: str) -> Subquery:
    return Subquery(User.objects.filter(pk=OuterRef(of)).values("email"))


def _accounts(term: str) -> list[UUID]:
    try:
        return [UUID(term)]
    except ValueError:
        return list(User.objects.filter(email__iexact=term).values_list("pk", flat=True))


def _names(people: list[UUID]) -> Q:
    return Q(actor_id__in=people) | Q(subject_id__in=people)


def _link(person: UUID | None, email: str | None) -> str:
    """To the account, or what is left of one that is gone."""
    if person is None or email is None:
        return str(person or "-")
    return format_html('<a href="{}">{}</a>', reverse("admin:accounts_user_change", args=[person]), email)
