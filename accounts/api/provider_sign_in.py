"""`auth/{microsoft,google}/login` and `/callback`, and the exchange of a one-time code (rule 12)."""

from typing import ClassVar

from django.urls import URLPattern, path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework import status as http
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts.api import people
from accounts.errors import (
    AccessDenied,
    AccountClosed,
    AnotherIdentity,
    DomainNotAllowed,
    EmailNotVerified,
    NotConfigured,
    NotConfirmed,
    UnknownAttempt,
    UnknownCode,
)
from accounts.services import hand_offs, provider_sign_in
from core.code_flow import Begun, Returning
from core.dialects import DialectView, raises
from core.errors import ReturnAddressNotAllowed
from core.rates import CREDENTIALS, limited

SECRET = {"Referrer-Policy": "no-referrer"}
"""For answers with a token or a code in body or address; no cache keeps them, as `DialectView` has it."""


class Beginning(serializers.Serializer):
    redirect_uri = serializers.CharField(
        source="return_to",
        max_length=500,
        required=False,
        help_text="Where the app wants the browser, with a one-time code: below FRONTEND_URL, or listed.",
    )
    code_challenge = serializers.RegexField(
        r"^[A-Za-z0-9_-]{43}\Z",
        source="challenge",
        required=False,
        help_text="The app's own (RFC 7636): only who has the verifier can exchange the one-time code.",
    )
    code_challenge_method = serializers.ChoiceField(["S256"], required=False)

    def validate(self, asked: dict) -> dict:
        asked.pop("code_challenge_method", None)
        if "challenge" in asked and "return_to" not in asked:
            raise serializers.ValidationError({"redirect_uri": "A code_challenge needs a redirect_uri."})
        return asked


class Exchange(serializers.Serializer):
    code = serializers.CharField(max_length=256)
    code_verifier = serializers.CharField(max_length=256, required=False)


def routes(speaking: type[DialectView]) -> list[URLPattern]:
    """Open to everybody."""
    signed_in = people.signed_in(speaking)

    class Provider(speaking, ViewSet):
        permission_classes = (AllowAny,)
        authentication_classes = ()
        http_method_names: ClassVar = ["get", "post", "options"]
        provider: ClassVar[str] = ""

        @extend_schema(parameters=[Beginning], responses=Begun)
        @raises(NotConfigured, ReturnAddressNotAllowed)
        def begin(self, request: Request) -> Response:
            """Begin to sign in with a provider: the address to open in a browser."""
            begun = provider_sign_in.begin(self.provider, **self.asked(Beginning))
            return self.answer(begun, Begun, headers=SECRET)

        @extend_schema(
            parameters=[Returning],
            responses={
                200: signed_in,
                302: OpenApiResponse(description="Back to the app, with `code` or `error`, and `state`."),
            },
        )
        @raises(
            UnknownAttempt,
            NotConfirmed,
            AccessDenied,
            EmailNotVerified,
            DomainNotAllowed,
            AccountClosed,
            AnotherIdentity,
            NotConfigured,
        )
        @limited(CREDENTIALS)
        def finish(self, request: Request) -> Response:
            """Come back from the provider, and be signed in.

            With a `redirect_uri` at the beginning the browser is sent there, with a one-time code.
            """
            finished = provider_sign_in.finish(self.provider, **self.asked(Returning))
            if finished.location:
                return Response(status=http.HTTP_302_FOUND, headers=SECRET | {"Location": finished.location})
            return self.answer({"user": finished.user, "tokens": finished.tokens}, signed_in, headers=SECRET)

        @extend_schema(request=Exchange, responses=signed_in)
        @raises(UnknownCode, AccountClosed, DomainNotAllowed)
        @limited(CREDENTIALS)
        def exchange(self, request: Request) -> Response:
            """Exchange the one-time code that came to your `redirect_uri` for tokens."""
            user, issued = hand_offs.exchange(**self.parsed(Exchange))
            return self.answer({"user": user, "tokens": issued}, signed_in, headers=SECRET)

    return [
        *(
            path(f"auth/{name}/{word}", Provider.as_view({"get": method}, provider=name))
            for name in provider_sign_in.PROVIDERS
            for word, method in (("login", "begin"), ("callback", "finish"))
        ),
        path("auth/exchange", Provider.as_view({"post": "exchange"})),
    ]
