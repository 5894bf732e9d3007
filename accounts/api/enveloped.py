"""`/v1/auth/*` and `/v1/users/me`: accounts in the enveloped dialect."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.api.credentials import Login, Refresh, Registration
from accounts.errors import BadCredentials, DomainNotAllowed, EmailTaken, UsernameTaken
from accounts.models import User
from accounts.services import accounts, tokens
from core.dialects import EnvelopedView, raises


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


class Issued(serializers.Serializer):
    """The document's token structure."""

    access_token = serializers.CharField(source="tokens.access")
    refresh_token = serializers.CharField(source="tokens.refresh")
    token_type = serializers.CharField(default="bearer", read_only=True)
    expires_in = serializers.IntegerField(source="tokens.expires_in", help_text="Seconds.")


class SignedIn(Issued):
    user = Profile()


class Auth(EnvelopedView, ViewSet):
    """Registering and logging in, open to everybody."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(request=Registration, responses={201: SignedIn})
    @raises(EmailTaken, UsernameTaken, DomainNotAllowed)
    def register(self, request: Request) -> Response:
        """Register a new user account and sign in."""
        user = accounts.register(**self.parsed(Registration))
        return self.answer({"user": user, "tokens": tokens.issue(user)}, SignedIn, status=201)

    @extend_schema(request=Login, responses=SignedIn)
    @raises(BadCredentials, DomainNotAllowed)
    def login(self, request: Request) -> Response:
        """Log in with e-mail and password."""
        user = accounts.log_in(**self.parsed(Login))
        return self.answer({"user": user, "tokens": tokens.issue(user)}, SignedIn)

    @extend_schema(request=Refresh, responses=Issued)
    @raises(BadCredentials, DomainNotAllowed)
    def refresh(self, request: Request) -> Response:
        """Exchange a refresh token for new tokens."""
        _user, issued = tokens.refresh(**self.parsed(Refresh))
        return self.answer({"tokens": issued}, Issued)


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
