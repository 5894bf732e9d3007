"""Who a route is for. A view says it, OpenAPI shows it, and a test asks every route whether it is true.

`staff` is enforced here by being declared; whose object a row is, each noun's selectors decide.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from core.declarations import declared

Declared = TypeVar("Declared", bound=Callable)


class Visibility(StrEnum):
    """What a signed-in stranger gets of a route. A route that says nothing is private."""

    PRIVATE = "private"
    """The owner's own; for anybody else it is not there (404)."""
    PARTICIPANT = "participant"
    """For those who take part: an assignee, a member of a room."""
    PUBLIC = "public"
    """For every signed-in user; without a token only where the route is open."""
    STAFF = "staff"
    """For staff; anybody else gets 403, whatever the address names."""


def visible(to: Visibility | str) -> Callable[[Declared], Declared]:
    """Declare it for a view method, or for all methods of a view class."""
    visibility = Visibility(to)

    def mark(view: Declared) -> Declared:
        view.visibility = visibility
        return view

    return mark


def visibility_of(view: Any, method: str) -> Visibility:
    """The method's own word, else the view's, else private."""
    return declared(view, method, "visibility", Visibility.PRIVATE)
