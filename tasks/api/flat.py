"""`/api/v1/tasks`: tasks in the flat dialect."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.dialects import FlatView, raises, visible
from integrations.services import effects
from tasks import selectors
from tasks.api.flat_bodies import Removal, TaskBody, TaskDetail
from tasks.errors import TaskNotFound, TaskOfOthers, UnknownAssignee, UnknownMeeting
from tasks.models import Task
from tasks.services import tasks


class TaskFilter(serializers.Serializer):
    meeting_id = serializers.UUIDField(required=False)
    status = serializers.ChoiceField(Task.Status.choices, required=False)
    assignee = serializers.CharField(required=False, help_text="A user id, an e-mail or a name.")


class TaskFields(serializers.Serializer):
    title = serializers.CharField(max_length=500)
    description = serializers.CharField(required=False, allow_blank=True)
    status = serializers.ChoiceField(Task.Status.choices, required=False)
    category = serializers.CharField(max_length=50, required=False, allow_blank=True)
    assignee_user_id = serializers.UUIDField(required=False, allow_null=True)
    assignee_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    assignee_email = serializers.EmailField(required=False, allow_blank=True)
    due_date = serializers.DateField(required=False, allow_null=True)


class NewTask(TaskFields):
    meeting_id = serializers.UUIDField(required=False, allow_null=True)


class Tasks(FlatView, ViewSet):
    def _detail(self, task: Task, *, status: int = 200) -> Response:
        context = {"request": self.request, "tickets": lambda row: effects.tickets_of(row.pk)}
        return Response(TaskDetail(task, context=context).data, status=status)

    @extend_schema(parameters=[TaskFilter], responses=TaskBody(many=True), operation_id="tasks_list")
    def list(self, request: Request) -> Response:
        """Tasks that you created, are assigned to, or that came out of your meetings."""
        return self.listed(selectors.chosen(request.user, **self.asked(TaskFilter)), TaskBody)

    @extend_schema(request=NewTask, responses={201: TaskDetail})
    @raises(UnknownMeeting, UnknownAssignee)
    def create(self, request: Request) -> Response:
        """Write a task down by hand."""
        return self._detail(tasks.create(request.user, **self.parsed(NewTask)), status=201)

    @extend_schema(responses=TaskDetail)
    @raises(TaskNotFound)
    @visible("participant")
    def read(self, request: Request, task_id) -> Response:
        """A task with its evidence and its tickets."""
        return self._detail(selectors.get(request.user, task_id))

    @extend_schema(request=NewTask(partial=True), responses=TaskDetail)
    @raises(TaskNotFound, TaskOfOthers, UnknownMeeting, UnknownAssignee)
    @visible("participant")
    def change(self, request: Request, task_id) -> Response:
        """Change any field; a re-run of the meeting will not change it back.

        Who is merely assigned changes the status only.
        """
        task = selectors.get(request.user, task_id)
        return self._detail(tasks.update(task, request.user, **self.parsed(NewTask, partial=True)))

    @extend_schema(parameters=[Removal], responses={204: None})
    @raises(TaskNotFound, TaskOfOthers)
    @visible("participant")
    def remove(self, request: Request, task_id) -> Response:
        """Remove a task; tickets that exist outside stay, or are closed (`?tickets=close`)."""
        tasks.remove(selectors.get(request.user, task_id), request.user, **self.asked(Removal))
        return Response(status=204)


urlpatterns = [
    path("tasks/", Tasks.as_view({"get": "list", "post": "create"})),
    path("tasks/<id:task_id>", Tasks.as_view({"get": "read", "patch": "change", "delete": "remove"})),
]
