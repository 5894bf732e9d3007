"""`/api/v1/mobile/meetings`, the same under `/web`: meetings as memo.md prints them."""

from datetime import datetime, timedelta

from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from audio.errors import AudioRefused, AudioTooLarge
from audio.models import Recording
from core.dialects import MemoView, raises
from core.waiting import once
from meetings import selectors
from meetings.api.received import FORMS_AND_JSON, Anchor, Participants, uploads_of
from meetings.errors import MeetingNotFound, NothingToRetry, UnknownTimeZone
from meetings.models import Meeting, Segment
from meetings.pipeline import intake, runs
from meetings.services import meetings
from tasks.models import Task


class Upload(Anchor):
    title = serializers.CharField(max_length=300)
    description = serializers.CharField(required=False, allow_blank=True)
    templateid = serializers.UUIDField(source="template_id", required=False)
    custom_template_points = serializers.CharField(required=False, allow_blank=True)
    audio_file = serializers.FileField()
    second_audio_file = serializers.FileField(required=False)


class Changes(serializers.Serializer):
    title = serializers.CharField(max_length=300, required=False)
    description = serializers.CharField(required=False, allow_blank=True)
    participants = Participants(required=False)
    templateid = serializers.UUIDField(source="template_id", required=False, allow_null=True)
    custom_template_points = serializers.CharField(required=False, allow_blank=True)


class LastMoment(serializers.DateTimeField):
    """ISO 8601; a mere day means its last moment."""

    def to_internal_value(self, value) -> datetime:
        moment = super().to_internal_value(value)
        is_day = "T" not in value.upper() and ":" not in value
        return moment + timedelta(days=1, microseconds=-1) if is_day else moment


class MeetingFilter(serializers.Serializer):
    status = serializers.CharField(required=False, help_text="pending, processing, completed or failed.")
    analytics_status = serializers.CharField(required=False)
    search = serializers.CharField(required=False, help_text="In title or participants.")
    date_from = serializers.DateTimeField(required=False)
    date_to = LastMoment(required=False, help_text="A day without a time is included to its end.")

    def validate_status(self, value: str) -> str:
        if value.upper() not in Meeting.Processing.values:
            raise serializers.ValidationError("value is not a valid status")
        return value.upper()

    validate_analytics_status = validate_status


