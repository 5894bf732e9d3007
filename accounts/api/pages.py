"""The two pages that links in letters open. Looking at them changes nothing, whoever looks: mail programs
follow links by themselves, and only the button behind them uses one up.

They need no session and no cookie: the token in the form is what proves, so no other site can send it.
Django's check of origins could not work, since a page without referrer posts from the origin `null`.
"""

import secrets
from http import HTTPStatus
from typing import ClassVar
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from accounts.api.credentials import LEAST, MOST, TOO_SHORT
from accounts.errors import InvalidToken, WeakPassword
from accounts.services import mailed_tokens, naming, passwords, verification
from accounts.services.mailed_tokens import Purpose
from core import rates


class NewPasswordForm(forms.Form):
    """Typed twice, because nobody sees what they type."""

    _attrs: ClassVar = {"autocomplete": "new-password", "minlength": LEAST}
    new_password = forms.CharField(
        label="New password",
        min_length=LEAST,
        max_length=MOST,
        strip=False,
        widget=forms.PasswordInput(attrs=_attrs | {"autofocus": True}),
        help_text=f"At least {LEAST} characters; not one that many people use.",
        error_messages={"min_length": TOO_SHORT},
    )
    again = forms.CharField(
        label="The same again",
        max_length=MOST,
        strip=False,
        widget=forms.PasswordInput(attrs=_attrs),
    )

    def clean(self) -> dict:
        typed = super().clean()
        if {"new_password", "again"} <= typed.keys() and typed["new_password"] != typed["again"]:
            self.add_error("again", "The two passwords are not the same.")
        return typed


@method_decorator(csrf_exempt, name="dispatch")
class LinkPage(View):
    """A page behind a link: shown only while the link is good, kept by nobody, framed by nobody."""

    purpose: Purpose
    advice: str

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method == "POST" and (seconds := self._too_soon(request)):
            return self._wait(seconds)
        try:
            return super().dispatch(request, *args, **kwargs)
        except InvalidToken:
            return self.page("link_over", status=HTTPStatus.BAD_REQUEST, advice=self.advice)

    def _too_soon(self, request: HttpRequest) -> int:
        """Seconds, where this address or this link has been tried too often."""
        return rates.spend_credentials(lambda: naming.named({"token": request.POST.get("token")}))

    def _wait(self, seconds: int) -> HttpResponse:
        answer = self.page(
            "notice",
            status=HTTPStatus.TOO_MANY_REQUESTS,
            heading="Not yet",
            sentence="Too many attempts. Wait a minute, go back, and press the button again.",
        )
        answer["Retry-After"] = str(seconds)
        return answer

    def shown(self, token: str, template: str, **context) -> HttpResponse:
        """The page of a link that is good, and changes nothing. Raises InvalidToken."""
        mailed = mailed_tokens.look(token, self.purpose)
        return self.page(template, token=token, email=mailed.email, **context)

    def page(self, template: str, *, status: int = HTTPStatus.OK, **context) -> HttpResponse:
        nonce = secrets.token_urlsafe(16)
        context |= {"nonce": nonce, "host": urlsplit(settings.PUBLIC_URL).netloc}
        answer = render(self.request, f"accounts/{template}.html", context, status=status)
        answer["Cache-Control"] = "no-store"
        answer["Referrer-Policy"] = "no-referrer"
        answer["X-Robots-Tag"] = "noindex, nofollow"
        answer["Content-Security-Policy"] = (
            f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        return answer


class VerifyEmail(LinkPage):
    purpose = Purpose.VERIFY_EMAIL
    advice = (
        "If you have just pressed the button, your address is verified and there is nothing left to do. "
        "Otherwise sign in and ask for a new letter."
    )

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown(request.GET.get("token", ""), "verify_email")

    def post(self, request: HttpRequest) -> HttpResponse:
        verification.verify(request.POST.get("token", ""))
        return self.page(
            "notice",
            heading="Your e-mail address is verified",
            sentence="Thank you. You can close this page and go on in the app.",
        )


class ResetPassword(LinkPage):
    purpose = Purpose.RESET_PASSWORD
    advice = (
        "If you have just set a password, it counts: sign in with it. "
        "Otherwise choose “forgot password” in the app to get a new letter."
    )

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown(request.GET.get("token", ""), "reset_password", form=NewPasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        token, form = request.POST.get("token", ""), NewPasswordForm(request.POST)
        if not self._is_set(token, form):
            return self.shown(token, "reset_password", form=form)
        return self.page(
            "notice",
            heading="Your new password is set",
            sentence="Every device is signed out. Go back to the app and sign in with the new password.",
        )

    def _is_set(self, token: str, form: NewPasswordForm) -> bool:
        """False where the form says what is wrong. Raises InvalidToken."""
        if not form.is_valid():
            return False
        try:
            passwords.reset(token, new_password=form.cleaned_data["new_password"])
        except WeakPassword as error:
            form.add_error("new_password", error.fields["new_password"])
            return False
        return True


urlpatterns = [
    path("account/verify-email", VerifyEmail.as_view()),
    path("account/reset-password", ResetPassword.as_view()),
]
