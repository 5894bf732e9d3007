"""Where staff change their own password; `config.urls` puts it in front of the admin's own page.

That page would let whoever sits down at an open browser guess the old password as often as they like.
"""

from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.forms import AdminOwnPasswordChangeForm

from accounts.errors import BadCredentials, SlowedDown
from accounts.models import User
from accounts.services import passwords, proving
from core import audit


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """A wrong old password counts like a failed log-in; the new one signs every device out, and
    voids links to set another."""

    def clean_old_password(self) -> str:
        typed = self.cleaned_data["old_password"]
        try:
            proving.prove(self.user.email, typed)
        except BadCredentials:
            raise ValidationError(self.error_messages["password_incorrect"]) from None
        except SlowedDown as error:
            raise ValidationError(error.message) from None
        return typed

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        user = super().save(commit)
        passwords.shut_out(user)
        audit.record(audit.Action.PASSWORD_CHANGED, actor=user.pk, subject=user.pk)
        return user


def own_password(request: HttpRequest) -> HttpResponse:
    """The admin's page with our form."""
    request.current_app = admin.site.name
    page = PasswordChangeView.as_view(
        form_class=OwnPasswordForm,
        success_url=reverse("admin:password_change_done"),
        extra_context=admin.site.each_context(request),
    )
    return page(request)