@extend_schema_field(str)
class Clock(serializers.Field):
    """Milliseconds as memo.md prints times: `0:15`, from an hour on `1:00:15`."""

    def to_representation(self, value: int) -> str:
        minutes, seconds = divmod(value // 1000, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


class Said(serializers.ModelSerializer):
    speaker = serializers.SerializerMethodField()
    start_time = Clock(source="start_ms")
    end_time = Clock(source="end_ms")

    class Meta:
        model = Segment
        fields = ("speaker", "text", "start_time", "end_time")
        read_only_fields = fields

    def get_speaker(self, segment: Segment) -> str:
        return segment.speaker.display_name if segment.speaker else "Speaker"


class ActionItem(serializers.ModelSerializer):
    task = serializers.CharField(source="title")
    assigned_to = serializers.CharField(source="assignee_name")

    class Meta:
        model = Task
        fields = ("task", "assigned_to", "due_date")
        read_only_fields = fields


class MeetingRow(serializers.ModelSerializer):
    """A meeting in a page."""

    participants = serializers.SerializerMethodField()
    templateid = serializers.UUIDField(source="template_id", allow_null=True)
    user_id = serializers.UUIDField(source="owner_id")
    status = serializers.CharField(source="processing")
    analytics_status = serializers.CharField(source="analytics_processing")
    is_processed = serializers.SerializerMethodField()

    class Meta:
        model = Meeting
        fields = (
            "id",
            "title",
            "description",
            "participants",
            "start_time",
            "timezone",
            "templateid",
            "custom_template_points",
            "status",
            "analytics_status",
            "is_processed",
            "user_id",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields

    def get_participants(self, meeting: Meeting) -> list[str]:
        return [person["name"] for person in meeting.participants]

    def get_is_processed(self, meeting: Meeting) -> bool:
        return meeting.processing == Meeting.Processing.COMPLETED


class MeetingBody(MeetingRow):
    """One meeting with everything that was found."""

    transcription = serializers.SerializerMethodField()
    summary = serializers.SerializerMethodField()
    key_points = serializers.SerializerMethodField()
    action_items = serializers.SerializerMethodField()
    audio_filename = serializers.SerializerMethodField()
    s3_audio_path = serializers.SerializerMethodField()
    analytics_data = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField(help_text="Why the processing failed, or null.")

    class Meta(MeetingRow.Meta):
        fields = (
            *MeetingRow.Meta.fields,
            "transcription",
            "summary",
            "key_points",
            "action_items",
            "audio_filename",
            "s3_audio_path",
            "analytics_data",
            "error",
        )
        read_only_fields = fields

    def get_transcription(self, meeting: Meeting) -> Said(many=True):
        return Said(selectors.segments_of(meeting), many=True).data

    def get_summary(self, meeting: Meeting) -> str | None:
        return meeting.summary.text if hasattr(meeting, "summary") else None

    def get_key_points(self, meeting: Meeting) -> str | None:
        points = [finding.text for finding in selectors.findings_of(meeting, "key_point")]
        return "\n".join(f"{n}. {text}" for n, text in enumerate(points, 1)) or None

    def get_action_items(self, meeting: Meeting) -> ActionItem(many=True):
        shown = meeting.tasks.exclude(status=Task.Status.DISMISSED)
        return ActionItem(shown, many=True).data

    def get_audio_filename(self, meeting: Meeting) -> str | None:
        first = self._recording(meeting)
        return first.filename if first else None

    def get_s3_audio_path(self, meeting: Meeting) -> str | None:
        first = self._recording(meeting)
        return first.file if first else None

    def get_analytics_data(self, meeting: Meeting) -> dict | None:
        return meeting.analytics.data if hasattr(meeting, "analytics") else None

    def get_error(self, meeting: Meeting) -> str | None:
        run = selectors.newest_run(meeting)
        return (run.error or None) if run else None

    def _recording(self, meeting: Meeting) -> Recording | None:
        return meeting.recordings.first()


class Meetings(MemoView, ViewSet):
    parser_classes = FORMS_AND_JSON
    page_limit = 100

    @extend_schema(parameters=[MeetingFilter], responses=MeetingRow(many=True))
    def list(self, request: Request) -> Response:
        """Your meetings, newest first."""
        asked = self.asked(MeetingFilter)
        rows = selectors.for_user(request.user)
        columns = {
            "status": "processing",
            "analytics_status": "analytics_processing",
            "date_from": "start_time__gte",
            "date_to": "start_time__lte",
        }
        rows = rows.filter(**{columns[name]: value for name, value in asked.items() if name in columns})
        if text := asked.get("search"):
            rows = selectors.matching(rows, text)
        return self.listed(rows, MeetingRow)

    @extend_schema(request=Upload, responses={201: MeetingBody})
    @raises(AudioTooLarge, AudioRefused, UnknownTimeZone)
    def create(self, request: Request) -> Response:
        """Create a meeting out of one or two recordings; understanding it begins at once."""
        fields = self.parsed(Upload)
        uploads = uploads_of(fields, "audio_file", "second_audio_file")
        return self.answer(intake.receive(request.user, uploads, **fields), MeetingBody, status=201)

    @extend_schema(responses=MeetingBody)
    @raises(MeetingNotFound)
    def read(self, request: Request, meeting_id) -> Response:
        """A meeting with its transcription, summary, key points and action items."""
        return self.answer(selectors.get(request.user, meeting_id), MeetingBody)

    @extend_schema(request=Changes, responses=MeetingBody)
    @raises(MeetingNotFound)
    def change(self, request: Request, meeting_id) -> Response:
        """Change title, description, participants or template."""
        meeting = selectors.get(request.user, meeting_id)
        return self.answer(meetings.update(meeting, **self.parsed(Changes)), MeetingBody)

    @extend_schema(responses={204: None})
    @raises(MeetingNotFound)
    def remove(self, request: Request, meeting_id) -> Response:
        """Delete a meeting with its recordings and everything found in them."""
        meetings.remove(selectors.get(request.user, meeting_id))
        return Response(status=204)

    @extend_schema(request=None, responses={202: MeetingBody})
    @raises(MeetingNotFound, NothingToRetry)
    def retry(self, request: Request, meeting_id) -> Response:
        """Retry a failed meeting at the step that failed."""
        meeting = selectors.get(request.user, meeting_id)
        once(request, lambda: runs.retry(meeting))
        meeting.refresh_from_db()
        return self.answer(meeting, MeetingBody, status=202)


class JsonMeetings(Meetings):
    parser_classes = [JSONParser]


urlpatterns = [
    path("meetings/", Meetings.as_view({"get": "list", "post": "create"})),
    path(
        "meetings/<id:meeting_id>",
        JsonMeetings.as_view({"get": "read", "put": "change", "delete": "remove"}),
    ),
    path("meetings/<id:meeting_id>/retry", JsonMeetings.as_view({"post": "retry"})),
]
