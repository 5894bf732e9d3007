"""`/api/v1/routing`: where the outcome of one's meetings goes."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from core.dialects import FlatView, raises
from core.errors import Invalid
from integrations.models import Routing
from integrations.services import choices, routing

MOST_ASSIGNEES = 500
NULLABLE = {"required": False, "allow_null": True}
TEXT = {"required": False, "allow_blank": True}


class Accounts(serializers.DictField):
    """Names and addresses, to accounts of the tracker."""

    child = serializers.CharField(max_length=200)

    def to_internal_value(self, data: object) -> dict[str, str]:
        accounts = super().to_internal_value(data)
        if len(accounts) > MOST_ASSIGNEES:
            raise serializers.ValidationError(f"ensure there are at most {MOST_ASSIGNEES} entries")
        name = serializers.CharField(max_length=254)
        return {name.run_validation(key): account for key, account in accounts.items()}


class Share(serializers.FloatField):
    """Between 0 and 1; what is no number is no share either."""

    def to_internal_value(self, data: object) -> float:
        value = super().to_internal_value(data)
        if not 0 <= value <= 1:
            raise serializers.ValidationError("ensure this value is between 0 and 1")
        return value


class RoutingFields(serializers.Serializer):
    """What is left empty (or null) is as the server has it."""

    tickets_provider = serializers.CharField(
        max_length=40, **TEXT, help_text="`jira`, `asana`, what the server offers, or `none` for no tickets."
    )
    tickets_connection = serializers.UUIDField(**NULLABLE, help_text="The account of yours that opens them.")
    workspace = serializers.CharField(max_length=100, **TEXT, help_text="Asana's workspace gid.")
    project = serializers.CharField(max_length=100, **TEXT, help_text="Jira's key, Asana's project gid.")
    issue_type = serializers.CharField(max_length=100, **TEXT)
    assignees = Accounts(required=False, help_text="Name or address to the tracker's account.")
    mail_assignees = serializers.BooleanField(**NULLABLE)
    chat_provider = serializers.CharField(max_length=40, **TEXT, help_text="`slack`, ... or `none`.")
    chat_connection = serializers.UUIDField(**NULLABLE)
    chat_channel = serializers.CharField(max_length=200, **TEXT)
    sync_calendars = serializers.BooleanField(
        **NULLABLE,
        help_text="Due dates of your meetings in assignees' calendars, and of any meeting in yours.",
    )
    review_before_send = serializers.BooleanField(
        **NULLABLE, help_text="Every task waits for you to accept it before anything is sent."
    )
    least_confidence = Share(**NULLABLE, help_text="Tasks that are less sure wait for you to accept them.")
    update_tickets = serializers.BooleanField(**NULLABLE, help_text="Tickets follow changes of their tasks.")


class Effective(serializers.Serializer):
    """What holds, with the server's choices in the place of those not made."""

    tickets_provider = serializers.CharField(source="tickets.provider", allow_null=True)
    tickets_connection = serializers.UUIDField(source="tickets.connection.pk", allow_null=True)
    tickets_problem = serializers.SerializerMethodField(help_text="Why no ticket can be opened, or empty.")
    workspace = serializers.CharField(source="place.workspace")
    project = serializers.CharField(source="place.project")
    issue_type = serializers.CharField(source="place.issue_type")
    mail_assignees = serializers.BooleanField()
    chat_provider = serializers.CharField(source="chat.provider", allow_null=True)
    chat_connection = serializers.UUIDField(source="chat.connection.pk", allow_null=True)
    chat_channel = serializers.CharField(source="channel")
    sync_calendars = serializers.BooleanField()
    review_before_send = serializers.BooleanField()
    least_confidence = serializers.FloatField()
    update_tickets = serializers.BooleanField()

    def get_tickets_problem(self, chosen: routing.Chosen) -> str:
        return routing.why_no_tickets(chosen)


class RoutingBody(RoutingFields):
    tickets_connection = serializers.UUIDField(source="tickets_connection_id", allow_null=True)
    chat_connection = serializers.UUIDField(source="chat_connection_id", allow_null=True)
    effective = serializers.SerializerMethodField(help_text="What holds.")

    def get_effective(self, row: Routing) -> Effective:
        return Effective(routing.read(row)).data


class Ways(FlatView, ViewSet):
    @extend_schema(responses=RoutingBody, operation_id="routing_read")
    def read(self, request: Request) -> Response:
        """Where the outcome of your meetings goes: what you have chosen, and what holds."""
        return self.answer(choices.of(request.user), RoutingBody)

    @extend_schema(request=RoutingFields, responses=RoutingBody, operation_id="routing_replace")
    @raises(Invalid)
    def replace(self, request: Request) -> Response:
        """Choose anew; what the body does not name is as the server has it."""
        return self.answer(choices.replace(request.user, **self.parsed(RoutingFields)), RoutingBody)

    @extend_schema(request=RoutingFields(partial=True), responses=RoutingBody, operation_id="routing_change")
    @raises(Invalid)
    def change(self, request: Request) -> Response:
        """Change some choices; what the body does not name stays."""
        changes = self.parsed(RoutingFields, partial=True)
        return self.answer(choices.change(request.user, **changes), RoutingBody)


urlpatterns = [
    path("routing", Ways.as_view({"get": "read", "put": "replace", "patch": "change"})),
]
