"""The description of the sockets: `docs/asyncapi.yaml`, also served at `/api/asyncapi/`."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework.views import APIView

from config.sockets import SOCKETS
from core import asyncapi

CONTENT_TYPE = "application/vnd.aai.asyncapi+yaml; version=3.0.0; charset=utf-8"
SERVERS = {
    "here": {"host": "127.0.0.1:8000", "protocol": "ws", "description": "Where `make run` serves."},
    "versioned": {
        "host": "127.0.0.1:8000",
        "pathname": "/api/v1",
        "protocol": "ws",
        "description": "The same sockets under the prefix of the REST API.",
    },
}


@cache
def text() -> str:
    """The document as YAML."""
    info = {
        "title": f"{settings.SPECTACULAR_SETTINGS['TITLE']}: sockets",
        "version": settings.VERSION,
        "description": "Each address also ends in a slash. Message by message: docs/realtime.md.",
    }
    sockets = [asyncapi.Socket(route, consumer) for route, consumer in SOCKETS]
    return asyncapi.written(asyncapi.document(sockets, info=info, servers=SERVERS))


class AsyncApi(APIView):
    """Open to everybody, as the OpenAPI schema is."""

    permission_classes = ()
    authentication_classes = ()
    schema = None

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(text(), content_type=CONTENT_TYPE)
