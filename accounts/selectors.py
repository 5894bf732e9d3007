"""Whose account somebody may look up: everything else about people is asked of the services."""

from uuid import UUID

from accounts.errors import PersonNotFound
from accounts.models import User


def person(user_id: UUID, *, seen_by: User) -> User:
    """An open account: one's own, anybody's for staff. Raises PersonNotFound."""
    found = User.objects.filter(pk=user_id, is_active=True).first()
    if found is None or not (seen_by == found or seen_by.is_staff):
        raise PersonNotFound
    return found
