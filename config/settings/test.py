"""The suite: tiny deterministic engines, a fast password hasher, files in a folder that goes away."""

import tempfile
from pathlib import Path

from config import env

from .base import *  # noqa: F403
from .base import DATABASES
from .tokens import simple_jwt

SECRET_KEY = env.SECRET_KEY or "only-for-tests-and-long-enough-to-sign-with"
SIMPLE_JWT = simple_jwt(SECRET_KEY)
MEMORY_PROVIDERS_ALLOWED = True
REDIS_REQUIRED_BETWEEN_PROCESSES = False
RATE_LIMITS = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if not env.OUTWARD_LEDGER:
    DATA_DIR = Path(tempfile.mkdtemp(prefix="meetings-test-"))
    MEDIA_ROOT = DATA_DIR / "media"
    FILE_UPLOAD_TEMP_DIR = DATA_DIR / "incoming"
    FILE_UPLOAD_TEMP_DIR.mkdir()
if DATABASES["default"]["ENGINE"] == "core.db.sqlite":
    # A file, as users have it, so that other processes can share it.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
PRIVATE_ADDRESSES_ALLOWED = True
SERVED_BY = {
    kind: ["memory"]
    for kind in (
        "speech",
        "diarization",
        "language",
        "tickets",
        "mail",
        "chat",
        "calendars",
        "documents",
        "bots",
        "webhooks",
    )
}
# Each test client loads the middleware anew: files are looked for one by one, not all of them before.
WHITENOISE_AUTOREFRESH = True
