"""Closing an account: everything goes, in one transaction, and a receipt that names nobody stays.

Called for the person themselves and by staff in the admin. What each app erases it has registered in
`core.privacy`.
"""

from contextlib import suppress
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction
from django.db.models.functions import Now

from accounts.models import Erasure, Session, User
from accounts.services import privacy, sessions
from core import audit
from core.bearer import NotSignedIn
from core.privacy import Receipt, hooks

ATTEMPTS = 3
"""Whoever is being written for at the same moment (an upload that was allowed before, a step of a run) makes
PostgreSQL refuse one of the two; the next attempt sees what the other has done."""


def erase(user: User, *, by: User) -> Erasure:
    """Erase the account and all that is the person's, at once or not at all; its tokens are void with it.

    Raises NotSignedIn where somebody else has just done that.
    """
    for _ in range(ATTEMPTS - 1):
        with suppress(IntegrityError, OperationalError):
            return _erase(user.pk, by.pk)
    return _erase(user.pk, by.pk)


@transaction.atomic
def _erase(user_id: UUID, by: UUID) -> Erasure:
    """The one of two at once that hits the row goes on; the other waits here and finds it gone."""
    if not User.objects.filter(pk=user_id).update(is_active=False, updated_at=Now()):
        raise NotSignedIn
    user = User.objects.get(pk=user_id)
    person = privacy.person_of(user)
    sessions.end(user.sessions.all(), Session.Ended.ACCOUNT_CLOSED)
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
