"""Places of ours where people talk and an observer can listen: rooms register theirs (`AppConfig.ready`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Found:
    id: UUID
    title: str


@dataclass(frozen=True)
class Place:
    """What one kind of place knows to do. All but `find` run inside the transaction of their caller."""

    find: Callable[[Any, str], Found | None]
    """`(user, code)`: the open place that a code names for somebody who may listen there, else None."""
    enter: Callable[[Any, UUID, UUID], None]
    """`(user, place_id, observation_id)`: holds the place, and tells everybody who is there.

    Raises DomainError where they may not listen."""
    hold: Callable[[UUID], None]
    """`(place_id)`: nobody else changes the place before the transaction ends; one that is gone is none."""
    leave: Callable[[UUID, UUID, Any], None]
    """`(place_id, observation_id, user_id)`: tells everybody; a place that is gone needs nothing."""


_places: dict[str, Place] = {}


def add(kind: str, place: Place) -> None:
    """Register a kind; its name stands in rows."""
    _places[kind] = place


def of(kind: str) -> Place:
    return _places[kind]


def find(user, code: str, *, kind: str = "") -> tuple[str, Found] | None:
    """The first place that a code names for this person, with its kind."""
    for name, place in _places.items():
        if kind in ("", name) and (found := place.find(user, code)):
            return name, found
    return None


def kinds() -> list[str]:
    return list(_places)
