"""What every app owes a person: to erase what it holds of them, and to hand it out.

Each AppConfig registers its hook in `ready()`; `accounts` asks them all. A table of ours that no hook answers
for, and that is not declared impersonal with a reason, fails a test: who adds one has to say which it is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from uuid import UUID

import orjson
from django.apps import apps

DELETED_USER = "Deleted user"
"""What others read where a person was named who has erased their account."""


@dataclass(frozen=True)
class Person:
    """Whose data it is. `names` are the ways in which they may have been written down, case folded."""

    id: UUID
    email: str
    proven: bool = False
    """Whether they have shown that they read this address. Where they have not it may be anybody's, and what
    others hold under it is not touched."""
    names: frozenset[str] = frozenset()

    def has(self, email: str) -> bool:
        """Whether it is their address, in any case of letters."""
        return email.casefold() == self.email.casefold()

    def is_named(self, name: str, email: str = "") -> bool:
        """Whether they mean themselves by this name and address, in what is theirs: the address decides."""
        if email:
            return self.has(email)
        return name.strip().casefold() in self.names


@dataclass
class Receipt:
    """What was done to a person's data, in numbers by kind; it names nobody."""

    rows: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    beyond_reach: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)

    def count_rows(self, by_label: dict[str, int]) -> None:
        """Add what a queryset's `delete()` counts, in the words that people read for tables."""
        for label, number in by_label.items():
            self.rows[str(apps.get_model(label)._meta.verbose_name_plural)] += number

    def add(self, other: "Receipt") -> None:
        for name in ("rows", "files", "changed", "beyond_reach", "kept"):
            getattr(self, name).update(getattr(other, name))


@dataclass(frozen=True)
class Entry:
    """A file of an export. `pieces` is asked once, when its turn comes, and is never held as a whole."""

    path: str
    pieces: Iterable[bytes]
    packed: bool = True
    """Whether it gets smaller by being compressed; recordings do not."""


def json_entry(path: str, produce: Callable[[], Any]) -> Entry:
    """What `produce` answers with, as readable JSON, made when its turn comes."""
    return Entry(path, _written(produce))


def _written(produce: Callable[[], Any]) -> Iterator[bytes]:
    yield orjson.dumps(produce(), option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS, default=str)


def fields_of(row: Any, *omitted: str) -> dict[str, Any]:
    """A row with all its columns but the omitted ones: a new column is exported without being asked."""
    columns = (column for column in row._meta.concrete_fields if column.name not in omitted)
    return {column.attname: column.value_from_object(row) for column in columns}


Erase = Callable[[Person], Receipt]
Export = Callable[[Person], Iterable[Entry]]


@dataclass(frozen=True)
class Hook:
    """What an app does about a person's data in `tables` (labels such as `tasks.Task`).

    `erase` works inside the one transaction of the erasure and may not do anything that this does not undo.
    `export` makes its entries one after the other, so that none of them is in memory with the next.
    """

    app: str
    tables: tuple[str, ...]
    erase: Erase
    export: Export


_hooks: dict[str, Hook] = {}
_impersonal: dict[str, str] = {}


def answer_for(app: str, *tables: str, erase: Erase, export: Export) -> None:
    """Register an app's hook."""
    _hooks[app] = Hook(app, tables, erase, export)


def impersonal(reasons: dict[str, str]) -> None:
    """Declare tables that say nothing about a person: labels, each with the reason."""
    _impersonal.update(reasons)


def hooks() -> list[Hook]:
    """From the top layer down, as INSTALLED_APPS has them: what refers to a row goes before that row."""
    order = [config.name for config in apps.get_app_configs()]
    return sorted(_hooks.values(), key=lambda hook: -order.index(hook.app))


def answered() -> list[str]:
    """The tables that hooks answer for; a table that two answer for stands here twice."""
    return list(chain.from_iterable(hook.tables for hook in _hooks.values()))


def declared_impersonal() -> dict[str, str]:
    return dict(_impersonal)
