"""Where one is signed in, and signing out: here, there, everywhere."""

from uuid import UUID

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.errors import SessionNotFound
from accounts.models import Session
from accounts.services import sessions
from core.bearer import SESSION_CLAIM
from core.dialects import DialectView, Message, raises


class LogOut(serializers.Serializer):
    refresh_token = serializers.CharField(
        max_length=4096,
        required=False,
        allow_blank=True,
        allow_null=True,
        default=None,
        help_text="Of another session of yours, to end that as well.",
    )


class Device(serializers.ModelSerializer):
    """A session that goes on."""

    last_used_at = serializers.DateTimeField(source="refreshed_at", help_text="When tokens were issued last.")
    current = serializers.SerializerMethodField(help_text="Whether this request belongs to it.")

    class Meta:
        model = Session
        fields = (
            "id",
            "provider",
            "address",
            "user_agent",
            "created_at",
            "last_used_at",
            "expires_at",
            "current",
        )
        read_only_fields = fields

    def get_current(self, session: Session) -> bool:
        return str(session.pk) == self.context["request"].auth[SESSION_CLAIM]


def routes(speaking: type[DialectView]) -> list[URLPattern]:
    """The sessions of the signed-in user."""

    class Devices(speaking, ViewSet):
        page_key = "sessions"

        @extend_schema(request=LogOut, responses=Message)
        def leave(self, request: Request) -> Response:
            """Log out.

            The tokens of this session are void at once, and its sockets close.
            """
            sessions.log_out(request.user, request.auth[SESSION_CLAIM], **self.parsed(LogOut))
            return Response(Message("Successfully logged out"))

        @extend_schema(request=None, responses=Message)
        def leave_everywhere(self, request: Request) -> Response:
            """Log out on all devices, this one too."""
            sessions.sign_out_everywhere(request.user)
            return Response(Message("Successfully logged out everywhere"))

        @extend_schema(responses=Device(many=True))
        def list(self, request: Request) -> Response:
            """Where you are signed in, the session that was used last first."""
            return self.listed(sessions.of(request.user), Device)

        @extend_schema(request=None, responses=speaking.removal)
        @raises(SessionNotFound)
        def end(self, request: Request, session_id: UUID) -> Response:
            """Sign out on one of your devices."""
            sessions.sign_out(request.user, session_id)
            return self.removed("Signed out on this device")

    return [
        path("auth/logout", Devices.as_view({"post": "leave"})),
        path("auth/logout-all", Devices.as_view({"post": "leave_everywhere"})),
        path("auth/sessions", Devices.as_view({"get": "list"})),
        path("auth/sessions/<id:session_id>", Devices.as_view({"delete": "end"})),
    ]
