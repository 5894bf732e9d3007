"""`/api/v1/meetings` and what was found in them, in the flat dialect."""

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from audio.errors import AudioRefused, AudioTooLarge
from core.dialects import FlatView, raises
from core.waiting import can_wait, once, until
from integrations import ledger
from integrations.api.effect_bodies import EffectBody, EffectFilter
from meetings import reports, selectors
from meetings.api import flat_bodies as bodies
from meetings.api.received import FORMS, Anchor, Participants, Start, uploads_of
from meetings.errors import (
    MeetingNotFound,
    NothingToCancel,
    NothingToComplete,
    NothingToRetry,
    UnknownTimeZone,
)
from meetings.events import group_of
from meetings.models import Meeting
from meetings.pipeline import ending, intake, runs
from meetings.services import meetings

SEARCH = OpenApiParameter("search", str, description="Text in title, description, code or participants.")


class NewMeeting(Anchor):
    code = serializers.CharField(max_length=200)
    start_time = Start()
    title = serializers.CharField(max_length=300, required=False)
    description = serializers.CharField(required=False, allow_blank=True)


class Changes(serializers.Serializer):
    code = serializers.CharField(max_length=200, required=False)
    title = serializers.CharField(max_length=300, required=False)
    description = serializers.CharField(required=False, allow_blank=True)
    start_time = Start(required=False)
    timezone = serializers.CharField(max_length=64, required=False)
    participants = Participants(required=False)
    auto_complete = serializers.BooleanField(required=False)


class NewRecording(serializers.Serializer):
    file = serializers.FileField()
    second_audio_file = serializers.FileField(required=False)
    starts_at = Start(required=False)


class MeetingFilter(serializers.Serializer):
    status = serializers.ChoiceField(["scheduled", "active", "completed"], required=False)
    processing_status = serializers.CharField(required=False)
    search = serializers.CharField(required=False)

    def validate_processing_status(self, value: str) -> str:
        if value.upper() not in Meeting.Processing.values:
            raise serializers.ValidationError("value is not a valid processing status")
        return value.upper()


class OfOneMeeting(FlatView, ViewSet):
    """Base of everything below one meeting: it is the caller's own, or it is not there."""

    def meeting(self, request: Request, meeting_id) -> Meeting:
        """Raises MeetingNotFound."""
        return selectors.get(request.user, meeting_id)


class Meetings(OfOneMeeting):
    parser_classes = [JSONParser]

    @extend_schema(
        parameters=[MeetingFilter], responses=bodies.MeetingBody(many=True), operation_id="meetings_list"
    )
    def list(self, request: Request) -> Response:
        """Your meetings, newest first."""
        asked = self.asked(MeetingFilter)
        rows = selectors.for_user(request.user)
        if state := asked.get("status"):
            rows = selectors.in_lifecycle(rows, state)
        if processing := asked.get("processing_status"):
            rows = rows.filter(processing=processing)
        if text := asked.get("search"):
            rows = selectors.matching(rows, text)
        return self.listed(rows, bodies.MeetingBody)

    @extend_schema(request=NewMeeting, responses={201: bodies.MeetingDetail})
    @raises(UnknownTimeZone)
    def create(self, request: Request) -> Response:
        """Create a meeting without sound; recordings are added later."""
        meeting = meetings.create(request.user, **self.parsed(NewMeeting))
        return self.answer(meeting, bodies.MeetingDetail, status=201)

    @extend_schema(responses=bodies.MeetingDetail)
    @raises(MeetingNotFound)
    def read(self, request: Request, meeting_id) -> Response:
        """A meeting, with the state of each step of its processing."""
        return self.answer(self.meeting(request, meeting_id), bodies.MeetingDetail)

    @extend_schema(request=Changes, responses=bodies.MeetingDetail)
    @raises(MeetingNotFound, UnknownTimeZone)
    def change(self, request: Request, meeting_id) -> Response:
        """Change what is known about a meeting; what was found in it stays."""
        meeting = self.meeting(request, meeting_id)
        return self.answer(meetings.update(meeting, **self.parsed(Changes)), bodies.MeetingDetail)

    @extend_schema(responses={204: None})
    @raises(MeetingNotFound)
    def remove(self, request: Request, meeting_id) -> Response:
        """Delete a meeting with its recordings and everything found in them."""
        meetings.remove(self.meeting(request, meeting_id))
        return Response(status=204)


class Recordings(OfOneMeeting):
    parser_classes = FORMS

    @extend_schema(responses=bodies.RecordingBody(many=True), operation_id="recordings_list")
    @raises(MeetingNotFound)
    def list(self, request: Request, meeting_id) -> Response:
        """The originals, in their order."""
        return self.listed(self.meeting(request, meeting_id).recordings.all(), bodies.RecordingBody)

    @extend_schema(request=NewRecording, responses={201: bodies.RecordingBody})
    @raises(MeetingNotFound, AudioTooLarge, AudioRefused)
    def add(self, request: Request, meeting_id) -> Response:
        """Add a recording (and a second file that is mixed into it); the meeting is understood anew."""
        meeting = self.meeting(request, meeting_id)
        fields = self.parsed(NewRecording)
        added = intake.add(meeting, uploads_of(fields, "file", "second_audio_file"), **fields)
        return self.answer(added, bodies.RecordingBody, status=201)


