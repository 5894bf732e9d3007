"""What people say about themselves: their names, their zone, their language, how they like things."""

from typing import Any

import langcodes
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.errors import BadCredentials, UnknownLanguage, UnknownTimeZone, UsernameTaken
from accounts.models import User
from accounts.services import spelling
from core import zones


def update(user: User, **changes: Any) -> User:
    """Change fields of the profile; an empty time zone means the server's.

    Raises UnknownTimeZone, UnknownLanguage, BadUsername, UsernameTaken, BadCredentials.
    """
    if changes.get("timezone"):
        _require_known_zone(changes["timezone"])
    if "language" in changes:
        changes["language"] = canonical_language(changes["language"])
    if "username" in changes:
        changes["username"] = _free_username(user, changes["username"])
    changes = _agreeing_names(user, changes)
    try:
        with transaction.atomic():
            changed = User.objects.filter(pk=user.pk).update(**changes, updated_at=Now())
    except IntegrityError:
        raise UsernameTaken from None
    if not changed:  # erased meanwhile
        raise BadCredentials
    user.refresh_from_db()
    return user


def canonical_language(tag: str) -> str:
    """`en-gb` as `en-GB` (BCP 47). Raises UnknownLanguage."""
    canonical = langcodes.standardize_tag(tag) if langcodes.tag_is_valid(tag) else ""
    if not 0 < len(canonical) <= _longest("language"):
        raise UnknownLanguage
    return canonical


def composed(first_name: str, last_name: str) -> str:
    """The full name of whoever gave two parts only."""
    return f"{first_name} {last_name}".strip()[: _longest("full_name")]


def _agreeing_names(user: User, changes: dict[str, Any]) -> dict[str, Any]:
    """The full name follows its parts where it was made of them; a part that a new full name lacks goes.

    A full name is never taken apart: where a first name ends is not for us to know.
    """
    parts = {name: changes.get(name, getattr(user, name)) for name in ("first_name", "last_name")}
    if "full_name" in changes:
        kept = {name: part if part in changes["full_name"] else "" for name, part in parts.items()}
        return kept | changes
    if user.full_name in ("", composed(user.first_name, user.last_name)):
        return changes | {"full_name": composed(**parts)}
    return changes


def _free_username(user: User, typed: str | None) -> str | None:
    name = spelling.username(typed)
    others = User.objects.exclude(pk=user.pk)
    if name and others.filter(spelling.same_username(name)).exists():
        raise UsernameTaken
    return name


def _require_known_zone(name: str) -> None:
    if not zones.is_known(name):
        raise UnknownTimeZone


def _longest(field: str) -> int:
    return User._meta.get_field(field).max_length
