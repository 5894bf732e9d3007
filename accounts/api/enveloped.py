"""`/v1/auth/*` and `/v1/users/me`: accounts in the enveloped dialect."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.api.credentials import Issued, signing_in
from accounts.models import User
from core.dialects import EnvelopedView


class Profile(serializers.ModelSerializer):
    """The document's `interface User`."""

    class Meta:
        model = User
        fields = (
            "id",
            "email",
            "full_name",
            "first_name",
            "last_name",
            "timezone",
            "language",
            "theme",
            "is_active",
            "is_verified",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class SignedIn(Issued):
    user = Profile()


class Auth(EnvelopedView, signing_in(SignedIn, Issued)):
    """Open to everybody."""


class Users(EnvelopedView, ViewSet):
    @extend_schema(responses=Profile)
    def me(self, request: Request) -> Response:
        """The signed-in user's profile."""
        return self.answer(request.user, Profile)


urlpatterns = [
    path("auth/register", Auth.as_view({"post": "register"})),
    path("auth/login", Auth.as_view({"post": "login"})),
    path("auth/refresh", Auth.as_view({"post": "refresh"})),
    path("users/me", Users.as_view({"get": "me"})),
]
