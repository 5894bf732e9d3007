"""Registering and logging in: every dialect reads the same words and calls the same services."""

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.api import people
from accounts.errors import BadCredentials, DomainNotAllowed, EmailTaken, UsernameTaken
from accounts.services import accounts, sessions
from core.dialects import DialectView, raises
from core.rates import CREDENTIALS

LEAST, MOST = 8, 256
"""Letters of a password."""
TOO_SHORT = f"Password must be at least {LEAST} characters"


class Address(serializers.EmailField):
    """Somebody's e-mail address; whose it is, if anybody's, the service finds out."""

    def __init__(self, **options) -> None:
        super().__init__(max_length=254, error_messages={"invalid": "Invalid email format"}, **options)


class NewPassword(serializers.CharField):
    """A password to be set; the account service judges its strength."""

    def __init__(self, **options) -> None:
        options |= {
            "min_length": LEAST,
            "max_length": MOST,
            "trim_whitespace": False,
            "write_only": True,
            "error_messages": {"min_length": TOO_SHORT},
        }
        super().__init__(**options)


class Registration(serializers.Serializer):
    email = Address()
    password = NewPassword()
    username = serializers.CharField(max_length=150, required=False, allow_null=True)
    full_name = people.PersonName(max_length=300)
    first_name = people.PersonName(max_length=150)
    last_name = people.PersonName(max_length=150)


class Login(serializers.Serializer):
    email = Address()
    password = serializers.CharField(max_length=MOST, trim_whitespace=False, write_only=True)


class Refresh(serializers.Serializer):
    refresh_token = serializers.CharField(max_length=4096)


def routes(speaking: type[DialectView]) -> list[URLPattern]:
    """Open to everybody."""
    signed_in, refreshed = people.signed_in(speaking), people.refreshed(speaking)

    class Auth(speaking, ViewSet):
        permission_classes = (AllowAny,)
        authentication_classes = ()
        rate = CREDENTIALS

        @extend_schema(request=Registration, responses={201: signed_in})
        @raises(EmailTaken, UsernameTaken, DomainNotAllowed)
        def register(self, request: Request) -> Response:
            """Register, and be signed in."""
            user = accounts.register(**self.parsed(Registration))
            return self.answer({"user": user, "tokens": sessions.start(user)}, signed_in, status=201)

        @extend_schema(request=Login, responses=signed_in)
        @raises(BadCredentials, DomainNotAllowed)
        def login(self, request: Request) -> Response:
            """Log in with e-mail and password."""
            user = accounts.log_in(**self.parsed(Login))
            return self.answer({"user": user, "tokens": sessions.start(user)}, signed_in)

        @extend_schema(request=Refresh, responses=refreshed)
        @raises(BadCredentials, DomainNotAllowed)
        def refresh(self, request: Request) -> Response:
            """Exchange a refresh token for new tokens.

            The old one is used up: whoever presents it again ends the session.
            """
            user, issued = sessions.refresh(**self.parsed(Refresh))
            return self.answer({"user": user, "tokens": issued}, refreshed)

    return [
        path("auth/register", Auth.as_view({"post": "register"})),
        path("auth/signup", Auth.as_view({"post": "register"})),
        path("auth/login", Auth.as_view({"post": "login"})),
        path("auth/refresh", Auth.as_view({"post": "refresh"})),
    ]
