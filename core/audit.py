"""The audit log: services and admin pages write it, staff read it in the admin, nobody changes it."""

from typing import Any
from uuid import UUID

from . import callers
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
