"""Oneself: what every dialect shows of the person who is signed in, and what they may change."""

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.api import leaving, people
from accounts.errors import BadUsername, UnknownLanguage, UnknownTimeZone, UsernameTaken
from accounts.models import User
from accounts.services import profiles
from core.dialects import DialectView, raises


class ProfileFields(serializers.Serializer):
    """What a person may change; everything else in the body is left alone, the e-mail and the role too."""

    username = serializers.CharField(max_length=150, required=False, allow_null=True)
    full_name = people.PersonName(max_length=300)
    first_name = people.PersonName(max_length=150)
    last_name = people.PersonName(max_length=150)
    timezone = serializers.CharField(
        max_length=64, required=False, allow_blank=True, help_text="IANA name; empty for the server's."
    )
    language = serializers.CharField(max_length=35, required=False, help_text="BCP 47 tag.")
    theme = serializers.ChoiceField(User.Theme.choices, required=False)
    auto_complete = serializers.BooleanField(
        required=False, help_text="Send tickets, mails and posts as soon as a meeting is understood."
    )


def routes(speaking: type[DialectView]) -> list[URLPattern]:
    """`users/me`, and `auth/me` as memo.md has it."""
    shown, profile = people.shown(speaking), people.profile(speaking)

    class Me(leaving.closing(speaking), speaking, ViewSet):
        @extend_schema(responses=shown)
        def who(self, request: Request) -> Response:
            """Who you are."""
            return self.answer(request.user, shown)

        @extend_schema(responses=profile)
        def read(self, request: Request) -> Response:
            """Your profile."""
            return self.answer(request.user, profile)

        @extend_schema(request=ProfileFields, responses=profile)
        @raises(BadUsername, UsernameTaken, UnknownTimeZone, UnknownLanguage)
        def change(self, request: Request) -> Response:
            """Change your profile; what the body does not name stays as it is."""
            return self.answer(profiles.update(request.user, **self.parsed(ProfileFields)), profile)

    return [
        path("auth/me", Me.as_view({"get": "who", "delete": "close"})),
        path("users/me", Me.as_view({"get": "read", "put": "change", "patch": "change", "delete": "close"})),
    ]
