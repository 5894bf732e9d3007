"""Production: secrets must be given, cookies are secure, memory providers are refused."""

from django.core.exceptions import ImproperlyConfigured

from config import env

from .base import *  # noqa: F403
from .signing import SHORTEST_SECRET
from .tokens import simple_jwt

if not env.SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY must be set when NODE_ENV=production.")
SECRET_KEY = env.SECRET_KEY
SIMPLE_JWT = simple_jwt(SECRET_KEY, shortest=SHORTEST_SECRET)
DEBUG = False
MEMORY_PROVIDERS_ALLOWED = False
REDIS_REQUIRED_BETWEEN_PROCESSES = True
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.HTTPS_ENABLED
SECURE_HSTS_SECONDS = 31_536_000 if env.HTTPS_ENABLED else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.HTTPS_ENABLED else None
