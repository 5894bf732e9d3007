"""The two ends of an authorization code's way, as every dialect writes them (RFC 6749, 4.1).

For signing in with a provider (`accounts`) and for connecting an account of one's own (`integrations`).
"""

from rest_framework import serializers


class Begun(serializers.Serializer):
    auth_url = serializers.CharField(help_text="The provider's page, for a browser.")
    state = serializers.CharField(help_text="Good once, for ten minutes.")


class Returning(serializers.Serializer):
    """What the provider puts into the address; whatever else it puts there is not read."""

    state = serializers.CharField(max_length=256)
    code = serializers.CharField(max_length=8192, required=False)
    error = serializers.CharField(max_length=100, required=False, help_text="Such as `access_denied`.")

    def validate(self, brought: dict) -> dict:
        if not brought.keys() & {"code", "error"}:
            raise serializers.ValidationError({"code": [serializers.ErrorDetail("", "required")]})
        return brought
