"""`/health`: is the server up, and who serves which capability."""

from django.conf import settings
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.dialects import FlatView
from core.rates import UNLIMITED
from integrations import registry


class Engine(serializers.Serializer):
    """`detail` says in a sentence why it is not ready."""

    provider = serializers.CharField(allow_null=True)
    engine = serializers.CharField(allow_null=True)
    ready = serializers.BooleanField()
    detail = serializers.CharField(allow_blank=True)
    fallback = serializers.ListField(child=serializers.CharField(), required=False)


class State(serializers.Serializer):
    status = serializers.CharField()
    version = serializers.CharField()
    engines = serializers.DictField(child=Engine())


class Health(FlatView, ViewSet):
    permission_classes = (AllowAny,)
    authentication_classes = ()
    rate = UNLIMITED

    @extend_schema(responses=State, tags=["health"])
    def show(self, request: Request) -> Response:
        """Healthy means: requests are taken. An engine that cannot work yet is said to be so."""
        state = {"status": "healthy", "version": settings.VERSION, "engines": registry.health()}
        return self.answer(state, State)


urlpatterns = [path("health", Health.as_view({"get": "show"}))]