class Processing(OfOneMeeting):
    """What one does with a meeting's run."""

    @extend_schema(request=None, responses=bodies.ReportBody)
    @can_wait
    @raises(MeetingNotFound, NothingToComplete)
    def complete(self, request: Request, meeting_id) -> Response:
        """End the meeting: finish understanding it, release tickets, mails, chat and calendar, and wait."""
        meeting = self.meeting(request, meeting_id)
        once(request, lambda: ending.complete(meeting))
        report = reports.compose(meeting)
        if report.status != "processing":
            return self.answer(report, bodies.ReportBody)
        until(request, str(meeting.pk), group=group_of(meeting.pk), finished=reports.finished)
        location = {"Location": f"/api/v1/meetings/{meeting.pk}/report"}
        return self.answer(report, bodies.ReportBody, status=202, headers=location)

    @extend_schema(responses=bodies.ReportBody)
    @raises(MeetingNotFound)
    def report(self, request: Request, meeting_id) -> Response:
        """The report as far as it has got."""
        return self.answer(reports.compose(self.meeting(request, meeting_id)), bodies.ReportBody)

    @extend_schema(request=None, responses=bodies.MeetingDetail)
    @raises(MeetingNotFound, NothingToRetry)
    def retry(self, request: Request, meeting_id) -> Response:
        """Resume a failed meeting at the step that failed."""
        meeting = self.meeting(request, meeting_id)
        once(request, lambda: runs.retry(meeting))
        meeting.refresh_from_db()
        return self.answer(meeting, bodies.MeetingDetail, status=202)

    @extend_schema(request=None, responses=bodies.MeetingDetail)
    @raises(MeetingNotFound, NothingToCancel)
    def cancel(self, request: Request, meeting_id) -> Response:
        """Stop the processing; what was found so far stays."""
        meeting = self.meeting(request, meeting_id)
        runs.cancel(meeting)
        meeting.refresh_from_db()
        return self.answer(meeting, bodies.MeetingDetail)


class Found(OfOneMeeting):
    """Transcript, diarization and summary of a meeting."""

    parser_classes = [JSONParser]

    @extend_schema(request=bodies.NewSegments, responses={201: bodies.TranscriptSegment(many=True)})
    @raises(MeetingNotFound)
    def post_transcript(self, request: Request) -> Response:
        """Store segments that the client transcribed itself; they count where no audio covers them."""
        fields = self.parsed(bodies.NewSegments)
        meeting = self.meeting(request, fields["meeting_id"])
        rows = meetings.add_client_segments(meeting, fields["segments"])
        return Response(bodies.TranscriptSegment(rows, many=True).data, status=201)

    @extend_schema(responses=bodies.TranscriptSegment(many=True), operation_id="transcript_read")
    @raises(MeetingNotFound)
    def transcript(self, request: Request, meeting_id) -> Response:
        """The full transcript in order of time."""
        rows = selectors.segments_of(self.meeting(request, meeting_id))
        return self.listed(rows, bodies.TranscriptSegment)

    @extend_schema(responses=bodies.SpokenSegment(many=True), operation_id="diarization_read")
    @raises(MeetingNotFound)
    def diarization(self, request: Request, meeting_id) -> Response:
        """Who spoke when: segments with voice label, name and the confidence of the name."""
        rows = selectors.segments_of(self.meeting(request, meeting_id)).filter(speaker__isnull=False)
        return self.listed(rows, bodies.SpokenSegment)

    @extend_schema(responses=bodies.FindingBody(many=True), operation_id="summary_read")
    @raises(MeetingNotFound)
    def summary(self, request: Request, meeting_id) -> Response:
        """The summary's bullets with their evidence."""
        rows = selectors.findings_of(self.meeting(request, meeting_id), "summary_bullet")
        return self.listed(rows, bodies.FindingBody)


class Sent(OfOneMeeting):
    """What left the house for a meeting."""

    @extend_schema(
        parameters=[EffectFilter], responses=EffectBody(many=True), operation_id="meetings_effects_list"
    )
    @raises(MeetingNotFound)
    def list(self, request: Request, meeting_id) -> Response:
        """Tickets, mails, messages and entries of a meeting, with every call that was made for them."""
        rows = ledger.of_meeting(self.meeting(request, meeting_id).pk).filter(**self.asked(EffectFilter))
        return self.listed(rows, EffectBody)


_one = "meetings/<id:meeting_id>"
urlpatterns = [
    path("meetings/", Meetings.as_view({"get": "list", "post": "create"})),
    path(_one, Meetings.as_view({"get": "read", "patch": "change", "delete": "remove"})),
    path(f"{_one}/recordings", Recordings.as_view({"get": "list", "post": "add"})),
    path(f"{_one}/effects", Sent.as_view({"get": "list"})),
    path(f"{_one}/complete", Processing.as_view({"post": "complete"})),
    path(f"{_one}/report", Processing.as_view({"get": "report"})),
    path(f"{_one}/retry", Processing.as_view({"post": "retry"})),
    path(f"{_one}/cancel", Processing.as_view({"post": "cancel"})),
    path("transcripts/", Found.as_view({"post": "post_transcript"})),
    path("transcripts/<id:meeting_id>", Found.as_view({"get": "transcript"})),
    path("diarization/<id:meeting_id>", Found.as_view({"get": "diarization"})),
    path("summaries/<id:meeting_id>", Found.as_view({"get": "summary"})),
]
