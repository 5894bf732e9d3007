"""What a view says about its routes by marks on its methods: rate, visibility, errors, whether it waits."""

from typing import Any


def declared(view: Any, method: str, name: str, default: Any = None) -> Any:
    """The mark of the method that answers `method` (`GET`), else the view's own, else `default`."""
    action = getattr(view, getattr(view, "action", None) or method.lower(), None)
    return getattr(action, name, None) or getattr(view, name, None) or default
