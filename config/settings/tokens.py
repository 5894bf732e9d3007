"""Secrets and tokens; without a SECRET_KEY development keeps one of its own in DATA_DIR."""

import os
import secrets
from datetime import timedelta
from pathlib import Path

from config import env


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


def simple_jwt(secret_key: str) -> dict:
    return {
        "ACCESS_TOKEN_LIFETIME": timedelta(hours=env.JWT_ACCESS_TOKEN_EXPIRE_HOURS),
        "REFRESH_TOKEN_LIFETIME": timedelta(days=env.JWT_REFRESH_TOKEN_EXPIRE_DAYS),
        "ALGORITHM": env.JWT_ALGORITHM,
        "SIGNING_KEY": env.JWT_SECRET or secret_key,
        "USER_ID_CLAIM": "sub",
        "AUTH_HEADER_TYPES": ("Bearer",),
    }
