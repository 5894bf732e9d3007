"""How meetings, reports and findings are written in the flat dialect."""

from django.utils import timezone as clock
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from audio.models import Recording
from integrations.models import Effect
from meetings import reports, selectors
from meetings.assignees import Doubt
from meetings.models import Finding, Meeting, Run, Segment, StepRun
from tasks.api.flat_bodies import TaskBody


@extend_schema_field(float)
class Seconds(serializers.Field):
    """Milliseconds of a row as seconds."""

    def to_representation(self, value: int) -> float:
        return value / 1000


class PersonBody(serializers.Serializer):
    name = serializers.CharField()
    email = serializers.CharField()


class StepBody(serializers.ModelSerializer):
    attempts = serializers.IntegerField(source="claim")

    class Meta:
        model = StepRun
        fields = (
            "name",
            "status",
            "progress",
            "attempts",
            "started_at",
            "finished_at",
            "error_code",
            "error",
            "output",
        )
        read_only_fields = fields


class MeetingBody(serializers.ModelSerializer):
    """A meeting in a list."""

    status = serializers.SerializerMethodField(help_text="`scheduled`, `active` or `completed`.")
    processing_status = serializers.CharField(source="processing")
    analytics_status = serializers.CharField(source="analytics_processing")
    owner_id = serializers.UUIDField()
    participants = PersonBody(many=True)

    class Meta:
        model = Meeting
        fields = (
            "id",
            "code",
            "title",
            "description",
            "owner_id",
            "start_time",
            "timezone",
            "participants",
            "language",
            "status",
            "processing_status",
            "analytics_status",
            "revision",
            "auto_complete",
            "completed_at",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields

    def get_status(self, meeting: Meeting) -> str:
        return reports.lifecycle(meeting, clock.now())


class MeetingDetail(MeetingBody):
    """One meeting, with its processing step by step."""

    steps = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField(help_text="Why the processing stopped, or null.")
    recordings = serializers.SerializerMethodField()

    class Meta(MeetingBody.Meta):
        fields = (*MeetingBody.Meta.fields, "steps", "error", "recordings")
        read_only_fields = fields

    def get_steps(self, meeting: Meeting) -> StepBody(many=True):
        run = self._run(meeting)
        return StepBody(run.steps.all() if run else [], many=True).data

    def get_error(self, meeting: Meeting) -> str | None:
        run = self._run(meeting)
        return run.error or None if run else None

    def get_recordings(self, meeting: Meeting) -> int:
        return meeting.recordings.count()

    def _run(self, meeting: Meeting) -> Run | None:
        if not hasattr(meeting, "shown_run"):
            meeting.shown_run = selectors.newest_run(meeting)
        return meeting.shown_run


class RecordingBody(serializers.ModelSerializer):
    duration = serializers.SerializerMethodField(help_text="Seconds, as the header claims.")
    meeting_id = serializers.UUIDField()

    class Meta:
        model = Recording
        fields = (
            "id",
            "meeting_id",
            "role",
            "position",
            "filename",
            "size",
            "sha256",
            "format",
            "codec",
            "duration",
            "sample_rate",
            "channels",
            "starts_at",
            "created_at",
        )
        read_only_fields = fields

    def get_duration(self, recording: Recording) -> float | None:
        return None if recording.duration_ms is None else recording.duration_ms / 1000


class EvidenceBody(serializers.Serializer):
    segment_ids = serializers.ListField(child=serializers.CharField())
    quote = serializers.CharField()
    start = serializers.FloatField(help_text="Seconds.")
    end = serializers.FloatField(help_text="Seconds.")
    confidence = serializers.FloatField()


class FindingBody(serializers.ModelSerializer):
    evidence = EvidenceBody()

    class Meta:
        model = Finding
        fields = ("id", "text", "evidence")
        read_only_fields = fields


class TicketBody(serializers.ModelSerializer):
    key = serializers.CharField(source="external_id")

    class Meta:
        model = Effect
        fields = ("task_id", "provider", "key", "url", "status")
        read_only_fields = fields


class ReportedEffect(serializers.ModelSerializer):
    class Meta:
        model = Effect
        fields = (
            "id",
            "kind",
            "provider",
            "destination",
            "task_id",
            "status",
            "reason",
            "external_id",
            "url",
            "sent_at",
        )
        read_only_fields = fields


class UnassignedBody(serializers.Serializer):
    """A task that nobody is told of: its owner assigns it (`PATCH /api/v1/tasks/{id}`)."""

    task_id = serializers.UUIDField()
    title = serializers.CharField()
    said = serializers.CharField(help_text="The name as it was said; empty where none was.")
    reason = serializers.ChoiceField([doubt.value for doubt in Doubt])
    candidates = serializers.ListField(child=serializers.CharField(), help_text="Who might be meant.")


class SkippedBody(serializers.Serializer):
    kind = serializers.CharField()
    reason = serializers.CharField()
    task_ids = serializers.ListField(child=serializers.UUIDField())


class ErrorBody(serializers.Serializer):
    step = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class ReportBody(serializers.Serializer):
    """What is known of the meeting, complete or as far as it has got."""

    meeting_id = serializers.UUIDField(source="meeting.id")
    title = serializers.CharField(source="meeting.title")
    start_time = serializers.DateTimeField(source="meeting.start_time")
    timezone = serializers.CharField(source="meeting.timezone")
    participants = PersonBody(source="meeting.participants", many=True)
    status = serializers.ChoiceField(["pending", "processing", "completed", "partial", "failed"])
    processing_status = serializers.CharField(source="meeting.processing")
    released = serializers.BooleanField(help_text="Whether tickets, mails, chat and calendar were allowed.")
    summary = serializers.SerializerMethodField()
    summary_text = serializers.CharField()
    decisions = FindingBody(many=True)
    tasks = TaskBody(many=True)
    unassigned = UnassignedBody(many=True)
    open_questions = FindingBody(many=True)
    key_points = FindingBody(many=True)
    tickets = TicketBody(many=True)
    effects = ReportedEffect(many=True)
    skipped = SkippedBody(many=True)
    analytics = serializers.DictField()
    engines = serializers.DictField(child=serializers.CharField(allow_null=True))
    notices = serializers.ListField(child=serializers.CharField())
    errors = ErrorBody(many=True)

    def get_summary(self, report: reports.MeetingReport) -> list[str]:
        return [finding.text for finding in report.summary]


class TranscriptSegment(serializers.ModelSerializer):
    """A stretch of speech; times in seconds from the recording's beginning."""

    start = Seconds(source="start_ms")
    end = Seconds(source="end_ms")
    speaker = serializers.SerializerMethodField()

    class Meta:
        model = Segment
        fields = ("id", "start", "end", "text", "speaker", "confidence", "source", "words")
        read_only_fields = fields

    def get_speaker(self, segment: Segment) -> str | None:
        return segment.speaker.display_name if segment.speaker else None


class SpokenSegment(serializers.ModelSerializer):
    start = Seconds(source="start_ms")
    end = Seconds(source="end_ms")
    speaker = serializers.CharField(source="speaker.display_name")
    label = serializers.CharField(source="speaker.label")
    name_confidence = serializers.FloatField(source="speaker.confidence")

    class Meta:
        model = Segment
        fields = ("id", "start", "end", "speaker", "label", "name_confidence", "text")
        read_only_fields = fields


LATEST = 1_000_000
"""Seconds after a meeting's beginning until which segments are taken: eleven days."""


class NewSegment(serializers.Serializer):
    start = serializers.FloatField(min_value=0, max_value=LATEST)
    end = serializers.FloatField(min_value=0, max_value=LATEST)
    text = serializers.CharField()

    def validate(self, fields: dict) -> dict:
        if fields["end"] < fields["start"]:
            raise serializers.ValidationError({"end": "ensure this value is not before start"})
        return fields


class NewSegments(serializers.Serializer):
    meeting_id = serializers.UUIDField()
    segments = NewSegment(many=True, allow_empty=False, max_length=1000)
