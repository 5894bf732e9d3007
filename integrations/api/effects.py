"""`/api/v1/effects`: what left the house for somebody, or was to, and what they may do about it."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.dialects import FlatView, raises
from integrations import ledger
from integrations.api.effect_bodies import EffectBody, EffectFilter
from integrations.refusals import (
    EffectBusy,
    EffectErased,
    EffectNotFound,
    EffectNotWaiting,
    EffectNotWanted,
    EffectSent,
)
from integrations.services import remedies


class OwnEffectFilter(EffectFilter):
    meeting_id = serializers.UUIDField(required=False)
    task_id = serializers.UUIDField(required=False)


class Effects(FlatView, ViewSet):
    @extend_schema(parameters=[OwnEffectFilter], responses=EffectBody(many=True), operation_id="effects_list")
    def list(self, request: Request) -> Response:
        """Your tickets, mails, messages, entries, documents and webhooks, the newest first."""
        rows = ledger.of_owner(request.user.pk).filter(**self.asked(OwnEffectFilter))
        return self.listed(rows, EffectBody)

    @extend_schema(responses=EffectBody)
    @raises(EffectNotFound)
    def read(self, request: Request, effect_id) -> Response:
        """One effect with every call that was made for it."""
        return self.answer(ledger.get(request.user.pk, effect_id), EffectBody)

    @extend_schema(request=None, responses={202: EffectBody})
    @raises(EffectNotFound, EffectSent, EffectBusy, EffectErased, EffectNotWanted)
    def send_again(self, request: Request, effect_id) -> Response:
        """Deliver what failed, is unknown, waits or was cancelled.

        What may have arrived is looked for at the vendor first, where the vendor can be searched.
        """
        effect = remedies.send_again(ledger.get(request.user.pk, effect_id), request.user)
        return self.answer(effect, EffectBody, status=202)

    @extend_schema(request=None, responses=EffectBody)
    @raises(EffectNotFound, EffectSent, EffectBusy, EffectNotWaiting)
    def cancel(self, request: Request, effect_id) -> Response:
        """Call off what waits. What may have arrived is still looked for, and not sent again."""
        effect = remedies.cancel(ledger.get(request.user.pk, effect_id), request.user)
        return self.answer(effect, EffectBody)


_one = "effects/<id:effect_id>"
urlpatterns = [
    path("effects", Effects.as_view({"get": "list"})),
    path(_one, Effects.as_view({"get": "read"})),
    path(f"{_one}/send-again", Effects.as_view({"post": "send_again"})),
    path(f"{_one}/cancel", Effects.as_view({"post": "cancel"})),
]
