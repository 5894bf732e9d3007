"""`/api/v1/meetings/{id}/join`, `/bot`, `/leave`: the observer in a meeting's call; and vendors' webhooks."""

import time

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.dialects import FlatView, raises, visible
from meetings.api.flat import OfOneMeeting
from meetings.errors import HookNotProven, MeetingNotFound, NoObserver, ObserverElsewhere, ObserverNotFound
from meetings.models import Observer
from meetings.services import hooks, joining, observers


class ObserveFields(serializers.Serializer):
    """All may be left out: then the observer goes where the meeting's code says."""

    link = serializers.CharField(
        max_length=2000,
        required=False,
        allow_blank=True,
        help_text="Of Zoom, Google Meet or Teams, or the id or title of a room. Default: the meeting's code.",
    )
    url = serializers.CharField(
        max_length=2000, required=False, allow_blank=True, help_text="The same by another name."
    )
    name = serializers.CharField(
        max_length=100, required=False, allow_blank=True, help_text="What people in the call read."
    )
    provider = serializers.CharField(
        max_length=40,
        required=False,
        allow_blank=True,
        help_text="`room`, or one of the configured services. Default: whatever fits first.",
    )


class ObserverBody(serializers.ModelSerializer):
    """An observer; its microphone and camera are off."""

    meeting_id = serializers.UUIDField()

    class Meta:
        model = Observer
        fields = (
            "id",
            "meeting_id",
            "provider",
            "name",
            "place",
            "state",
            "reason",
            "sound",
            "started_at",
            "ended_at",
            "created_at",
        )
        read_only_fields = fields


class Observers(OfOneMeeting):
    parser_classes = [JSONParser]

    @extend_schema(request=ObserveFields, responses={200: ObserverBody, 201: ObserverBody})
    @raises(MeetingNotFound, NoObserver, ObserverElsewhere)
    def join(self, request: Request, meeting_id) -> Response:
        """Send an observer into the meeting's call, with microphone and camera off.

        One that is there already is answered with 200. What it hears becomes the meeting's sound.
        """
        meeting = self.meeting(request, meeting_id)
        asked = self.parsed(ObserveFields)
        link = asked.get("link") or asked.get("url", "")
        joined = joining.join(
            meeting, link=link, name=asked.get("name", ""), provider=asked.get("provider", "")
        )
        return self.answer(joined.observer, ObserverBody, status=201 if joined.is_new else 200)

    @extend_schema(responses=ObserverBody)
    @raises(MeetingNotFound, ObserverNotFound)
    def read(self, request: Request, meeting_id) -> Response:
        """How the observer stands, or how the last one ended."""
        return self.answer(observers.newest(self.meeting(request, meeting_id)), ObserverBody)

    @extend_schema(request=None, responses=ObserverBody)
    @raises(MeetingNotFound, ObserverNotFound)
    def leave(self, request: Request, meeting_id) -> Response:
        """Have the observer leave; what it has heard stays. Leaving twice is leaving once."""
        return self.answer(observers.leave(self.meeting(request, meeting_id)), ObserverBody)


@visible("public")
class Hooks(FlatView, ViewSet):
    """A vendor's word that something has changed. It is proven by its signature, and only ever looked up."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(request=None, responses={204: None})
    @raises(HookNotProven)
    def take(self, request: Request, provider: str) -> Response:
        """For services that send observers. Without a good signature nothing happens."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        hooks.take(provider, headers, request._request.body, now=time.time())
        return Response(status=204)


_one = "meetings/<id:meeting_id>"
urlpatterns = [
    path(f"{_one}/join", Observers.as_view({"post": "join"})),
    path(f"{_one}/bot", Observers.as_view({"get": "read"})),
    path(f"{_one}/leave", Observers.as_view({"post": "leave"})),
    path("hooks/bots/<str:provider>", Hooks.as_view({"post": "take"})),
]
