"""`/audio/stream` for whoever asks it without a WebSocket's upgrade: what it is, and what to do."""

from typing import NoReturn

from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from core.dialects import FlatView, raises, visible
from meetings.errors import UpgradeRequired


@visible("public")
class PlainRequest(FlatView, ViewSet):
    """It tells nothing about anybody, so it needs no token; `meetings.consumers` asks for one."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(responses={101: OpenApiResponse(description="With an upgrade request: the WebSocket.")})
    @raises(UpgradeRequired)
    def get(self, request: Request) -> NoReturn:
        """Live transcription is a WebSocket: connect with an upgrade request."""
        raise UpgradeRequired

    @extend_schema(request=None, responses={})
    @raises(UpgradeRequired)
    def post(self, request: Request) -> NoReturn:
        """Live transcription is a WebSocket: connect with an upgrade request."""
        raise UpgradeRequired


urlpatterns = [path("audio/stream", PlainRequest.as_view({"get": "get", "post": "post"}))]
