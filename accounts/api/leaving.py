"""Taking one's data along, and closing the account."""

from django.http import StreamingHttpResponse
from django.urls import URLPattern, path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.models import Erasure
from accounts.services import archive, erasure
from core.dialects import DialectView
from core.streaming import download


class Receipt(serializers.ModelSerializer):
    """What was erased, and what could not be, by kind and number."""

    class Meta:
        model = Erasure
        fields = ("id", "created_at", "erased", "changed", "kept", "beyond_reach")
        read_only_fields = fields


def closing(speaking: type[DialectView]) -> type:
    """A mixin for the view of oneself: `{"delete": "close"}`."""

    class Closing:
        @extend_schema(request=None, responses=speaking.removal)
        def close(self, request: Request) -> Response:
            """Delete your account and everything that is yours, at once and for good.

            Recordings leave the storage within minutes. Tasks that somebody else is to do stay with them,
            without your name. Under `/v1` the answer has a receipt in `data`.
            """
            receipt = erasure.erase(request.user, by=request.user)
            return self.removed("Account deleted successfully", Receipt(receipt).data)

    return Closing


def routes(speaking: type[DialectView]) -> list[URLPattern]:
    """`users/me/export`, and `auth/me/export` beside memo.md's `auth/me`."""

    class Data(speaking, ViewSet):
        @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
        def export(self, request: Request) -> StreamingHttpResponse:
            """All of your data as a zip: account, meetings with their recordings, tasks, what went out."""
            made = archive.make(request.user)
            return download(made.blocks, filename=made.filename, content_type="application/zip")

    return [
        path("auth/me/export", Data.as_view({"get": "export"})),
        path("users/me/export", Data.as_view({"get": "export"})),
    ]
