"""The forms behind the pages of people: staff type addresses and usernames by the rules of everybody."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from unfold.forms import AdminPasswordChangeForm, UserCreationForm

from accounts.models import Session, User
from accounts.services import passwords, spelling
from core.errors import Invalid


class Spelled:
    """Mixin: one spelling for an address and a username; else their owner could not sign in by it."""

    def clean_email(self) -> str:
        try:
            return spelling.address(self.cleaned_data["email"])
        except Invalid as error:
            raise ValidationError(error.fields["email"]) from None

    def clean_username(self) -> str | None:
        try:
            return spelling.username(self.cleaned_data["username"])
        except Invalid as error:
            raise ValidationError(error.fields["username"]) from None


class PersonForm(Spelled, forms.ModelForm):
    """No password in it, not even as a hash."""

    class Meta:
        model = User
        fields = ("email", "username")  # the page names the others


class NewPersonForm(Spelled, UserCreationForm):
    """With a first password, or none."""


class PasswordByStaffForm(AdminPasswordChangeForm):
    """Whoever knew the old password is signed out, and older links are void."""

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        user = super().save(commit)
        passwords.shut_out(user, Session.Ended.BY_STAFF)
        return user
