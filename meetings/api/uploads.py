"""`/upload`, `/transcribe/{id}`, `/extract/{id}`, `/meeting/{id}` at the root (upload-extract.md)."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audio.errors import AudioRefused, AudioTooLarge
from core.dialects import raises
from core.waiting import can_wait, once, until
from meetings import reports, selectors
from meetings.api import flat_bodies as bodies
from meetings.api.flat import OfOneMeeting
from meetings.api.received import FORMS, Anchor, uploads_of
from meetings.errors import MeetingNotFound, NothingToComplete, UnknownTimeZone
from meetings.events import group_of
from meetings.models import Meeting
from meetings.pipeline import intake, runs


class Upload(Anchor):
    file = serializers.FileField()
    title = serializers.CharField(max_length=300, required=False)


class Uploaded(serializers.Serializer):
    meeting_id = serializers.UUIDField(source="pk")
    id = serializers.UUIDField()
    status = serializers.CharField(source="processing")


class DashboardTask(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField(source="title")
    owner = serializers.CharField(source="assignee_name")
    status = serializers.CharField()
    deadline = serializers.DateField(source="due_date")
    category = serializers.CharField()


class Dashboard(serializers.Serializer):
    """What upload-extract.md's dashboard and timeline show."""

    meeting_id = serializers.UUIDField(source="meeting.id")
    id = serializers.UUIDField(source="meeting.id")
    title = serializers.CharField(source="meeting.title")
    status = serializers.CharField(source="meeting.processing")
    created_at = serializers.DateTimeField(source="meeting.created_at")
    transcript = serializers.SerializerMethodField()
    summary = serializers.CharField(source="summary_text")
    decisions = bodies.FindingBody(many=True)
    action_items = DashboardTask(source="tasks", many=True)
    unresolved_questions = bodies.FindingBody(source="open_questions", many=True)
    errors = bodies.ErrorBody(many=True)

    def get_transcript(self, report: reports.MeetingReport) -> bodies.TranscriptSegment(many=True):
        rows = selectors.segments_of(report.meeting)
        return bodies.TranscriptSegment(rows, many=True).data


class Uploads(OfOneMeeting):
    parser_classes = FORMS

    @extend_schema(request=Upload, responses={201: Uploaded})
    @raises(AudioTooLarge, AudioRefused, UnknownTimeZone)
    def upload(self, request: Request) -> Response:
        """Hand in an audio or video file; understanding it begins at once."""
        fields = self.parsed(Upload)
        uploads = uploads_of(fields, "file")
        fields.setdefault("title", uploads[0].name.rpartition(".")[0] or uploads[0].name)
        return self.answer(intake.receive(request.user, uploads, **fields), Uploaded, status=201)


class Dashboards(OfOneMeeting):
    @extend_schema(responses=Dashboard)
    @raises(MeetingNotFound)
    def read(self, request: Request, meeting_id) -> Response:
        """Transcript, action items, decisions and unresolved questions."""
        return self.answer(reports.compose(self.meeting(request, meeting_id)), Dashboard)

    @extend_schema(request=None, responses=Dashboard)
    @can_wait
    @raises(MeetingNotFound, NothingToComplete)
    def transcribe(self, request: Request, meeting_id) -> Response:
        """Wait for the transcript, resuming or starting what is needed."""
        return self._until(request, self.meeting(request, meeting_id), runs.transcribed)

    @extend_schema(request=None, responses=Dashboard)
    @can_wait
    @raises(MeetingNotFound, NothingToComplete)
    def extract(self, request: Request, meeting_id) -> Response:
        """Wait for decisions, action items and questions, resuming or starting what is needed."""
        return self._until(request, self.meeting(request, meeting_id), runs.understood)

    def _until(self, request: Request, meeting: Meeting, finished) -> Response:
        once(request, lambda: runs.ensure(meeting))
        report = reports.compose(meeting)
        key = str(meeting.pk)
        if finished({key}):
            return self.answer(report, Dashboard)
        until(request, key, group=group_of(meeting.pk), finished=finished)
        return self.answer(report, Dashboard, status=202, headers={"Location": f"/meeting/{key}"})


urlpatterns = [
    path("upload", Uploads.as_view({"post": "upload"})),
    path("transcribe/<id:meeting_id>", Dashboards.as_view({"post": "transcribe"})),
    path("extract/<id:meeting_id>", Dashboards.as_view({"post": "extract"})),
    path("meeting/<id:meeting_id>", Dashboards.as_view({"get": "read"})),
]
