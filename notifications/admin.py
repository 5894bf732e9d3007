"""Mail templates: written by staff, checked when saved, shown as they will look."""

from datetime import date

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.admin import ModelAdmin

from core import audit

from .facts import TaskLine, TicketLink
from .models import MailTemplate
from .services import templates

SAMPLE = {
    "name": "Diego Alvarez",
    "meeting_title": "Weekly ops sync",
    "tasks": [
        TaskLine(
            "Update the runbook",
            date(2026, 12, 1),
            "I'll update the runbook by Tuesday",
            [TicketLink("OPS-12", "https://tracker.example/OPS-12")],
            start=2465,
        ),
        TaskLine("Call Northwind <about> the renewal & price", None, "I can call Northwind", start=41),
    ],
    "organiser": "Maya Chen",
    "meeting_date": date(2026, 11, 20),
}


@admin.register(MailTemplate)
class MailTemplateAdmin(ModelAdmin):
    list_display = ("name", "slug", "language", "is_active", "updated_at")
    list_filter = ("language", "is_active")
    search_fields = ("slug", "name", "subject")
    fields = ("name", "slug", "language", "is_active", "subject", "text", "html", "preview")
    readonly_fields = ("preview",)

    @admin.display(description="As it will look (as last saved)")
    def preview(self, template: MailTemplate | None) -> str:
        """A sample mail. The frame may run nothing and belongs to no site, whatever the HTML holds."""
        if template is None or template._state.adding:
            return "Save it first."
        try:
            mail = templates.filled(template, SAMPLE)
        except Exception as error:  # noqa: BLE001 - whatever a filter raises is what staff should see
            return f"It cannot be filled in, and the shipped text would go out: {error}"
        return format_html(
            '<p><strong>{}</strong></p><pre style="white-space:pre-wrap">{}</pre>'
            '<iframe sandbox="" srcdoc="{}" title="HTML" style="width:100%;height:30rem;background:#fff">'
            "</iframe>",
            mail.subject,
            mail.text,
            mail.html,
        )

    def log_addition(self, request: HttpRequest, row: Model, message: object) -> object:
        self._record(request, row, "add")
        return super().log_addition(request, row, message)

    def log_change(self, request: HttpRequest, row: Model, message: object) -> object:
        self._record(request, row, "change")
        return super().log_change(request, row, message)

    def _record(self, request: HttpRequest, row: Model, did: str) -> None:
        """Whoever writes mails speaks to many in our name."""
        about = {"model": self.opts.label_lower, "row": str(row.pk), "did": did}
        audit.record(audit.Action.CHANGED_BY_STAFF, actor=request.user.pk, subject=None, **about)
