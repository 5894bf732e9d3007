"""What the admin pages have in common: machine-made rows are only read, and people's rows are watched."""

from operator import attrgetter
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_dramatiq import admin as _  # noqa: F401 - registers what is taken away here
from django_dramatiq.models import Task as Message
from unfold.admin import ModelAdmin, TabularInline

from core import audit

# Roles are a field of the account, and a queue's messages are hints: neither is managed here.
admin.site.unregister([Group, Message])


class Watched:
    """Mixin for pages about people: who of the staff saw or changed whose row goes into the audit log.

    `person` is where a row has the id of the account that it belongs to: `owner_id`, `meeting.owner_id`.
    """

    person: ClassVar[str]

    def person_of(self, row: Model) -> UUID | None:
        """Whose row it is; nobody's, where its person has gone."""
        return attrgetter(self.person)(row)

    def record(self, request: HttpRequest, action: audit.Action, row: Model | None, **details: Any) -> None:
        """One entry; without a row it is about the whole list."""
        about = {"model": self.opts.label_lower} | ({"row": str(row.pk)} if row else {})
        subject = self.person_of(row) if row else None
        audit.record(action, actor=request.user.pk, subject=subject, **about, **details)

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        page = super().changelist_view(request, extra_context)
        shown = getattr(page, "context_data", {}).get("cl")
        if request.method == "GET" and shown is not None:
            searched = {"searched": True} if shown.query else {}
            self.record(request, audit.Action.VIEWED_BY_STAFF, None, rows=shown.result_count, **searched)
        return page

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, term: str
    ) -> tuple[QuerySet, bool]:
        """What a field of another page completes is a list too."""
        if request.path == reverse("admin:autocomplete"):
            self.record(request, audit.Action.VIEWED_BY_STAFF, None, page="autocomplete")
        return super().get_search_results(request, queryset, term)

    def render_change_form(self, request: HttpRequest, context: dict, **options: Any) -> HttpResponse:
        if request.method == "GET" and options.get("obj"):
            self.record(request, audit.Action.VIEWED_BY_STAFF, options["obj"])
        return super().render_change_form(request, context, **options)

    def render_delete_form(self, request: HttpRequest, context: dict) -> HttpResponse:
        self.record(request, audit.Action.VIEWED_BY_STAFF, context["object"], page="delete")
        return super().render_delete_form(request, context)

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **options: Any) -> HttpResponse:
        page = super().history_view(request, object_id, *args, **options)
        if row := self.get_object(request, object_id):
            self.record(request, audit.Action.VIEWED_BY_STAFF, row, page="history")
        return page

    def log_addition(self, request: HttpRequest, row: Model, message: Any) -> Any:
        self.record(request, audit.Action.CHANGED_BY_STAFF, row, did="add")
        return super().log_addition(request, row, message)

    def log_change(self, request: HttpRequest, row: Model, message: Any) -> Any:
        """Which fields, never what was in them."""
        if changed := _fields_in(message):
            self.record(request, audit.Action.CHANGED_BY_STAFF, row, fields=changed)
        return super().log_change(request, row, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet) -> Any:
        for row in queryset:
            self.record(request, audit.Action.CHANGED_BY_STAFF, row, did="delete")
        return super().log_deletions(request, queryset)


def _fields_in(message: Any) -> list[str]:
    """The fields in what Django makes for the history of a row."""
    parts = message if isinstance(message, list) else []
    return [field for part in parts for field in part.get("changed", {}).get("fields", ())]


class PersonalAdmin(Watched, ModelAdmin):
    """Rows of people that staff may change."""


class ReadOnly:
    """Mixin: rows that services write are shown, not changed."""

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, ModelAdmin):
    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """What is not shown cannot be guessed by filtering either."""
        if lookup.partition("__")[0] in self._hidden():
            return False
        return super().lookup_allowed(lookup, value, request)

    def _hidden(self) -> set[str]:
        """Columns that a page which names its fields leaves out."""
        if not self.fields:
            return set()
        columns = {column.name for column in self.opts.concrete_fields}
        return columns - {"id", *self.fields, *self.list_display, *self.list_filter}

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class PersonalReadOnlyAdmin(Watched, ReadOnlyAdmin):
    """Rows of people that staff may only read."""


class ReadOnlyInline(ReadOnly, TabularInline):
    extra = 0
    can_delete = False
    show_change_link = True

    def get_readonly_fields(self, request, obj=None):
        return self.fields
