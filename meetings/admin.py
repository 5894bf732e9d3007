"""Meetings for people who operate the product: each run with its steps, timings and errors."""

from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.loader import render_to_string

from audio.models import Recording
from core import audit
from core.admin import PersonalAdmin, PersonalReadOnlyAdmin, ReadOnlyInline
from meetings.errors import NothingToRetry
from meetings.models import Finding, Meeting, Observer, Run, Speaker, StepRun
from meetings.pipeline import runs
from meetings.services import meetings
from tasks.models import Task


def _seconds(begin, end) -> str:
    return f"{(end - begin).total_seconds():.1f} s" if begin and end else "-"


class RecordingInline(ReadOnlyInline):
    model = Recording
    fields = ("filename", "format", "codec", "size", "duration_ms", "sample_rate", "channels", "starts_at")


class RunInline(ReadOnlyInline):
    model = Run
    fields = ("revision", "status", "created_at", "understood_at", "released_at", "finished_at", "error")


class ObserverInline(ReadOnlyInline):
    model = Observer
    fields = (
        "provider",
        "name",
        "place",
        "state",
        "reason",
        "sound",
        "started_at",
        "dismissed_at",
        "ended_at",
    )


class SpeakerInline(ReadOnlyInline):
    model = Speaker
    fields = ("label", "name", "email", "confidence", "named_by_hand")


class FindingInline(ReadOnlyInline):
    model = Finding
    fields = ("kind", "text", "details")


class TaskInline(ReadOnlyInline):
    model = Task
    fields = ("title", "status", "assignee_name", "due_date", "source")


class StepInline(ReadOnlyInline):
    model = StepRun
    fields = (
        "name",
        "status",
        "took",
        "progress",
        "claim",
        "failures",
        "parks",
        "deaths",
        "lease_until",
        "not_before",
        "error_code",
        "error",
        "output",
    )

    @admin.display(description="took")
    def took(self, step: StepRun) -> str:
        return _seconds(step.started_at, step.finished_at)


@admin.register(Meeting)
class MeetingAdmin(PersonalAdmin):
    person = "owner_id"
    list_display = ("title", "owner", "start_time", "processing", "step", "took", "error", "created_at")
    list_filter = ("processing", "analytics_processing", "auto_complete", "created_at")
    search_fields = ("id", "title", "code", "owner__email")
    date_hierarchy = "created_at"
    list_select_related = ("owner",)
    readonly_fields = (
        "steps",
        "id",
        "owner",
        "processing",
        "analytics_processing",
        "language",
        "revision",
        "completed_at",
        "created_at",
        "updated_at",
    )
    inlines = (RunInline, RecordingInline, ObserverInline, SpeakerInline, FindingInline, TaskInline)
    actions = ("retry",)

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("runs__steps")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def _run(self, meeting: Meeting) -> Run | None:
        shown = [run for run in meeting.runs.all() if run.status != Run.Status.SUPERSEDED]
        return shown[0] if shown else None

    @admin.display(description="at step")
    def step(self, meeting: Meeting) -> str:
        run = self._run(meeting)
        steps = run.steps.all() if run else ()
        waiting = next((step for step in steps if step.status != StepRun.Status.SUCCEEDED), None)
        return f"{waiting.name} ({waiting.status})" if waiting else "-"

    @admin.display(description="steps of the newest run")
    def steps(self, meeting: Meeting) -> str:
        run = self._run(meeting)
        rows = [
            (step.name, step.status, _seconds(step.started_at, step.finished_at), step.claim, step.error)
            for step in (run.steps.all() if run else ())
        ]
        return render_to_string("meetings/admin_steps.html", {"rows": rows})

    @admin.display(description="understood in")
    def took(self, meeting: Meeting) -> str:
        run = self._run(meeting)
        return _seconds(run.created_at, run.understood_at) if run else "-"

    @admin.display(description="error")
    def error(self, meeting: Meeting) -> str:
        run = self._run(meeting)
        return run.error if run else ""

    @admin.action(description="Retry failed meetings")
    def retry(self, request: HttpRequest, chosen) -> None:
        retried = 0
        for meeting in chosen:
            try:
                runs.retry(meeting)
                self.record(request, audit.Action.CHANGED_BY_STAFF, meeting, did="retry")
                retried += 1
            except NothingToRetry:
                continue
        self.message_user(request, f"{retried} meetings are being processed again.", messages.SUCCESS)

    def get_deleted_objects(self, objs, request: HttpRequest):
        """A meeting goes with all its rows; that their own pages do not delete them is no obstacle."""
        to_delete, counts, _, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, set(), protected

    def delete_model(self, request: HttpRequest, meeting: Meeting) -> None:
        meetings.remove(meeting)

    def delete_queryset(self, request: HttpRequest, chosen) -> None:
        for meeting in chosen:
            self.delete_model(request, meeting)


@admin.register(Run)
class RunAdmin(PersonalReadOnlyAdmin):
    person = "meeting.owner_id"
    list_display = ("meeting", "revision", "status", "created_at", "understood_at", "finished_at", "error")
    list_filter = ("status", "created_at")
    search_fields = ("id", "meeting__title", "meeting__id")
    list_select_related = ("meeting",)
    inlines = (StepInline,)
