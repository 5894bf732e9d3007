"""Whose account it is that a provider's claims speak of; `provider_sign_in` asks.

The provider's subject is the key. An e-mail leads to an account only where the provider says that it is
verified: whoever may write any address into their profile would else come into any account.
"""

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.errors import AccountClosed, AnotherIdentity, BadAddress, EmailNotVerified
from accounts.models import Identity, Session, User
from accounts.services import sessions, spelling
from accounts.services.accounts import require_allowed_domain
from accounts.services.profiles import composed
from core import audit
from integrations.contracts.identity import Claims


def account_of(provider: str, claims: Claims) -> User:
    """The account of this person: known, connected by its e-mail, or new.

    Raises EmailNotVerified, DomainNotAllowed, AccountClosed, AnotherIdentity; then nothing has changed.
    """
    try:
        return _account_of(provider, claims)
    except IntegrityError:  # somebody was faster: what they made is there now
        return _account_of(provider, claims)


@transaction.atomic
def _account_of(provider: str, claims: Claims) -> User:
    known = Identity.objects.select_related("user").filter(provider=provider, subject=claims.subject)
    if identity := known.first():
        return _back(identity, claims)
    email = _proven_address(provider, claims)
    require_allowed_domain(email)
    user = User.objects.select_for_update().filter(email=email).first()
    user = _new(email, provider, claims) if user is None else _opened(user, provider, claims)
    Identity.objects.create(user=user, provider=provider, subject=claims.subject, email=email, used_at=Now())
    audit.record(audit.Action.IDENTITY_LINKED, actor=user.pk, subject=user.pk, provider=provider)
    return user


def _back(identity: Identity, claims: Claims) -> User:
    """Somebody who has come by this identity before; the account's own address stays what it is."""
    _require_open(identity.user)
    require_allowed_domain(identity.user.email)
    Identity.objects.filter(pk=identity.pk).update(
        email=claims.email or identity.email, used_at=Now(), updated_at=Now()
    )
    return identity.user


def _proven_address(provider: str, claims: Claims) -> str:
    """The e-mail that the provider vouches for. Raises EmailNotVerified."""
    if not claims.email or not claims.email_verified:
        raise EmailNotVerified(provider)
    try:
        return spelling.address(claims.email)
    except BadAddress:
        raise EmailNotVerified(provider) from None


def _new(email: str, provider: str, claims: Claims) -> User:
    user = User.objects.create_user(email, None, auth_provider=provider, is_verified=True, **_names(claims))
    audit.record(audit.Action.REGISTERED, actor=user.pk, subject=user.pk, provider=provider)
    return user


def _opened(user: User, provider: str, claims: Claims) -> User:
    """An account that is there already and has the address that the provider vouches for."""
    _require_open(user)
    if not user.is_verified:
        _take_over(user, provider, claims)
    elif user.identities.filter(provider=provider).exclude(subject=claims.subject).exists():
        raise AnotherIdentity(provider)
    return user


def _take_over(user: User, provider: str, claims: Claims) -> None:
    """Whoever registered the address never proved to own it; who comes now has: the first one is out.

    Else an attacker would register the addresses of others and wait for them (pre-hijacking).
    """
    owned = {"password": make_password(None), "auth_provider": provider, "is_verified": True}
    names = _names(claims) if claims.name else {}
    User.objects.filter(pk=user.pk).update(**owned, **names, updated_at=Now())
    user.refresh_from_db()
    user.identities.all().delete()
    sessions.end_all(user, Session.Ended.TAKEN_OVER)
    audit.record(
        audit.Action.EMAIL_VERIFIED, actor=user.pk, subject=user.pk, provider=provider, taken_over=True
    )


def _names(claims: Claims) -> dict[str, str]:
    return {
        "first_name": claims.given_name,
        "last_name": claims.family_name,
        "full_name": claims.name or composed(claims.given_name, claims.family_name),
    }


def _require_open(user: User) -> None:
    if not user.is_active:
        raise AccountClosed
