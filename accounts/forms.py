"""The admin's log-in form; the setting `UNFOLD` names it.

Not in `accounts.admin`: Unfold imports it before there is anything to register pages with.
"""

from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

from accounts.errors import SlowedDown
from accounts.services import naming
from core import audit, rates
from core.errors import DomainError


class AdminLogin(AuthenticationForm):
    """Counts as credentials do everywhere, and shows a refusal as a sentence of the form."""

    def clean(self) -> dict:
        try:
            self._count()
            cleaned = super().clean()
        except DomainError as error:
            raise ValidationError(error.message, code=error.code) from None
        user = self.get_user()
        if user is not None:
            audit.record(audit.Action.SIGNED_IN, actor=user.pk, subject=user.pk, provider="admin")
        return cleaned

    def _count(self) -> None:
        typed = {"email": self.cleaned_data.get("username")}
        if wait := rates.spend_credentials(lambda: naming.named(typed)):
            raise SlowedDown(retry_after=wait)
