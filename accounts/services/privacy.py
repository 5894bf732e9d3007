"""What the account itself holds of a person: how they sign in, where they are signed in, links they got.

The account's own row is not removed here but by `erasure`, when everything that refers to it is gone.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.db.models import Q

from accounts.models import HandOff, Identity, MailedToken, Session, User
from accounts.services import admin_logins
from core.admin_log import forget_rows
from core.privacy import Entry, Person, Receipt, fields_of, json_entry

_CREDENTIALS = ("password", "is_superuser")


def person_of(user: User) -> Person:
    """The account as the hooks of all apps know it."""
    spelled = {user.name, user.full_name, f"{user.first_name} {user.last_name}", user.email}
    spelled |= {user.email.partition("@")[0], user.username or ""}
    spelled |= {user.first_name, user.full_name.partition(" ")[0]}
    names = frozenset(name.strip().casefold() for name in spelled if name.strip())
    return Person(user.pk, user.email, proven=user.is_verified, names=names)


def erase(person: Person) -> Receipt:
    """Everything but the account's row."""
    receipt = Receipt()
    for model in (Session, Identity, HandOff):
        receipt.count_rows(model.objects.filter(user=person.id).delete()[1])
    links = MailedToken.objects.filter(Q(user=person.id) | Q(email__iexact=person.email))
    receipt.count_rows(links.delete()[1])
    receipt.count_rows(LogEntry.objects.filter(user=person.id).delete()[1])
    receipt.rows["log entries"] += forget_rows([person.id])
    receipt.rows["browser sessions"] += admin_logins.forget(person.id)
    return receipt


def export(person: Person) -> Iterable[Entry]:
    """The account, where it is signed in, and by which providers."""
    yield json_entry("account.json", lambda: _account(person.id))


def _account(user_id: UUID) -> dict[str, Any]:
    user = User.objects.get(pk=user_id)
    return fields_of(user, *_CREDENTIALS) | {
        "sessions": [fields_of(each, "refresh_id", "user") for each in user.sessions.all()],
        "identities": [fields_of(each, "user") for each in user.identities.all()],
    }
