"""Closing an account: everything goes, in one transaction, and a receipt that names nobody stays.

Called for the person themselves and by staff in the admin. What each app erases it has registered in
`core.privacy`.
"""

from contextlib import suppress
from uuid import UUID

from django.db import OperationalError, transaction

from accounts.models import Erasure, Session, User
from accounts.services import privacy, sessions
from core import audit
from core.bearer import NotSignedIn
from core.privacy import Receipt, hooks

ATTEMPTS = 3
"""A step that is being saved and an erasure may wait for each other: PostgreSQL ends one of the two."""


def erase(user: User, *, by: User) -> Erasure:
    """Erase the account and all that is the person's, at once or not at all; its tokens are void with it.

    Raises NotSignedIn where somebody else has just done that.
    """
    for _ in range(ATTEMPTS - 1):
        with suppress(OperationalError):
            return _erase(user.pk, by.pk)
    return _erase(user.pk, by.pk)


@transaction.atomic
def _erase(user_id: UUID, by: UUID) -> Erasure:
    """From the first line on nobody can commit a row that refers to the account; who tries waits, and is
    refused then. SQLite, which ignores the lock, has one writer."""
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotSignedIn
    person = privacy.person_of(user)
    sessions.end_all(user, Session.Ended.ACCOUNT_CLOSED)
    receipt = Receipt()
    for hook in hooks():
        receipt.add(hook.erase(person))
    receipt.count_rows(user.delete()[1])
    audit.record(audit.Action.ACCOUNT_DELETED, actor=by, subject=user_id)
    return _written(user_id, receipt)


def _written(user_id: UUID, receipt: Receipt) -> Erasure:
    return Erasure.objects.create(
        user_id=user_id,
        erased={"database": _told(receipt.rows), "storage": _told(receipt.files)},
        changed=_told(receipt.changed),
        beyond_reach=_told(receipt.beyond_reach),
        kept=_told(receipt.kept),
    )


def _told(counts: dict[str, int]) -> dict[str, int]:
    return {kind: number for kind, number in sorted(counts.items()) if number}
