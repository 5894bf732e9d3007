"""Verifying an address and setting another password, by links that come by mail or by the present one."""

from uuid import UUID

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts import selectors
from accounts.api import people
from accounts.api.credentials import MOST, Address, NewPassword
from accounts.errors import (
    AlreadyVerified,
    InvalidToken,
    NoMail,
    NoPassword,
    SlowedDown,
    TooManyLetters,
    WeakPassword,
    WrongPassword,
)
from accounts.services import letters, passwords, verification
from core.dialects import DialectView, Message, raises
from core.rates import CREDENTIALS, limited

VERIFIED = "Email verified successfully"
LETTER_SENT = "A letter with a link to verify the e-mail address is on its way."
RESET_ASKED = "If an account has this address, a letter with a link to set a new password is on its way."
RESET_DONE = "The password is set; sign in with it."


class Verification(serializers.Serializer):
    token = serializers.CharField(max_length=1024)


class PasswordChange(serializers.Serializer):
    current_password = serializers.CharField(max_length=MOST, trim_whitespace=False, write_only=True)
    new_password = NewPassword()


class ResetRequest(serializers.Serializer):
    email = Address()


class ResetConfirmation(serializers.Serializer):
    token = serializers.CharField(max_length=1024)
    new_password = NewPassword()


def routes(speaking: type[DialectView]) -> list[URLPattern]:
    """What a link in a letter does is open to everybody; asking for it or knowing the password is not."""
    return [*_by_link(speaking), *_of_oneself(speaking)]


def _by_link(speaking: type[DialectView]) -> list[URLPattern]:
    class Mailed(speaking, ViewSet):
        permission_classes = (AllowAny,)
        authentication_classes = ()
        rate = CREDENTIALS

        @extend_schema(request=Verification, responses=Message)
        @raises(InvalidToken)
        def verify(self, request: Request) -> Response:
            """Verify an e-mail address with the token that was mailed there."""
            verification.verify(**self.parsed(Verification))
            return Response(Message(VERIFIED))

        @extend_schema(request=ResetRequest, responses={202: Message})
        @raises(NoMail)
        def ask_for_reset(self, request: Request) -> Response:
            """Ask for a mail with a link to set a new password.

            The answer is the same whether or not an account has this address.
            """
            letters.ask_for_reset(**self.parsed(ResetRequest))
            return Response(Message(RESET_ASKED), status=202)

        @extend_schema(request=ResetConfirmation, responses=Message)
        @raises(InvalidToken, WeakPassword)
        def reset(self, request: Request) -> Response:
            """Set a new password with the token that was mailed.

            Every session of the account ends.
            """
            passwords.reset(**self.parsed(ResetConfirmation))
            return Response(Message(RESET_DONE))

    return [
        path("auth/verify-email", Mailed.as_view({"post": "verify"})),
        path("auth/password/reset", Mailed.as_view({"post": "ask_for_reset"})),
        path("auth/password/reset/confirm", Mailed.as_view({"post": "reset"})),
    ]


def _of_oneself(speaking: type[DialectView]) -> list[URLPattern]:
    signed_in = people.signed_in(speaking)

    class Own(speaking, ViewSet):
        @extend_schema(request=None, responses={202: Message})
        @raises(AlreadyVerified, TooManyLetters, NoMail)
        def send_verification(self, request: Request, user_id: UUID) -> Response:
            """Send a mail with a link to verify your e-mail address.

            Older links are void then. Staff may ask for anybody.
            """
            letters.ask_to_verify(selectors.person(user_id, seen_by=request.user))
            return Response(Message(LETTER_SENT), status=202)

        @extend_schema(request=PasswordChange, responses=signed_in)
        @raises(WrongPassword, WeakPassword, NoPassword, SlowedDown)
        @limited(CREDENTIALS)
        def change_password(self, request: Request) -> Response:
            """Change your password.

            Every session ends; the tokens in the answer keep this device signed in.
            """
            issued = passwords.change(request.user, **self.parsed(PasswordChange))
            return self.answer({"user": request.user, "tokens": issued}, signed_in)

    return [
        path("auth/password/change", Own.as_view({"post": "change_password"})),
        path("users/<id:user_id>/email-verification", Own.as_view({"post": "send_verification"})),
    ]
