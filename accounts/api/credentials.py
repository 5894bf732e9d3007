"""What the three dialects read alike: credentials come in the same words everywhere."""

from rest_framework import serializers

_EMAIL = {"error_messages": {"invalid": "Invalid email format"}, "max_length": 254}


class NewPassword(serializers.CharField):
    """A password to be set; the account service judges its strength."""

    def __init__(self, **options) -> None:
        options |= {
            "min_length": 8,
            "max_length": 256,
            "trim_whitespace": False,
            "write_only": True,
            "error_messages": {"min_length": "Password must be at least 8 characters"},
        }
        super().__init__(**options)


class Registration(serializers.Serializer):
    email = serializers.EmailField(**_EMAIL)
    password = NewPassword()
    username = serializers.CharField(max_length=150, required=False, allow_null=True)
    full_name = serializers.CharField(max_length=300, required=False, allow_blank=True)
    first_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)


class Login(serializers.Serializer):
    email = serializers.EmailField(**_EMAIL)
    password = serializers.CharField(max_length=256, trim_whitespace=False, write_only=True)


class Refresh(serializers.Serializer):
    refresh_token = serializers.CharField(max_length=4096)
