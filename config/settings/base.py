"""What is true in every environment."""

from datetime import timedelta
from urllib.parse import urlsplit

import environ
import limits
from corsheaders.defaults import default_headers

from config import env

from .live import *  # noqa: F403
from .logs import LOGGING  # noqa: F401
from .providers import PROVIDERS, SERVED_BY  # noqa: F401
from .sign_in import *  # noqa: F403

BASE_DIR = env.BASE_DIR
DATA_DIR = env.DATA_DIR
HOST = env.HOST
PORT = env.PORT
DEBUG = False
ALLOWED_HOSTS = env.ALLOWED_HOSTS
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
ASYNCAPI_DOCUMENT = "config.asyncapi.text"
VERSION = "0.1.0"

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
    "core",  # before django_dramatiq, whose `rundramatiq` it sets up
    "django_dramatiq",
    "integrations",
    "notifications",
    "accounts",
    "audio",
    "speakers",
    "calendars",
    "tasks",
    "meetings",
    "rooms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.static.StaticFiles",
    "core.callers.Callers",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.routing.Routing",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Database: SQLite without a server, PostgreSQL by one variable
_database = environ.Env.db_url_config(env.DATABASE_URL)
if _database["ENGINE"].endswith("sqlite3"):
    _database |= {"ENGINE": "core.db.sqlite"}
else:
    _database |= {"CONN_MAX_AGE": 0, "OPTIONS": {"pool": {"min_size": 1, "max_size": 16, "timeout": 20}}}
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis, where there is one, carries hints, events and counters
if env.REDIS_URL:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": env.REDIS_URL}
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            # Redis publishes to all its databases: the number of ours keeps others of that server apart.
            "CONFIG": {"hosts": [env.REDIS_URL], "prefix": f"asgi{urlsplit(env.REDIS_URL).path}"},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
REDIS_URL = env.REDIS_URL
if REDIS_URL:
    # Dramatiq looks for dead workers once in a thousand commands; a hint should not wait that long.
    _broker = {
        "BROKER": "core.redis_broker.RedisBroker",
        "OPTIONS": {"url": REDIS_URL, "heartbeat_timeout": 15_000, "maintenance_chance": 1_000_000},
    }
else:
    _broker = {"BROKER": "core.broker.RelayBroker"}
# Rows hold retries, ages and time limits so Dramatiq's own are left out.
DRAMATIQ_BROKER = _broker | {
    "MIDDLEWARE": [
        "core.broker.GivesBack",
        "dramatiq.middleware.ShutdownNotifications",
        "dramatiq.middleware.CurrentMessage",
        "django_dramatiq.middleware.DbConnectionsMiddleware",
    ]
}
DRAMATIQ_AUTODISCOVER_MODULES = ["actors"]

# --- Files
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "audio.storage.DurableFileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if env.S3_BUCKET_NAME:
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.S3_BUCKET_NAME,
            "endpoint_url": env.S3_ENDPOINT_URL or None,
            "access_key": env.AWS_ACCESS_KEY_ID or None,
            "secret_key": env.AWS_SECRET_ACCESS_KEY or None,
            "region_name": env.AWS_REGION,
            "file_overwrite": False,
            "querystring_auth": True,
        },
    }
AUDIO_PREFIX = env.S3_AUDIO_PREFIX
MAX_AUDIO_FILE_SIZE = env.MAX_AUDIO_FILE_SIZE
MAX_AUDIO_DURATION = timedelta(hours=env.MAX_AUDIO_DURATION_HOURS)
SUPPORTED_AUDIO_FORMATS = env.SUPPORTED_AUDIO_FORMATS
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- The pipeline
STEP_LEASE = timedelta(seconds=60)
STEP_RENEWAL = timedelta(seconds=10)
SWEEP_INTERVAL = timedelta(seconds=15)
SCHEDULER_LEASE = timedelta(seconds=30)
# Speech and language fill the cores by themselves; outward mostly waits.
WORKER_THREADS = {"speech": 1, "language": 1, "outward": 4}
# How many outward threads one connection may hold: a vendor that hangs leaves the rest to others.
CONNECTION_THREADS = 2
EFFECT_LEASE = timedelta(seconds=120)
EFFECT_TIMEOUT = timedelta(seconds=45)
SEARCH_LAG = timedelta(seconds=15)
# After so long an effect that is due is hinted at again: the hint may have died with who had taken it.
HINT_PATIENCE = timedelta(minutes=2)
BOT_NAME = env.BOT_NAME
BOT_LONGEST = timedelta(hours=env.BOT_LONGEST_HOURS)
BOT_PRIVATE_RECORDINGS = env.BOT_PRIVATE_RECORDINGS
BOT_GLANCE = timedelta(seconds=5)
BOT_LEASE = timedelta(seconds=120)
CPU_THREADS = env.CPU_THREADS
FAULT = env.FAULT
FAULT_DIR = env.FAULT_DIR

