"""`/api/v1/integrations/*`, `/api/v1/notifications/slack`: what leaves the house because a person says so."""

from collections.abc import Sequence

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.dialects import FlatView, raises, visible
from core.waiting import can_wait, once, until
from integrations.contracts.tickets import Place
from integrations.models import Effect
from integrations.refusals import NotConfigured, NotWantedAnyMore, RejectedByVendor
from integrations.services.by_hand import Outcome, now, settled
from notifications.errors import TemplateNotFound
from tasks.errors import NoAddress, TaskNotFound, TaskOfOthers
from tasks.services import by_hand


class NewMail(serializers.Serializer):
    task_id = serializers.UUIDField()
    template_id = serializers.CharField(
        max_length=100, required=False, allow_null=True, help_text="A mail template; else the usual letter."
    )


class NewTicket(serializers.Serializer):
    task_id = serializers.UUIDField()
    assignee_email = serializers.EmailField(
        required=False, allow_blank=True, help_text="Who gets it at the vendor; else the task's assignee."
    )


class NewAsanaTask(NewTicket):
    workspace_id = serializers.CharField(max_length=100)
    project_id = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")

    def validate(self, fields: dict) -> dict:
        place = Place(workspace=fields.pop("workspace_id"), project=fields.pop("project_id"))
        return fields | {"place": place}


class NewJiraIssue(NewTicket):
    project_key = serializers.CharField(max_length=100)
    issue_type = serializers.CharField(max_length=100, required=False, default="Task")

    def validate(self, fields: dict) -> dict:
        place = Place(project=fields.pop("project_key").upper(), issue_type=fields.pop("issue_type"))
        return fields | {"place": place}


class NewPost(serializers.Serializer):
    channel = serializers.CharField(max_length=200)
    message = serializers.CharField(max_length=10_000)


class CarriedOut(serializers.ModelSerializer):
    """An effect as whoever has asked for it sees it."""

    id = serializers.UUIDField(allow_null=True, help_text="Null for what was not even tried.")
    task_id = serializers.UUIDField(allow_null=True)
    key = serializers.CharField(source="external_id", help_text="The vendor's own id.")
    url = serializers.CharField()
    created_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        model = Effect
        fields = ("id", "task_id", "kind", "provider", "key", "url", "status", "reason", "created_at")
        read_only_fields = fields


def status_of(outcomes: Sequence[Outcome]) -> int:
    """202 while the worker is at it, 201 where this call has brought something about, else 200."""
    if not all(outcome.settled for outcome in outcomes):
        return 202
    sent = (outcome for outcome in outcomes if outcome.effect.status == Effect.Status.SENT)
    return 201 if any(outcome.created for outcome in sent) else 200


def wait_for(request: Request, outcomes: Sequence[Outcome]) -> None:
    """Keep to `Prefer: wait`: no thread is held meanwhile."""
    waited = [outcome.effect for outcome in outcomes if not outcome.settled]
    if waited:
        key = "+".join(str(effect.pk) for effect in waited)
        until(request, key, group=waited[0].audience, finished=settled)


class ByHand(FlatView, ViewSet):
    """The same target is answered with what exists (200), another one is new (201), and 202 says that it is
    still under way."""

    rate = "outward"

    def told(self, outcome: Outcome) -> Response:
        now(outcome)
        wait_for(self.request, [outcome])
        return self.answer(outcome.effect, CarriedOut, status=status_of([outcome]))


_DONE = {200: CarriedOut, 201: CarriedOut, 202: CarriedOut}
_REFUSALS = (NotConfigured, RejectedByVendor, NotWantedAnyMore)


class Integrations(ByHand):
    @extend_schema(request=NewMail, responses=_DONE)
    @can_wait
    @raises(TaskNotFound, TaskOfOthers, NoAddress, TemplateNotFound, *_REFUSALS)
    @visible("participant")
    def email(self, request: Request) -> Response:
        """Mail the assignee of a task; another template is another mail."""
        return self.told(once(request, lambda: by_hand.email(request.user, **self.parsed(NewMail))))

    @extend_schema(request=NewAsanaTask, responses=_DONE)
    @can_wait
    @raises(TaskNotFound, TaskOfOthers, *_REFUSALS)
    @visible("participant")
    def asana(self, request: Request) -> Response:
        """Open a task in Asana and link it."""
        return self.told(once(request, lambda: self._opened("asana", NewAsanaTask)))

    @extend_schema(request=NewJiraIssue, responses=_DONE)
    @can_wait
    @raises(TaskNotFound, TaskOfOthers, *_REFUSALS)
    @visible("participant")
    def jira(self, request: Request) -> Response:
        """Open an issue in Jira and link it."""
        return self.told(once(request, lambda: self._opened("jira", NewJiraIssue)))

    @extend_schema(request=NewPost, responses=_DONE)
    @can_wait
    @raises(*_REFUSALS)
    def slack(self, request: Request) -> Response:
        """Post in a Slack channel. Each call is a new post; an `Idempotency-Key` makes a repeat the same."""
        return self.told(once(request, lambda: by_hand.post(request.user, **self.parsed(NewPost))))

    def _opened(self, vendor: str, body: type[NewTicket]) -> Outcome:
        return by_hand.open_ticket(self.request.user, vendor, **self.parsed(body))


urlpatterns = [
    path("integrations/email", Integrations.as_view({"post": "email"})),
    path("integrations/asana", Integrations.as_view({"post": "asana"})),
    path("integrations/jira", Integrations.as_view({"post": "jira"})),
    path("notifications/slack", Integrations.as_view({"post": "slack"})),
]
