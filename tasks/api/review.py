"""`/api/v1/tasks/{id}/accept` and `/dismiss`: a person's word on what a run has proposed."""

from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.dialects import raises, visible
from tasks import selectors
from tasks.api.flat import Tasks
from tasks.api.flat_bodies import TaskDetail
from tasks.errors import TaskNotFound, TaskOfOthers
from tasks.services import proposals


class Review(Tasks):
    @extend_schema(request=None, responses=TaskDetail)
    @raises(TaskNotFound, TaskOfOthers)
    @visible("participant")
    def accept(self, request: Request, task_id: UUID) -> Response:
        """Accept a proposed task.

        Its ticket, mail and calendar entry go out now where the meeting is completed, else when it is.
        """
        return self._detail(proposals.accept(selectors.get(request.user, task_id), request.user))

    @extend_schema(request=None, responses=TaskDetail)
    @raises(TaskNotFound, TaskOfOthers)
    @visible("participant")
    def dismiss(self, request: Request, task_id: UUID) -> Response:
        """Dismiss a task: it is left out of the report, and no later run of the meeting brings it back."""
        return self._detail(proposals.dismiss(selectors.get(request.user, task_id), request.user))


urlpatterns = [
    path("tasks/<id:task_id>/accept", Review.as_view({"post": "accept"})),
    path("tasks/<id:task_id>/dismiss", Review.as_view({"post": "dismiss"})),
]