# --- People and tokens
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.PasswordBackend"]
# Each works once at every attempt to sign in, so that time tells nothing: name no more than accounts use.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
COMPANY_DOMAINS = env.COMPANY_DOMAINS
AUDIT_RETENTION = timedelta(days=env.AUDIT_RETENTION_DAYS)
EMAIL_VERIFICATION_LIFETIME = timedelta(hours=env.EMAIL_VERIFICATION_HOURS)
PASSWORD_RESET_LIFETIME = timedelta(minutes=env.PASSWORD_RESET_MINUTES)
# The mail provider of letters of the account (verify, reset) where none serves mail; empty: none.
ACCOUNT_MAIL_OTHERWISE = ""

# --- Secrets at rest: the newest key first; all of them open what they have sealed. Empty: SECRET_KEY does.
ENCRYPTION_KEYS = env.ENCRYPTION_KEYS

# --- How often
RATE_LIMITS = env.RATE_LIMITS
RATES = {
    "credentials": limits.parse(env.RATE_LIMIT_CREDENTIALS),
    "credentials_address": limits.parse(env.RATE_LIMIT_CREDENTIALS_ADDRESS),
    "voice": limits.parse(env.RATE_LIMIT_VOICE),
    "calendar": limits.parse(env.RATE_LIMIT_CALENDAR),
    "v1": limits.parse(env.RATE_LIMIT_V1),
    "other": limits.parse(env.RATE_LIMIT_OTHER),
    "outward": limits.parse(env.RATE_LIMIT_OUTWARD),
}
SIGN_IN_FAILURES = limits.parse(env.SIGN_IN_FAILURES)

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
MEETING_TIME_ZONE = env.TIME_ZONE

# --- HTTP
APPEND_SLASH = False
CORS_ALLOWED_ORIGINS = env.CORS_ORIGINS
CORS_ALLOW_HEADERS = (*default_headers, "idempotency-key", "prefer")
CORS_EXPOSE_HEADERS = ["Idempotency-Replayed", "Link", "Location", "Retry-After", "X-Total-Count"]
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
PUBLIC_URL = env.PUBLIC_URL
CSRF_TRUSTED_ORIGINS = [f"{urlsplit(PUBLIC_URL).scheme}://{urlsplit(PUBLIC_URL).netloc}"]

# --- Where the outcome of a meeting goes for whoever has not chosen (`integrations.models.Routing`)
ROUTING = {
    "workspace": env.TICKETS_WORKSPACE,
    "project": env.TICKETS_PROJECT,
    "issue_type": env.TICKETS_ISSUE_TYPE,
    "mail_assignees": True,
    "chat_channel": env.CHAT_CHANNEL,
    "sync_calendars": True,
    "review_before_send": env.REVIEW_BEFORE_SEND,
    "least_confidence": env.LEAST_CONFIDENCE,
    "update_tickets": env.UPDATE_TICKETS,
}
# Addresses that people type in: whether they may lie in the own network, and when one is told no more.
PRIVATE_ADDRESSES_ALLOWED = env.PRIVATE_ADDRESSES_ALLOWED
WEBHOOK_PAUSE_AFTER = env.WEBHOOK_PAUSE_AFTER
# What becomes of a mail, a post or a bot whose outcome is not known, where the vendor cannot be asked:
# at_most_once leaves it to its owner, at_least_once sends it again.
OUTCOME_POLICY = {"mail": env.MAIL_POLICY, "chat": env.CHAT_POLICY}
# How often tickets are looked at, so that what is closed in the tracker is done here; zero: never.
TICKETS_POLL = timedelta(minutes=env.TICKETS_POLL_MINUTES)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["core.bearer.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["core.rates.RateLimit"],
    "DEFAULT_RENDERER_CLASSES": ["drf_orjson_renderer.renderers.ORJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.dialects.parser.JsonParser"],
    "DEFAULT_SCHEMA_CLASS": "core.dialects.schema.DialectSchema",
    "EXCEPTION_HANDLER": "core.dialects.errors.handle",
    "DATETIME_FORMAT": "iso-8601",
}
UNFOLD = {
    "SITE_TITLE": "Meeting Assistant",
    "SITE_HEADER": "Meeting Assistant",
    "SITE_SYMBOL": "mic",
    "LOGIN": {"form": "accounts.forms.AdminLogin"},
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Meeting Assistant",
    "DESCRIPTION": (
        "A recording of a meeting becomes a transcript, a summary, decisions and tasks. "
        "The sockets are described at [/api/asyncapi/](/api/asyncapi/), as AsyncAPI."
    ),
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [],
    "PATH_CONVERTER_OVERRIDES": {"id": {"type": "string", "format": "uuid"}},
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
