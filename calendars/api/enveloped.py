"""`/v1/calendar/integrations` (voice-assistant.md): the face of connections that serve calendars."""

from typing import ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from calendars.selectors import integration_of, integrations_of
from core.dialects import EnvelopedView, raises
from integrations.models import Connection
from integrations.refusals import CodeRefused, ConnectionNotFound, ScopeMissing, VendorNotConfigured
from integrations.services import connections, consents

CALENDAR = "calendar"
PRIMARY = "primary"


class _Integration(serializers.ModelSerializer):
    provider = serializers.CharField(source="vendor")
    calendar_id = serializers.SerializerMethodField()
    is_active = serializers.SerializerMethodField(help_text="False where consent is needed anew.")

    def get_calendar_id(self, connection: Connection) -> str:
        return connection.options.get("calendar_id") or PRIMARY

    def get_is_active(self, connection: Connection) -> bool:
        return connection.status == Connection.Status.ACTIVE


class Integration(_Integration):
    last_sync = serializers.SerializerMethodField(help_text="When the vendor was last asked.")

    class Meta:
        model = Connection
        fields = (
            "id",
            "provider",
            "calendar_id",
            "name",
            "is_primary",
            "is_active",
            "last_sync",
            "reason",
            "created_at",
        )
        read_only_fields = fields

    def get_last_sync(self, connection: Connection) -> serializers.DateTimeField:
        moment = connection.last_used_at or connection.created_at
        return serializers.DateTimeField().to_representation(moment)


class Connected(_Integration):
    integration_id = serializers.UUIDField(source="id")

    class Meta:
        model = Connection
        fields = (
            "integration_id",
            "provider",
            "calendar_id",
            "name",
            "is_primary",
            "is_active",
            "created_at",
        )
        read_only_fields = fields


class IntegrationList(serializers.Serializer):
    integrations = Integration(many=True)


class AuthorizationCode(serializers.Serializer):
    authorization_code = serializers.CharField(max_length=8192)
    redirect_uri = serializers.CharField(
        max_length=500, required=False, help_text="The one that the code was asked with; else the server's."
    )
    code_verifier = serializers.CharField(
        max_length=128, required=False, help_text="Where the code was asked with a challenge (RFC 7636)."
    )


class Integrations(EnvelopedView, ViewSet):
    rate = CALENDAR
    vendor: ClassVar[str] = ""

    @extend_schema(responses=IntegrationList, operation_id="calendar_integrations_list")
    def list(self, request: Request) -> Response:
        """Your calendars at vendors, the oldest first."""
        return self.answer({"integrations": integrations_of(request.user)}, IntegrationList)

    @extend_schema(request=AuthorizationCode, responses={201: Connected})
    @raises(CodeRefused, ScopeMissing, VendorNotConfigured)
    def connect(self, request: Request) -> Response:
        """Connect a calendar by the code that the vendor gave your app."""
        asked = self.parsed(AuthorizationCode)
        connection = consents.redeem(
            request.user,
            self.vendor,
            asked["authorization_code"],
            redirect_uri=asked.get("redirect_uri", ""),
            verifier=asked.get("code_verifier", ""),
            kind="calendars",
        )
        return self.answer(connection, Connected, status=201)

    @extend_schema(responses=EnvelopedView.removal)
    @raises(ConnectionNotFound)
    def remove(self, request: Request, connection_id) -> Response:
        """Disconnect a calendar; what else the same account serves here ends with it."""
        connections.disconnect(integration_of(request.user, connection_id))
        return self.removed("Calendar integration removed successfully")


_all = "calendar/integrations"
urlpatterns = [
    path(_all, Integrations.as_view({"get": "list"})),
    path(f"{_all}/google", Integrations.as_view({"post": "connect"}, vendor="google")),
    path(f"{_all}/microsoft", Integrations.as_view({"post": "connect"}, vendor="microsoft")),
    path(f"{_all}/<id:connection_id>", Integrations.as_view({"delete": "remove"})),
]
