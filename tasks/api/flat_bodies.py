"""How tasks are written in the flat dialect."""

from rest_framework import serializers

from tasks.models import Task


class Removal(serializers.Serializer):
    """What becomes of the tickets of a task that is removed."""

    tickets = serializers.ChoiceField(["close"], required=False, source="close_tickets")

    def validate(self, fields: dict) -> dict:
        return {"close_tickets": "close_tickets" in fields}


class TaskBody(serializers.ModelSerializer):
    assignee_user_id = serializers.UUIDField(allow_null=True)
    meeting_id = serializers.UUIDField(allow_null=True)

    class Meta:
        model = Task
        fields = (
            "id",
            "meeting_id",
            "title",
            "description",
            "status",
            "category",
            "assignee_user_id",
            "assignee_name",
            "assignee_email",
            "due_date",
            "due_text",
            "source",
            "evidence",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class TicketLink(serializers.Serializer):
    provider = serializers.CharField()
    key = serializers.CharField(source="external_id")
    url = serializers.CharField()
    status = serializers.CharField()


class TaskDetail(TaskBody):
    tickets = serializers.SerializerMethodField(help_text="Where the task is tracked outside.")

    class Meta(TaskBody.Meta):
        fields = (*TaskBody.Meta.fields, "tickets")
        read_only_fields = fields

    def get_tickets(self, task: Task) -> TicketLink(many=True):
        return TicketLink(self.context["tickets"](task), many=True).data
