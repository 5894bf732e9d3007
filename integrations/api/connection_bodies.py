"""What goes in and out of `/api/v1/connections`; tokens only ever go in."""

from rest_framework import serializers

from integrations.models import Connection
from integrations.vendors import VENDORS, kinds_of

LONGEST_SECRET = 4000
PASTED = ("asana", "jira", "slack")
WAYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "jira": (("base_url", "email", "api_token"), ("base_url", "personal_token")),
    "slack": (("bot_token",), ("webhook_url",)),
    "asana": (("personal_token",),),
}
"""What makes credentials of each vendor complete."""
ASIDE = {"jira": ("deployment",), "slack": ("channel",), "asana": ()}


class ConnectionBody(serializers.ModelSerializer):
    kinds = serializers.SerializerMethodField(help_text="What it serves: calendars, tickets, ...")

    class Meta:
        model = Connection
        fields = (
            "id",
            "vendor",
            "name",
            "account",
            "status",
            "reason",
            "kinds",
            "scopes",
            "options",
            "is_primary",
            "last_used_at",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields

    def get_kinds(self, connection: Connection) -> list[str]:
        return kinds_of(connection.vendor, connection.scopes)


def _secret(text: str) -> serializers.CharField:
    return serializers.CharField(
        max_length=LONGEST_SECRET, required=False, write_only=True, trim_whitespace=True, help_text=text
    )


class NewConnection(serializers.Serializer):
    vendor = serializers.ChoiceField(PASTED)
    name = serializers.CharField(max_length=200, required=False, help_text="What you call it.")
    base_url = serializers.URLField(max_length=500, required=False, help_text="Jira: the site.")
    email = serializers.CharField(max_length=254, required=False, help_text="Jira Cloud: the account's.")
    api_token = _secret("Jira Cloud, with `email`.")
    personal_token = _secret("Jira Server and Data Center; Asana.")
    deployment = serializers.ChoiceField(["cloud", "server"], required=False, help_text="Jira: which it is.")
    bot_token = _secret("Slack: a bot's, with the scope chat:write.")
    webhook_url = serializers.URLField(
        max_length=2000, required=False, write_only=True, help_text="Slack: an incoming webhook's."
    )
    channel = serializers.CharField(max_length=200, required=False, help_text="Slack: the webhook's channel.")

    def validate(self, given: dict) -> dict:
        """Exactly what one way of connecting needs: what else somebody pastes would be kept for nothing."""
        vendor = given["vendor"]
        complete = [way for way in WAYS[vendor] if set(way) <= given.keys()]
        if not complete:
            wanted = " or ".join(", ".join(way) for way in WAYS[vendor])
            missing = next(name for name in WAYS[vendor][0] if name not in given)
            raise serializers.ValidationError({missing: [f"{VENDORS[vendor].title} needs {wanted}."]})
        useful = {"vendor", "name", *complete[0], *ASIDE[vendor]}
        if surplus := sorted(given.keys() - useful):
            raise serializers.ValidationError({name: ["This is of no use here."] for name in surplus})
        for name, value in given.items():
            if not value.isprintable():
                raise serializers.ValidationError({name: ["This has letters that cannot be seen."]})
        return given


class Chosen(serializers.Serializer):
    calendar_id = serializers.CharField(max_length=200, required=False)
    channel = serializers.CharField(max_length=200, required=False)


class ConnectionChanges(serializers.Serializer):
    name = serializers.CharField(max_length=200, required=False)
    is_primary = serializers.BooleanField(required=False)
    options = Chosen(required=False)


class Beginning(serializers.Serializer):
    return_to = serializers.CharField(
        max_length=500,
        required=False,
        help_text="Where the app wants the browser afterwards: below FRONTEND_URL, or listed.",
    )
