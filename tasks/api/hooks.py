"""`/api/v1/hooks`: where a person's trackers report that tickets have changed."""

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.dialects import FlatView, raises, visible
from tasks.errors import HookNotFound, SignatureMismatch
from tasks.services import hooks


class HookAddress(serializers.Serializer):
    vendor = serializers.CharField()
    url = serializers.CharField(help_text="To be entered at the tracker. Whoever knows it can send hints.")
    secret = serializers.CharField(help_text="To be entered at Jira; Asana hands over its own.")


class Hooks(FlatView, ViewSet):
    @extend_schema(responses=HookAddress(many=True), operation_id="hooks_list")
    @visible("public")
    def list(self, request: Request) -> Response:
        """Addresses for webhooks of your trackers: with them a closed ticket is noticed at once."""
        return self.listed(hooks.addresses_of(request.user), HookAddress)


class Heard(FlatView, ViewSet):
    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(request=OpenApiTypes.OBJECT, responses={204: None})
    @raises(HookNotFound, SignatureMismatch)
    @visible("public")
    def jira(self, request: Request, token: str) -> Response:
        """A hint of Jira's: the issue that it names is looked at."""
        body = request.body  # before it is parsed: the signature is about its bytes
        hooks.hear_jira(token, request.headers, body, request.data)
        return Response(status=204)

    @extend_schema(request=OpenApiTypes.OBJECT, responses={204: None})
    @raises(HookNotFound, SignatureMismatch)
    @visible("public")
    def asana(self, request: Request, token: str) -> Response:
        """Asana's handshake, and then its hints: the tasks that they name are looked at."""
        body = request.body  # before it is parsed: the signature is about its bytes
        headers = hooks.hear_asana(token, request.headers, body, request.data)
        return Response(status=204, headers=headers)


urlpatterns = [
    path("hooks", Hooks.as_view({"get": "list"})),
    path("hooks/jira/<str:token>", Heard.as_view({"post": "jira"})),
    path("hooks/asana/<str:token>", Heard.as_view({"post": "asana"})),
]
