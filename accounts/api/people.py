"""How each document writes a person, and one who has just signed in; every feature here asks it."""

from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers
from rest_framework.serializers import BaseSerializer

from accounts.models import User
from core.dialects import ENVELOPED, FLAT, MEMO, DialectView

_IN_ONE_LINE = RegexValidator(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]",
    "A name has no line breaks and no other signs that one cannot see.",
    inverse_match=True,
)


class PersonName(serializers.CharField):
    """A name that can stand in a line of a mail: nothing that breaks the line or turns its direction."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_blank=True, validators=[_IN_ONE_LINE], **options)


class FlatAccount(serializers.ModelSerializer):
    """Every word that any of the documents has for a person."""

    name = serializers.CharField(read_only=True)

    class Meta:
        model = User
        fields = (
            "id",
            "email",
            "username",
            "first_name",
            "last_name",
            "full_name",
            "name",
            "role",
            "auth_provider",
            "timezone",
            "language",
            "theme",
            "auto_complete",
            "is_active",
            "is_verified",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class MemoAccount(serializers.ModelSerializer):
    """A person as memo.md's users table has them."""

    name = serializers.CharField(read_only=True)

    class Meta:
        model = User
        fields = ("id", "name", "email", "is_active", "auth_provider", "created_at", "updated_at")
        read_only_fields = fields


class MemoProfile(MemoAccount):
    """The same person to themselves: with what they may change."""

    class Meta(MemoAccount.Meta):
        fields = (
            *MemoAccount.Meta.fields,
            "username",
            "full_name",
            "first_name",
            "last_name",
            "timezone",
            "language",
            "theme",
            "auto_complete",
        )
        read_only_fields = fields


class EnvelopedProfile(serializers.ModelSerializer):
    """voice-assistant.md's `interface User`."""

    class Meta:
        model = User
        fields = (
            "id",
            "email",
            "username",
            "full_name",
            "first_name",
            "last_name",
            "timezone",
            "language",
            "theme",
            "auto_complete",
            "is_active",
            "is_verified",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class Issued(serializers.Serializer):
    """The tokens of a signed-in client."""

    access_token = serializers.CharField(source="tokens.access")
    refresh_token = serializers.CharField(source="tokens.refresh")
    token_type = serializers.CharField(default="bearer", read_only=True)
    expires_in = serializers.IntegerField(source="tokens.expires_in", help_text="Seconds.")


class FlatSignedIn(Issued):
    user = FlatAccount()


class MemoSignedIn(Issued):
    user = MemoAccount()


class EnvelopedSignedIn(Issued):
    user = EnvelopedProfile()


_SHOWN = {FLAT: FlatAccount, MEMO: MemoAccount, ENVELOPED: EnvelopedProfile}
_PROFILES = _SHOWN | {MEMO: MemoProfile}
_SIGNED_IN = {FLAT: FlatSignedIn, MEMO: MemoSignedIn, ENVELOPED: EnvelopedSignedIn}
_REFRESHED = _SIGNED_IN | {ENVELOPED: Issued}


def shown(speaking: type[DialectView]) -> type[BaseSerializer]:
    """Writes a User."""
    return _SHOWN[speaking.dialect]


def profile(speaking: type[DialectView]) -> type[BaseSerializer]:
    """Writes a User for that user, with everything that can be changed."""
    return _PROFILES[speaking.dialect]


def signed_in(speaking: type[DialectView]) -> type[BaseSerializer]:
    """Writes `{"user": User, "tokens": Tokens}`."""
    return _SIGNED_IN[speaking.dialect]


def refreshed(speaking: type[DialectView]) -> type[BaseSerializer]:
    """Writes the same where tokens were renewed."""
    return _REFRESHED[speaking.dialect]
