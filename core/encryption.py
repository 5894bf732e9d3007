"""Secrets at rest: what a column of ours holds that nobody may read in a dump of the database.

Fernet (AES-128-CBC and HMAC-SHA-256, https://github.com/fernet/spec) with the keys of `ENCRYPTION_KEYS`, the
newest first: it writes, all of them read, so that a key can be replaced while the product runs.
"""

import base64
import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

PURPOSE = b"meeting assistant: columns"


class Undecipherable(Exception):
    """None of the keys opens it: a key that wrote rows was taken away before they were written anew."""


def seal(text: str) -> str:
    """`text`, readable only with one of the keys."""
    return _fernet(_keys()).encrypt(text.encode()).decode()


def open_sealed(sealed: str) -> str:
    """What `seal` was given. Raises Undecipherable."""
    try:
        return _fernet(_keys()).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Undecipherable("No key of ENCRYPTION_KEYS opens this.") from None


def _keys() -> tuple[str, ...]:
    return tuple(settings.ENCRYPTION_KEYS or [settings.SECRET_KEY])


@cache
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """A key of the right length from whatever the operator chose (HKDF, RFC 5869)."""
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return base64.urlsafe_b64encode(derive.derive(key.encode()))


def is_newest(sealed: str) -> bool:
    """Whether the newest key has written it."""
    try:
        Fernet(_derived(_keys()[0])).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


@dataclass(frozen=True)
class Sealed:
    """A column as it lies in the database; nothing is opened before somebody wants to know."""

    text: str = field(repr=False)

    def open(self) -> Any:
        """Raises Undecipherable."""
        return json.loads(open_sealed(self.text))


class _Opening(DeferredAttribute):
    """Opens at the first reading: a row that no key opens can still be listed, changed and deleted."""

    def __get__(self, instance: models.Model | None, cls: type | None = None) -> Any:
        value = super().__get__(instance, cls)
        if not isinstance(value, Sealed):
            return value
        opened = instance.__dict__[self.field.attname] = value.open()
        return opened

    def __set__(self, instance: models.Model, value: Any) -> None:
        """Without this, Python would look into the instance first and never ask `__get__`."""
        instance.__dict__[self.field.attname] = value


class SealedJSONField(models.TextField):
    """JSON that is sealed in the database; cannot be searched. Reading it raises Undecipherable."""

    descriptor_class = _Opening

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        """What nobody has opened is written back as it is."""
        waiting = instance.__dict__.get(self.attname)
        return waiting if isinstance(waiting, Sealed) else super().pre_save(instance, add)

    def get_prep_value(self, value: Any) -> str | None:
        if isinstance(value, Sealed):
            return value.text
        return None if value is None else seal(json.dumps(value))
