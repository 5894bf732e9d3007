"""How effects are written in the flat dialect; the lists of meetings use it, too."""

from rest_framework import serializers

from integrations.models import Attempt, Effect
from integrations.services import remedies


class EffectFilter(serializers.Serializer):
    kind = serializers.ChoiceField(Effect.Kind.choices, required=False)
    status = serializers.ChoiceField(Effect.Status.choices, required=False)


class AttemptBody(serializers.ModelSerializer):
    class Meta:
        model = Attempt
        fields = ("number", "outcome", "detail", "started_at", "ended_at")
        read_only_fields = fields


class EffectBody(serializers.ModelSerializer):
    connection = serializers.UUIDField(
        source="connection_id",
        allow_null=True,
        help_text="The account it goes by; null for the server's own.",
    )
    attempts = serializers.SerializerMethodField(help_text="Calls at the vendor so far.")
    attempt_list = AttemptBody(source="attempts", many=True)
    key = serializers.CharField(source="external_id", help_text="The vendor's own id.")
    next_attempt_at = serializers.DateTimeField(source="not_before", allow_null=True)
    may_send_again = serializers.SerializerMethodField()
    may_cancel = serializers.SerializerMethodField()

    class Meta:
        model = Effect
        fields = (
            "id",
            "meeting_id",
            "task_id",
            "kind",
            "action",
            "provider",
            "connection",
            "destination",
            "status",
            "reason",
            "attempts",
            "attempt_list",
            "key",
            "url",
            "next_attempt_at",
            "created_at",
            "sent_at",
            "may_send_again",
            "may_cancel",
        )
        read_only_fields = fields

    def get_attempts(self, effect: Effect) -> int:
        return len(effect.attempts.all())

    def get_may_send_again(self, effect: Effect) -> bool:
        return self._is_theirs(effect) and remedies.may_send_again(effect)

    def get_may_cancel(self, effect: Effect) -> bool:
        return self._is_theirs(effect) and remedies.may_cancel(effect)

    def _is_theirs(self, effect: Effect) -> bool:
        return effect.owner_id == self.context["request"].user.pk
