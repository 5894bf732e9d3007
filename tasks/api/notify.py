"""`/notify/{task_id}`: an assignee is told of their task, by mail and in their calendar."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.dialects import FlatView, raises, visible
from core.waiting import can_wait, once
from integrations.refusals import NotConfigured
from tasks.api.integrations import CarriedOut, status_of, wait_for
from tasks.errors import NoAddress, TaskNotFound, TaskOfOthers
from tasks.services import by_hand
from tasks.services.by_hand import Notified


class NotifiedBody(serializers.Serializer):
    """Both parts say how they stand; what was not possible is `skipped`, with the reason."""

    task_id = serializers.UUIDField()
    mail = CarriedOut(source="mail.effect")
    calendar = CarriedOut(source="calendar.effect")


class Notifications(FlatView, ViewSet):
    rate = "outward"

    @extend_schema(request=None, responses={200: NotifiedBody, 201: NotifiedBody, 202: NotifiedBody})
    @can_wait
    @raises(TaskNotFound, TaskOfOthers, NoAddress, NotConfigured)
    @visible("participant")
    def notify(self, request: Request, task_id) -> Response:
        """Mail the assignee of a task, and put its due date into their calendar."""
        notified: Notified = once(request, lambda: by_hand.notify(request.user, task_id=task_id))
        by_hand.look_again(notified)
        wait_for(request, notified.parts)
        return self.answer(notified, NotifiedBody, status=status_of(notified.parts))


urlpatterns = [path("notify/<id:task_id>", Notifications.as_view({"post": "notify"}))]
