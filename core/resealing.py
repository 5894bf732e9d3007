"""Sealing anew what an older key has sealed: for `manage.py rotate_encryption_keys` and a system check."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from django.apps import apps
from django.core import checks
from django.db import DatabaseError, models

from .encryption import Sealed, SealedJSONField, Undecipherable, is_newest, open_sealed, seal

BATCH = 200
SAMPLE = 5
"""Rows at either end of a table that the check opens."""


@dataclass
class Tally:
    """Of one column."""

    column: str
    resealed: int = 0
    current: int = 0
    changed: int = 0
    """Written by somebody else meanwhile, with the newest key."""
    undecipherable: int = 0


def sealed_columns() -> Iterator[tuple[type[models.Model], SealedJSONField]]:
    """All there are, in all apps."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedJSONField):
                yield model, field


def reseal(model: type[models.Model], field: SealedJSONField) -> Tally:
    """Seal one column with the newest key, row by row, while the product runs.

    A row that somebody changes at the same time stays as they wrote it. What is done stays done: whoever
    stops this and starts it again goes on.
    """
    tally = Tally(f"{model._meta.label}.{field.name}")
    for pk, sealed in chain.from_iterable(_batches(model, field)):
        if is_newest(sealed.text):
            tally.current += 1
            continue
        try:
            anew = Sealed(seal(open_sealed(sealed.text)))
        except Undecipherable:
            tally.undecipherable += 1
            continue
        same = model._base_manager.filter(pk=pk, **{field.name: sealed})
        if same.update(**{field.name: anew}):
            tally.resealed += 1
        else:
            tally.changed += 1
    return tally


def _batches(model: type[models.Model], field: SealedJSONField) -> Iterator[list[tuple]]:
    """Short reads, by primary key: nothing is held open, and rows that come meanwhile are of the new key."""
    rows = model._base_manager.filter(**{f"{field.name}__isnull": False}).order_by("pk")
    last = None
    while True:
        later = rows if last is None else rows.filter(pk__gt=last)
        batch = list(later.values_list("pk", field.name)[:BATCH])
        if not batch:
            return
        last = batch[-1][0]
        yield batch


def sealed_rows_open(app_configs, databases=None, **kwargs) -> list:
    """W010: rows that no key of ENCRYPTION_KEYS opens. Looks at a few, where checks may ask the database."""
    if not databases:
        return []
    return [_warning(model, field) for model, field in sealed_columns() if not _opens(model, field)]


def _opens(model: type[models.Model], field: SealedJSONField) -> bool:
    rows = model._base_manager.filter(**{f"{field.name}__isnull": False})
    try:
        ends = [rows.order_by(order).values_list(field.name, flat=True)[:SAMPLE] for order in ("pk", "-pk")]
        for sealed in chain.from_iterable(ends):
            sealed.open()
    except Undecipherable:
        return False
    except DatabaseError:  # before the first migration
        return True
    return True


def _warning(model: type[models.Model], field: SealedJSONField) -> checks.CheckMessage:
    return checks.Warning(
        f"No key of ENCRYPTION_KEYS opens some rows of {model._meta.label}.{field.name}.",
        hint="Put the key that wrote them back at the end of ENCRYPTION_KEYS, then rotate_encryption_keys.",
        id="core.W010",
    )
