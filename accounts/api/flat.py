"""`/api/v1/auth/*`: accounts in the flat dialect."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.api.credentials import Issued, signing_in
from accounts.models import User
from core.dialects import FlatView


class Account(serializers.ModelSerializer):
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
            "is_active",
            "is_verified",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class SignedIn(Issued):
    user = Account()


class Auth(FlatView, signing_in(SignedIn, SignedIn)):
    """Open to everybody."""


class Me(FlatView, ViewSet):
    @extend_schema(responses=Account)
    def me(self, request: Request) -> Response:
        """The signed-in user."""
        return self.answer(request.user, Account)


urlpatterns = [
    path("auth/register", Auth.as_view({"post": "register"})),
    path("auth/signup", Auth.as_view({"post": "register"})),
    path("auth/login", Auth.as_view({"post": "login"})),
    path("auth/refresh", Auth.as_view({"post": "refresh"})),
    path("auth/me", Me.as_view({"get": "me"})),
]
