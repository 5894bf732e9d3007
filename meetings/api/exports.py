"""`/api/v1/export/*`: a meeting's report as a file, and as a document at a vendor."""

import re

from django.http import HttpResponse
from django.urls import path
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.dialects import raises
from core.rates import limited
from core.waiting import can_wait, once, until
from integrations.models import Effect
from integrations.refusals import NoDocumentsProvider, NotWantedAnyMore, RejectedByVendor
from integrations.services.by_hand import Outcome, now, settled
from meetings import reports
from meetings.api.flat import OfOneMeeting
from meetings.errors import MeetingNotFound
from meetings.exports import markdown
from meetings.services import documents

MARKDOWN = "text/markdown"
FOLDER_URL = re.compile(r"https://drive\.google\.com/drive/(?:u/\d+/)?folders/([\w-]+)")


class WhichMeeting(serializers.Serializer):
    meeting_id = serializers.UUIDField()


class Folder(serializers.CharField):
    """The id of a folder of Google Drive, or the address that the browser shows for it."""

    def to_internal_value(self, data: object) -> str:
        said = super().to_internal_value(data)
        found = FOLDER_URL.match(said)
        folder = found[1] if found else said
        if not re.fullmatch(r"[\w-]*", folder, re.ASCII):
            raise serializers.ValidationError("this is not the id of a folder of Google Drive")
        return folder


class NewDocument(WhichMeeting):
    folder_id = Folder(
        max_length=300,
        required=False,
        allow_blank=True,
        default="",
        help_text="Id or address of a folder; none for where the account keeps its documents.",
    )


class MarkdownBody(serializers.Serializer):
    meeting_id = serializers.UUIDField()
    format = serializers.CharField()
    filename = serializers.CharField()
    content = serializers.CharField()


class DocumentBody(serializers.ModelSerializer):
    document_id = serializers.CharField(source="external_id", help_text="Empty until it is there.")
    effect_id = serializers.UUIDField(source="id")
    folder_id = serializers.CharField(source="destination")

    class Meta:
        model = Effect
        fields = (
            "meeting_id",
            "document_id",
            "url",
            "status",
            "effect_id",
            "folder_id",
            "provider",
            "reason",
        )
        read_only_fields = fields


_DONE = {200: DocumentBody, 201: DocumentBody, 202: DocumentBody}


class Exports(OfOneMeeting):
    parser_classes = [JSONParser]

    @extend_schema(
        request=WhichMeeting,
        responses={(200, "application/json"): MarkdownBody, (200, MARKDOWN): OpenApiTypes.STR},
    )
    @raises(MeetingNotFound)
    def markdown(self, request: Request) -> HttpResponse:
        """The report as Markdown: inside JSON, or as the file itself for `Accept: text/markdown`."""
        meeting = self.meeting(request, self.parsed(WhichMeeting)["meeting_id"])
        content, name = markdown.write(reports.compose(meeting)), markdown.filename(meeting)
        if request.get_preferred_type(["application/json", MARKDOWN]) == MARKDOWN:
            header = content_disposition_header(as_attachment=True, filename=name)
            headers = {"Content-Disposition": header, "X-Content-Type-Options": "nosniff"}
            return HttpResponse(content, content_type=f"{MARKDOWN}; charset=utf-8", headers=headers)
        body = {"meeting_id": meeting.pk, "format": "markdown", "filename": name, "content": content}
        return self.answer(body, MarkdownBody)

    @extend_schema(request=NewDocument, responses=_DONE)
    @can_wait
    @limited("outward")
    @raises(MeetingNotFound, NoDocumentsProvider, RejectedByVendor, NotWantedAnyMore)
    def google_doc(self, request: Request) -> Response:
        """Have the report as a Google Doc in a folder: 201 when it is there, 202 while it is under way, 200
        where this revision of the report was in that folder already."""
        outcome = now(once(request, lambda: self._export(request)))
        effect = outcome.effect
        if not outcome.settled:
            until(request, str(effect.pk), group=effect.audience, finished=settled)
            return self.answer(effect, DocumentBody, status=202)
        made = outcome.created and effect.status == Effect.Status.SENT
        return self.answer(effect, DocumentBody, status=201 if made else 200)

    def _export(self, request: Request) -> Outcome:
        asked = self.parsed(NewDocument)
        meeting = self.meeting(request, asked["meeting_id"])
        return documents.export(meeting, folder_id=asked["folder_id"])


urlpatterns = [
    path("export/markdown", Exports.as_view({"post": "markdown"})),
    path("export/google-doc", Exports.as_view({"post": "google_doc"})),
]
