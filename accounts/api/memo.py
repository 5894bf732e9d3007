"""`/api/v1/mobile/auth/*`, the same under `/web`: accounts in the memo dialect."""

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
from core.dialects import MemoView, raises


class Account(serializers.ModelSerializer):
    """A person as memo.md's users table has them."""

    name = serializers.CharField(read_only=True)

    class Meta:
        model = User
        fields = ("id", "name", "email", "is_active", "auth_provider", "created_at", "updated_at")
        read_only_fields = fields


class SignedIn(serializers.Serializer):
    access_token = serializers.CharField(source="tokens.access")
    refresh_token = serializers.CharField(source="tokens.refresh")
    token_type = serializers.CharField(default="bearer", read_only=True)
    expires_in = serializers.IntegerField(source="tokens.expires_in", help_text="Seconds.")
    user = Account()


class Auth(MemoView, ViewSet):
    """Registering and logging in, open to everybody."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @extend_schema(request=Registration, responses={201: SignedIn})
    @raises(EmailTaken, UsernameTaken, DomainNotAllowed)
    def register(self, request: Request) -> Response:
        """Register a new user and sign in."""
        user = accounts.register(**self.parsed(Registration))
        return self.answer({"user": user, "tokens": tokens.issue(user)}, SignedIn, status=201)

    @extend_schema(request=Login, responses=SignedIn)
    @raises(BadCredentials, DomainNotAllowed)
    def login(self, request: Request) -> Response:
        """Log in with e-mail and password."""
        user = accounts.log_in(**self.parsed(Login))
        return self.answer({"user": user, "tokens": tokens.issue(user)}, SignedIn)

    @extend_schema(request=Refresh, responses=SignedIn)
    @raises(BadCredentials, DomainNotAllowed)
    def refresh(self, request: Request) -> Response:
        """Exchange a refresh token for new tokens."""
        user, issued = tokens.refresh(**self.parsed(Refresh))
        return self.answer({"user": user, "tokens": issued}, SignedIn)


class Me(MemoView, ViewSet):
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
