"""`POST /api/v1/rooms/{room_id}/stt`: the speaker hands in a recording and gets its text."""

from typing import Any

from django.http import QueryDict
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from audio.errors import AudioRefused, AudioTooLarge, LiveFull
from core.arrival import OnArrival
from core.dialects import raises, visible
from core.dialects.problem import InvalidQuery
from rooms import errors
from rooms.api.one_room import OfOneRoom
from rooms.services import presence, speaker, stt

GRANT = "Number of the grant that you speak with, as `acquire` told it; then it has to be the present one."


class SpokenForm(serializers.Serializer):
    file = serializers.FileField(help_text="Any format that meetings take.")
    grant = serializers.IntegerField(required=False, min_value=1, max_value=2**53, help_text=GRANT)


class SpokenBody(serializers.Serializer):
    message_id = serializers.UUIDField(source="pk")
    text = serializers.CharField()
    status = serializers.CharField()
    processing_time_ms = serializers.FloatField(source="meta.processing_time_ms")


class SpokenQuery(serializers.Serializer):
    grant = serializers.IntegerField(required=False, min_value=1, max_value=2**53, help_text=GRANT)


class Spoken(OnArrival, OfOneRoom):
    parser_classes = [MultiPartParser, FormParser]
    rate = "voice"

    @classmethod
    def most_bytes(cls) -> int:
        return stt.MOST_BYTES

    @classmethod
    def on_arrival(cls, user: Any, query: QueryDict, *, room_id) -> speaker.Grant:
        """The speaker's grant: it counts, though the lock may lapse while the sound is on its way.

        Who hands in something is present from now on, and not only once it has come.
        """
        asked = SpokenQuery(data=query)
        if not asked.is_valid():
            raise InvalidQuery(asked.errors)
        presence.touch(room_id, user.pk)
        return speaker.require(user, room_id, asked.validated_data.get("grant"))

    @extend_schema(
        parameters=[OpenApiParameter("grant", int, description=GRANT)],
        request=SpokenForm,
        responses=SpokenBody,
    )
    @raises(
        errors.RoomNotFound,
        errors.NotSpeaker,
        errors.StaleGrant,
        errors.SpeechTooLong,
        errors.SpeechTooSlow,
        AudioTooLarge,
        AudioRefused,
        LiveFull,
    )
    @visible("participant")
    def transcribe(self, request: Request, room_id) -> Response:
        """Say something that is recorded already: the text is a message in the room."""
        fields = self.parsed(SpokenForm)
        message = stt.transcribe(self.arrived, fields["file"], named=fields.get("grant"))
        return self.answer(message, SpokenBody)


urlpatterns = [path("rooms/<id:room_id>/stt", Spoken.as_view({"post": "transcribe"}))]
"""See `config.mounts`."""
