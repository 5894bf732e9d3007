"""The audit log: services and admin pages write it, staff read it in the admin, nobody changes it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Now

from . import callers, privacy
from .models import AuditEntry

Action = AuditEntry.Action


def record(action: Action, *, actor: UUID | None = None, subject: UUID | None = None, **details: Any) -> None:
    """Write down that `actor` did `action` to `subject` (ids of accounts), from the present caller's address.

    `details` are JSON; they name no secret and no person otherwise than by id.
    """
    AuditEntry.objects.create(
        action=action,
        actor_id=actor,
        subject_id=subject,
        address=callers.present().address,
        details=details,
    )


def forget_old() -> int:
    """A chore, and the only way out of the log: entries older than AUDIT_RETENTION."""
    entries = QuerySet(AuditEntry)  # not its own manager, which refuses
    return entries.filter(at__lt=Now() - settings.AUDIT_RETENTION).delete()[0]


def keep(person: privacy.Person) -> privacy.Receipt:
    """What an erasure does here: nothing. Entries name people by id, and say who did what to others' data."""
    kept = AuditEntry.objects.filter(subject_id=person.id) | AuditEntry.objects.filter(actor_id=person.id)
    receipt = privacy.Receipt()
    receipt.kept["audit entries, by id"] += kept.count()
    return receipt


def export(person: privacy.Person) -> Iterable[privacy.Entry]:
    """The entries about a person; who else did something, and from where, is not theirs to know."""
    yield privacy.json_entry("audit.json", lambda: [_shown(entry, person) for entry in _about(person)])


def _about(person: privacy.Person) -> Iterable[AuditEntry]:
    return AuditEntry.objects.filter(subject_id=person.id).order_by("at", "id").iterator(chunk_size=1000)


def _shown(entry: AuditEntry, person: privacy.Person) -> dict[str, Any]:
    somebody_else = entry.actor_id not in (None, person.id)
    return {
        "at": entry.at,
        "action": entry.action,
        "by": None if entry.actor_id is None else "somebody else" if somebody_else else "you",
        "address": "" if somebody_else else entry.address,
        "details": entry.details,
    }
