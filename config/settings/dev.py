"""One's own machine: debug pages, a secret of its own, memory providers allowed."""

from config import env

from .base import *  # noqa: F403
from .tokens import kept_secret, simple_jwt

DEBUG = env.DEBUG
SECRET_KEY = env.SECRET_KEY or kept_secret(env.DATA_DIR / "secret_key")
SIMPLE_JWT = simple_jwt(SECRET_KEY)
MEMORY_PROVIDERS_ALLOWED = True
# A newcomer finds the link in the terminal; the mails of meetings stay without provider.
ACCOUNT_MAIL_OTHERWISE = "console"
REDIS_REQUIRED_BETWEEN_PROCESSES = False
