"""`/api/v1/webhooks`: people's own addresses that are told of events, and what they were told."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.dialects import FlatView, raises
from core.idempotency import shown_once
from integrations.models import Effect, WebhookEndpoint
from integrations.refusals import (
    AddressUnfit,
    DeliveryNotFound,
    TooManyWebhooks,
    WebhookNotFound,
    WebhookPaused,
)
from integrations.services import webhooks

EVENTS = [str(each) for each in webhooks.Happened]
CHANGEABLE = (WebhookEndpoint.Status.ACTIVE, WebhookEndpoint.Status.PAUSED)


class WebhookFields(serializers.Serializer):
    url = serializers.URLField(max_length=1000, help_text="http or https; a public address.")
    events = serializers.ListField(
        child=serializers.ChoiceField(EVENTS), required=False, help_text="Which events; empty for all."
    )
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)


class WebhookChanges(WebhookFields):
    status = serializers.ChoiceField([str(each) for each in CHANGEABLE], required=False)


class WebhookBody(serializers.ModelSerializer):
    class Meta:
        model = WebhookEndpoint
        fields = (
            "id",
            "url",
            "description",
            "events",
            "status",
            "reason",
            "failures",
            "last_success_at",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class WebhookWithSecret(WebhookBody):
    secret = serializers.SerializerMethodField(help_text="`whsec_…`, shown this once.")

    class Meta(WebhookBody.Meta):
        fields = (*WebhookBody.Meta.fields, "secret")
        read_only_fields = fields

    def get_secret(self, endpoint: WebhookEndpoint) -> str:
        return endpoint.secrets["signing"][0]


class DeliveryBody(serializers.ModelSerializer):
    event = serializers.CharField(source="payload.type", default="", help_text="Empty once it is erased.")
    attempts = serializers.IntegerField(source="claim", help_text="How often it was taken up.")

    class Meta:
        model = Effect
        fields = ("id", "event", "status", "reason", "attempts", "payload", "created_at", "sent_at")
        read_only_fields = fields


class Webhooks(FlatView, ViewSet):
    @extend_schema(responses=WebhookBody(many=True), operation_id="webhooks_list")
    def list(self, request: Request) -> Response:
        """Your webhooks, the oldest first."""
        return self.listed(webhooks.of(request.user.pk), WebhookBody)

    @extend_schema(request=WebhookFields, responses={201: WebhookWithSecret})
    @raises(AddressUnfit, TooManyWebhooks)
    @shown_once("secret")
    def create(self, request: Request) -> Response:
        """Have an address told of events; each request to it is signed with the secret."""
        fields = {"events": []} | self.parsed(WebhookFields)
        return self.answer(webhooks.create(request.user.pk, **fields), WebhookWithSecret, status=201)

    @extend_schema(responses=WebhookBody)
    @raises(WebhookNotFound)
    def read(self, request: Request, webhook_id) -> Response:
        """A webhook of yours, and whether it listens."""
        return self.answer(webhooks.get(request.user.pk, webhook_id), WebhookBody)

    @extend_schema(request=WebhookChanges(partial=True), responses=WebhookBody)
    @raises(WebhookNotFound, AddressUnfit)
    def change(self, request: Request, webhook_id) -> Response:
        """Another address or other events; `status` `active` ends a pause."""
        endpoint = webhooks.get(request.user.pk, webhook_id)
        changes = self.parsed(WebhookChanges, partial=True)
        return self.answer(webhooks.change(endpoint, **changes), WebhookBody)

    @extend_schema(responses={204: None})
    @raises(WebhookNotFound)
    def remove(self, request: Request, webhook_id) -> Response:
        """Tell it nothing any more."""
        webhooks.remove(webhooks.get(request.user.pk, webhook_id))
        return self.removed("Webhook deleted")

    @extend_schema(request=None, responses=WebhookWithSecret)
    @raises(WebhookNotFound)
    @shown_once("secret")
    def rotate(self, request: Request, webhook_id) -> Response:
        """A new secret. The one before signs too, until the next rotation."""
        return self.answer(webhooks.rotate(webhooks.get(request.user.pk, webhook_id)), WebhookWithSecret)

    @extend_schema(request=None, responses={201: DeliveryBody})
    @raises(WebhookNotFound)
    def test(self, request: Request, webhook_id) -> Response:
        """Tell it that this is a test, paused or not."""
        told = webhooks.test(webhooks.get(request.user.pk, webhook_id))
        return self.answer(told, DeliveryBody, status=201)

    @extend_schema(responses=DeliveryBody(many=True), operation_id="webhooks_deliveries_list")
    @raises(WebhookNotFound)
    def deliveries(self, request: Request, webhook_id) -> Response:
        """What it was told, or was to be, the newest first."""
        endpoint = webhooks.get(request.user.pk, webhook_id)
        return self.listed(webhooks.deliveries(endpoint), DeliveryBody)

    @extend_schema(request=None, responses=DeliveryBody)
    @raises(WebhookNotFound, DeliveryNotFound, WebhookPaused)
    def resend(self, request: Request, webhook_id, delivery_id) -> Response:
        """Tell it once more, under the same `webhook-id`."""
        endpoint = webhooks.get(request.user.pk, webhook_id)
        return self.answer(webhooks.resend(endpoint, delivery_id), DeliveryBody)


urlpatterns = [
    path("webhooks", Webhooks.as_view({"get": "list", "post": "create"})),
    path(
        "webhooks/<id:webhook_id>", Webhooks.as_view({"get": "read", "patch": "change", "delete": "remove"})
    ),
    path("webhooks/<id:webhook_id>/rotate-secret", Webhooks.as_view({"post": "rotate"})),
    path("webhooks/<id:webhook_id>/test", Webhooks.as_view({"post": "test"})),
    path("webhooks/<id:webhook_id>/deliveries", Webhooks.as_view({"get": "deliveries"})),
    path("webhooks/<id:webhook_id>/deliveries/<id:delivery_id>/resend", Webhooks.as_view({"post": "resend"})),
]
"""See `config.mounts`."""
