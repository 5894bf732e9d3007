"""Coming to have an account, and proving that it is one's own."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.errors import DomainNotAllowed, EmailTaken, UsernameTaken, WeakPassword
from accounts.models import User
from accounts.services import letters, proving, spelling
from accounts.services.profiles import composed
from core import audit


def register(email: str, *, password: str, username: str | None = None, **names: str) -> User:
    """A new account. `names` are full_name, first_name and last_name.

    A letter asks the newcomer to verify the address. Raises BadAddress, BadUsername, DomainNotAllowed,
    WeakPassword, EmailTaken, UsernameTaken.
    """
    email, username = spelling.address(email), spelling.username(username)
    require_allowed_domain(email)
    names = {key: name.strip() for key, name in names.items()}
    both = composed(names.get("first_name", ""), names.get("last_name", ""))
    names["full_name"] = names.get("full_name") or both
    require_strong(password, User(email=email, username=username, **names))
    _require_free(email, username)
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, username=username, **names)
            letters.welcome(user)
            audit.record(audit.Action.REGISTERED, actor=user.pk, subject=user.pk, provider="password")
            return user
    except IntegrityError:
        _require_free(email, username)
        raise


def log_in(email: str, *, password: str) -> User:
    """The account that these credentials open. Raises DomainNotAllowed, SlowedDown, BadCredentials."""
    try:
        require_allowed_domain(email)
    except DomainNotAllowed:
        audit.record(audit.Action.SIGN_IN_REFUSED, reason="domain")
        raise
    return proving.prove(email, password)


def require_allowed_domain(email: str) -> None:
    """COMPANY_DOMAINS, where set, binds every way in. Raises DomainNotAllowed."""
    if not spelling.is_allowed(email):
        raise DomainNotAllowed


def require_strong(password: str, user: User, *, field: str = "password") -> None:
    """Django's validators; `field` is what the request calls the password. Raises WeakPassword."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(error.messages, field=field) from None


def _require_free(email: str, username: str | None) -> None:
    if User.objects.filter(email=email).exists():
        raise EmailTaken
    if username and User.objects.filter(spelling.same_username(username)).exists():
        raise UsernameTaken
