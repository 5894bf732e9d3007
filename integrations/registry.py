"""Which provider serves what: the only place that turns settings into providers.

A kind that nothing serves is None, and its effects are skipped with that reason.
"""

import functools
import importlib
import threading
from typing import Any

from django.conf import settings

from .errors import Misconfigured, ProviderError
from .fallback import chain

ENGINE_KINDS = ("speech", "diarization", "language")
OUTWARD_KINDS = ("tickets", "mail", "chat", "calendars", "documents", "bots")


def aliases(kind: str) -> list[str]:
    """Aliases that serve `kind`, in order of preference."""
    return list(settings.SERVED_BY.get(kind, []))


_making = threading.Lock()


def provider(kind: str, alias: str) -> Any:
    """The one instance of a provider in this process; it loads models on first use, not here."""
    with _making:  # a cache alone lets two threads make two
        return _provider(kind, alias)


@functools.cache
def _provider(kind: str, alias: str) -> Any:
    made_by, options = backend(kind, alias)
    return made_by(made_by.Options(**options))


def backend(kind: str, alias: str) -> tuple[type, dict[str, Any]]:
    """A provider's class and the server's own options for it. Raises Misconfigured."""
    try:
        entry = settings.PROVIDERS[kind][alias]
    except KeyError:
        raise Misconfigured(f"There is no {kind} provider called {alias!r}.") from None
    module, _, name = entry["BACKEND"].rpartition(".")
    return getattr(importlib.import_module(module), name), dict(entry.get("OPTIONS", {}))


@functools.cache
def engine(kind: str) -> Any:
    """The engine of a kind, falling back along the configured order. Raises Misconfigured."""
    served_by = aliases(kind)
    if not served_by:
        raise Misconfigured(f"No {kind} engine is configured.")
    return chain(kind, [provider(kind, alias) for alias in served_by])


def live(kind: str) -> Any | None:
    """The first engine of a kind that hears live, or None where none does. Raises Misconfigured."""
    each = (provider(kind, alias) for alias in aliases(kind))
    return next((one for one in each if hasattr(one, "open")), None)


def health() -> dict[str, dict[str, Any]]:
    """Per kind: who serves it and whether the next call could be served. Cheap, offline."""
    return {kind: _state(kind) for kind in (*ENGINE_KINDS, *OUTWARD_KINDS)}


def _state(kind: str) -> dict[str, Any]:
    served_by = aliases(kind)
    if not served_by:
        return {"provider": None, "engine": None, "ready": False, "detail": "nothing is configured"}
    state = {"provider": served_by[0], "engine": None, "ready": True, "detail": ""}
    try:
        first = provider(kind, served_by[0])
        state["engine"] = getattr(first, "engine", served_by[0])
        first.probe()
    except ProviderError as error:
        state |= {"ready": False, "detail": str(error)}
    if len(served_by) > 1:
        state["fallback"] = served_by[1:]
    return state


def forget() -> None:
    """Drop all instances, so that changed settings take effect."""
    _provider.cache_clear()
    engine.cache_clear()
