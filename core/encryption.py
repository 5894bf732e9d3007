"""Secrets at rest: what a column of ours holds that nobody may read in a dump of the database.

Fernet (AES-128-CBC and HMAC-SHA-256, https://github.com/fernet/spec) with the keys of `ENCRYPTION_KEYS`, the
newest first: it writes, all of them read, so that a key can be replaced while the product runs.
"""

import base64
import json
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

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


class SealedJSONField(models.TextField):
    """JSON that is sealed in the database; cannot be searched. Reading raises Undecipherable."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return None if value is None else json.loads(open_sealed(value))

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else seal(json.dumps(value))
