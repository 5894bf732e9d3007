"""Secrets and tokens; without a SECRET_KEY development keeps one of its own in DATA_DIR."""

import os
import secrets
from datetime import timedelta
from pathlib import Path

from config import env

from .signing import SECRETS, keys_for


def kept_secret(path: Path) -> str:
    """The secret in `path`, made on first use, so that tokens survive a restart."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def simple_jwt(secret_key: str, *, shortest: int = 0) -> dict:
    """The settings of our tokens; `shortest` is the least length of a secret in bytes.

    Raises ImproperlyConfigured.
    """
    secret = env.JWT_SECRET if env.JWT_ALGORITHM not in SECRETS else env.JWT_SECRET or secret_key
    return keys_for(env.JWT_ALGORITHM, secret, shortest=shortest) | {
        "ACCESS_TOKEN_LIFETIME": timedelta(hours=env.JWT_ACCESS_TOKEN_EXPIRE_HOURS),
        "REFRESH_TOKEN_LIFETIME": timedelta(days=env.JWT_REFRESH_TOKEN_EXPIRE_DAYS),
        "USER_ID_CLAIM": "sub",
        "AUTH_HEADER_TYPES": ("Bearer",),
    }
