"""How Django itself asks who somebody is: the admin's log-in goes the way of all others."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts.errors import BadCredentials
from accounts.models import User
from accounts.services import accounts


class PasswordBackend(ModelBackend):
    """`ModelBackend` with our log-in: any case of letters, COMPANY_DOMAINS, failures that slow down."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **other: Any,
    ) -> User | None:
        """Raises DomainNotAllowed and SlowedDown, which have a sentence of their own."""
        if username is None or password is None:
            return None
        try:
            return accounts.log_in(username, password=password)
        except BadCredentials:
            return None
