"""`/tasks` at the root: tasks in the words of upload-extract.md (name, owner, deadline)."""

from uuid import UUID

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.dialects import FlatView, raises, visible
from tasks import selectors
from tasks.api.flat_bodies import Removal
from tasks.errors import PersonNotFound, TaskNotFound, TaskOfOthers, UnknownMeeting
from tasks.models import Task
from tasks.services import tasks


class TaskWords(serializers.Serializer):
    name = serializers.CharField(source="title", max_length=500)
    description = serializers.CharField(required=False, allow_blank=True)
    owner = serializers.CharField(
        source="assignee_name", max_length=200, required=False, allow_blank=True, help_text="Who does it."
    )
    status = serializers.ChoiceField(Task.Status.choices, required=False)
    deadline = serializers.DateField(source="due_date", required=False, allow_null=True)
    category = serializers.CharField(max_length=50, required=False, allow_blank=True)
    meeting_id = serializers.UUIDField(required=False, allow_null=True)


class NamedTask(TaskWords):
    id = serializers.UUIDField(read_only=True)
    owner_id = serializers.UUIDField(source="assignee_user_id", read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)


def _names(thing: str) -> OpenApiParameter:
    return OpenApiParameter("subject_id", UUID, "path", description=f"Id of the {thing}.")


class Tasks(FlatView, ViewSet):
    """One view with one parameter, because one address names a person for GET and a task otherwise."""

    @extend_schema(request=TaskWords, responses={201: NamedTask}, operation_id="root_tasks_create")
    @raises(UnknownMeeting)
    def create(self, request: Request) -> Response:
        """Write a task down by hand."""
        return self.answer(tasks.create(request.user, **self.parsed(TaskWords)), NamedTask, status=201)

    @extend_schema(
        parameters=[_names("user")], responses=NamedTask(many=True), operation_id="root_tasks_of_user"
    )
    @raises(PersonNotFound)
    def of_person(self, request: Request, subject_id) -> Response:
        """A user's tasks, assigned to or created by them: your own, or anybody's if you are staff."""
        return self.listed(tasks.of_person(request.user, subject_id), NamedTask)

    @extend_schema(
        parameters=[_names("task")],
        request=TaskWords(partial=True),
        responses=NamedTask,
        operation_id="root_tasks_change",
    )
    @raises(TaskNotFound, TaskOfOthers, UnknownMeeting)
    @visible("participant")
    def change(self, request: Request, subject_id) -> Response:
        """Change any field of a task; who is merely assigned changes the status only."""
        task = selectors.get(request.user, subject_id)
        changes = self.parsed(TaskWords, partial=True)
        return self.answer(tasks.update(task, request.user, **changes), NamedTask)

    @extend_schema(
        parameters=[_names("task"), Removal], responses={204: None}, operation_id="root_tasks_remove"
    )
    @raises(TaskNotFound, TaskOfOthers)
    @visible("participant")
    def remove(self, request: Request, subject_id) -> Response:
        """Remove a task; tickets that exist outside stay, or are closed (`?tickets=close`)."""
        tasks.remove(selectors.get(request.user, subject_id), request.user, **self.asked(Removal))
        return Response(status=204)


urlpatterns = [
    path("tasks", Tasks.as_view({"post": "create"})),
    path("tasks/<id:subject_id>", Tasks.as_view({"get": "of_person", "put": "change", "delete": "remove"})),
]
