"""The only file that reads the environment: every variable once, typed, with its default.

`.env.example` lists the same names with a sentence each; a test compares the two.
"""

import os
import re
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

_environ = environ.Env()
if os.environ.get("ENV_FILE", ".env"):
    environ.Env.read_env(BASE_DIR / os.environ.get("ENV_FILE", ".env"))

NAMES: set[str] = {"ENV_FILE"}
"""What this module has read so far."""


def _text(name: str, default: str = "") -> str:
    NAMES.add(name)
    return _environ.str(name, default="").strip() or default


def _flag(name: str, default: bool) -> bool:
    value = _text(name).lower()
    return default if not value else value in {"1", "true", "yes", "on"}


def _whole(name: str, default: int) -> int:
    return int(_text(name) or default)


def _number(name: str, default: float) -> float:
    return float(_text(name) or default)


def _words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in _text(name, default).split(",") if word.strip()]


def _folder(name: str, default: Path) -> Path:
    return Path(_text(name) or default).expanduser().resolve()


def size(text: str) -> int:
    """Bytes of `50MB`, `2 GB` or `1024`; powers of 1024, as people mean them."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)I?B?", text.strip().upper())
    if match is None:
        raise ValueError(f"{text!r} is not a size such as 50MB or 2GB")
    return int(float(match[1]) * 1024 ** " KMGT".index(match[2] or " "))


# --- Where and how the processes run
HOST = _text("HOST", "127.0.0.1")
PORT = _whole("PORT", 8000)
DATA_DIR = _folder("DATA_DIR", BASE_DIR / "var")
WEIGHTS_DIR = _folder("WEIGHTS_DIR", BASE_DIR / "weights")
NODE_ENV = _text("NODE_ENV", "development")
DEBUG = _flag("DEBUG", NODE_ENV != "production")
LOG_LEVEL = _text("LOG_LEVEL", "INFO").upper()
HTTPS_ENABLED = _flag("HTTPS_ENABLED", False)
ALLOWED_HOSTS = _words("ALLOWED_HOSTS", "*" if NODE_ENV != "production" else "")
CORS_ORIGINS = _words("CORS_ORIGINS")
FRONTEND_URL = _text("FRONTEND_URL")
DASHBOARD_BASE_URL = _text("DASHBOARD_BASE_URL")
PUBLIC_URL = _text("PUBLIC_URL") or f"http://{HOST}:{PORT}"
TIME_ZONE = _text("DEFAULT_TIME_ZONE", "UTC")
CPU_THREADS = _whole("CPU_THREADS", 0) or os.cpu_count() or 1
FAULT = _text("FAULT")
FAULT_DIR = _text("FAULT_DIR")

# --- State
DATABASE_URL = _text("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'db.sqlite3'}"
REDIS_URL = _text("REDIS_URL")
AWS_ACCESS_KEY_ID = _text("AWS_ACCESS_KEY_ID")
AWS_SECRET_ACCESS_KEY = _text("AWS_SECRET_ACCESS_KEY")
AWS_REGION = _text("AWS_REGION", "us-east-1")
S3_BUCKET_NAME = _text("S3_BUCKET_NAME")
S3_ENDPOINT_URL = _text("S3_ENDPOINT_URL")
S3_AUDIO_PREFIX = _text("S3_AUDIO_PREFIX", "meetings/audio/")

# --- Secrets and sign-in
SECRET_KEY = _text("SECRET_KEY")
JWT_SECRET = _text("JWT_SECRET")
JWT_ALGORITHM = _text("JWT_ALGORITHM", "HS256")
JWT_ACCESS_TOKEN_EXPIRE_HOURS = _number("JWT_ACCESS_TOKEN_EXPIRE_HOURS", 1)
JWT_REFRESH_TOKEN_EXPIRE_DAYS = _number("JWT_REFRESH_TOKEN_EXPIRE_DAYS", 7)
EMAIL_VERIFICATION_HOURS = _number("EMAIL_VERIFICATION_HOURS", 24)
PASSWORD_RESET_MINUTES = _number("PASSWORD_RESET_MINUTES", 30)
AUDIT_RETENTION_DAYS = _number("AUDIT_RETENTION_DAYS", 400)
COMPANY_DOMAINS = [domain.lower() for domain in _words("COMPANY_DOMAINS")]
MICROSOFT_CLIENT_ID = _text("MICROSOFT_CLIENT_ID")
MICROSOFT_CLIENT_SECRET = _text("MICROSOFT_CLIENT_SECRET")
MICROSOFT_TENANT_ID = _text("MICROSOFT_TENANT_ID", "common")
MICROSOFT_REDIRECT_URI = _text("MICROSOFT_REDIRECT_URI")
MICROSOFT_AUTHORIZE_URL = _text("MICROSOFT_AUTHORIZE_URL")
MICROSOFT_TOKEN_URL = _text("MICROSOFT_TOKEN_URL")
MICROSOFT_JWKS_URL = _text("MICROSOFT_JWKS_URL")
MICROSOFT_ISSUER = _text("MICROSOFT_ISSUER")
GOOGLE_CLIENT_ID = _text("GOOGLE_CLIENT_ID")
GOOGLE_CLIENT_SECRET = _text("GOOGLE_CLIENT_SECRET")
GOOGLE_REDIRECT_URI = _text("GOOGLE_REDIRECT_URI")
GOOGLE_AUTHORIZE_URL = _text("GOOGLE_AUTHORIZE_URL")
GOOGLE_TOKEN_URL = _text("GOOGLE_TOKEN_URL")
GOOGLE_JWKS_URL = _text("GOOGLE_JWKS_URL")
GOOGLE_ISSUER = _text("GOOGLE_ISSUER")
GOOGLE_CONNECTION_SCOPE = _text("GOOGLE_CONNECTION_SCOPE")
ATLASSIAN_CLIENT_ID = _text("ATLASSIAN_CLIENT_ID")
ATLASSIAN_CLIENT_SECRET = _text("ATLASSIAN_CLIENT_SECRET")
ASANA_CLIENT_ID = _text("ASANA_CLIENT_ID")
ASANA_CLIENT_SECRET = _text("ASANA_CLIENT_SECRET")
GOOGLE_CONNECTION_REDIRECT_URI = _text("GOOGLE_CONNECTION_REDIRECT_URI")
MICROSOFT_CONNECTION_REDIRECT_URI = _text("MICROSOFT_CONNECTION_REDIRECT_URI")
ATLASSIAN_CONNECTION_REDIRECT_URI = _text("ATLASSIAN_CONNECTION_REDIRECT_URI")
ASANA_CONNECTION_REDIRECT_URI = _text("ASANA_CONNECTION_REDIRECT_URI")
SIGN_IN_RETURN_URIS = _words("SIGN_IN_RETURN_URIS")
RATE_LIMITS = _flag("RATE_LIMITS", True)
RATE_LIMIT_CREDENTIALS = _text("RATE_LIMIT_CREDENTIALS", "5/minute")
RATE_LIMIT_CREDENTIALS_ADDRESS = _text("RATE_LIMIT_CREDENTIALS_ADDRESS", "50/minute")
RATE_LIMIT_VOICE = _text("RATE_LIMIT_VOICE", "100/minute")
RATE_LIMIT_CALENDAR = _text("RATE_LIMIT_CALENDAR", "1000/minute")
RATE_LIMIT_V1 = _text("RATE_LIMIT_V1", "100/minute")
RATE_LIMIT_OTHER = _text("RATE_LIMIT_OTHER", "600/minute")
RATE_LIMIT_OUTWARD = _text("RATE_LIMIT_OUTWARD", "60/minute")
SIGN_IN_FAILURES = _text("SIGN_IN_FAILURES", "5/5 minutes")

# --- Audio
MAX_AUDIO_FILE_SIZE = size(_text("MAX_AUDIO_FILE_SIZE", "2GB"))
MAX_AUDIO_DURATION_HOURS = _number("MAX_AUDIO_DURATION_HOURS", 12)
SUPPORTED_AUDIO_FORMATS = _words("SUPPORTED_AUDIO_FORMATS", "mp3,wav,m4a,flac,webm,opus,ogg,aac,mp4")

# --- Rooms and live audio
ROOM_SPEAKER_TTL = _number("ROOM_SPEAKER_TTL", 20)
ROOM_SOCKET_GRACE = _number("ROOM_SOCKET_GRACE", 30)
ROOM_REQUEST_GRACE = _number("ROOM_REQUEST_GRACE", 60)
ROOM_MAX_CAPACITY = _whole("ROOM_MAX_CAPACITY", 200)
ROOM_EVENTS_KEPT = _whole("ROOM_EVENTS_KEPT", 1000)
ROOM_STT_SECONDS = _number("ROOM_STT_SECONDS", 120)
LIVE_STREAMS = _whole("LIVE_STREAMS", 0)
LIVE_INGESTS = _whole("LIVE_INGESTS", 500)
LIVE_RESUME_WITHIN = _number("LIVE_RESUME_WITHIN", 600)

# --- Engines
SPEECH_PROVIDERS = _words("SPEECH_PROVIDERS")
DIARIZATION_PROVIDERS = _words("DIARIZATION_PROVIDERS")
LANGUAGE_PROVIDERS = _words("LANGUAGE_PROVIDERS")
WHISPER_MODEL = _text("WHISPER_MODEL", "whisper-base")
GEMINI_KEY = _text("GEMINI_KEY")
GEMINI_MODEL = _text("GEMINI_MODEL", "gemini-3.8-flash")
GEMINI_BASE_URL = _text("GEMINI_BASE_URL")
RAPIDAPI_SPEECH_URL = _text("RAPIDAPI_SPEECH_URL")
RAPIDAPI_KEY = _text("RAPIDAPI_KEY")
RAPIDAPI_HOST = _text("RAPIDAPI_HOST")
LLM_BASE_URL = _text("LLM_BASE_URL")
LLM_API_KEY = _text("LLM_API_KEY")
LLM_MODEL = _text("LLM_MODEL")

# --- The way out
TICKETS_PROVIDER = _text("TICKETS_PROVIDER")
JIRA_BASE_URL = _text("JIRA_BASE_URL")
JIRA_EMAIL = _text("JIRA_EMAIL")
JIRA_API_TOKEN = _text("JIRA_API_TOKEN")
JIRA_PERSONAL_TOKEN = _text("JIRA_PERSONAL_TOKEN")
JIRA_DEPLOYMENT = _text("JIRA_DEPLOYMENT", "auto")
ASANA_TOKEN = _text("ASANA_TOKEN")
ASANA_BASE_URL = _text("ASANA_BASE_URL")
MAIL_PROVIDER = _text("MAIL_PROVIDER")
CHAT_PROVIDER = _text("CHAT_PROVIDER")
CALENDAR_PROVIDER = _text("CALENDAR_PROVIDER")
GOOGLE_API_BASE_URL = _text("GOOGLE_API_BASE_URL")
MICROSOFT_GRAPH_BASE_URL = _text("MICROSOFT_GRAPH_BASE_URL")
CHAT_CHANNEL = _text("CHAT_CHANNEL")
TICKETS_POLL_MINUTES = _number("TICKETS_POLL_MINUTES", 5)
TICKETS_WORKSPACE = _text("TICKETS_WORKSPACE")
TICKETS_PROJECT = _text("TICKETS_PROJECT")
TICKETS_ISSUE_TYPE = _text("TICKETS_ISSUE_TYPE", "Task")
REVIEW_BEFORE_SEND = _flag("REVIEW_BEFORE_SEND", False)
LEAST_CONFIDENCE = _number("LEAST_CONFIDENCE", 0.5)
UPDATE_TICKETS = _flag("UPDATE_TICKETS", True)
MAIL_POLICY = _text("MAIL_POLICY", "at_most_once")
CHAT_POLICY = _text("CHAT_POLICY", "at_most_once")
DOCUMENTS_PROVIDER = _text("DOCUMENTS_PROVIDER")
BOTS_PROVIDER = _words("BOTS_PROVIDER")
BOT_NAME = _text("BOT_NAME", "Meeting Assistant")
BOT_LONGEST_HOURS = _number("BOT_LONGEST_HOURS", 6)
BOT_PRIVATE_RECORDINGS = _flag("BOT_PRIVATE_RECORDINGS", False)
ATTENDEE_BASE_URL = _text("ATTENDEE_BASE_URL", "https://app.attendee.dev")
ATTENDEE_API_KEY = _text("ATTENDEE_API_KEY")
ATTENDEE_WEBHOOK_SECRET = _text("ATTENDEE_WEBHOOK_SECRET")
VEXA_BASE_URL = _text("VEXA_BASE_URL", "https://api.cloud.vexa.ai")
VEXA_API_KEY = _text("VEXA_API_KEY")
VEXA_WEBHOOK_SECRET = _text("VEXA_WEBHOOK_SECRET")
RECALL_REGION = _text("RECALL_REGION", "us-east-1")
RECALL_BASE_URL = _text("RECALL_BASE_URL")
RECALL_API_KEY = _text("RECALL_API_KEY")
RECALL_WEBHOOK_SECRET = _text("RECALL_WEBHOOK_SECRET")
ENCRYPTION_KEYS = _words("ENCRYPTION_KEYS")
PRIVATE_ADDRESSES_ALLOWED = _flag("PRIVATE_ADDRESSES_ALLOWED", False)
WEBHOOK_PAUSE_AFTER = _whole("WEBHOOK_PAUSE_AFTER", 20)
OUTWARD_LEDGER = _text("OUTWARD_LEDGER")
SLACK_BOT_TOKEN = _text("SLACK_BOT_TOKEN")
SLACK_WEBHOOK_URL = _text("SLACK_WEBHOOK_URL")
SLACK_BASE_URL = _text("SLACK_BASE_URL")
SENDGRID_API_KEY = _text("SENDGRID_API_KEY")
SENDGRID_BASE_URL = _text("SENDGRID_BASE_URL")
SMTP_HOST = _text("SMTP_HOST")
SMTP_PORT = _whole("SMTP_PORT", 587)
SMTP_USER = _text("SMTP_USER")
SMTP_PASSWORD = _text("SMTP_PASSWORD")
SMTP_SECURITY = _text("SMTP_SECURITY", "starttls")
MAIL_FROM = _text("MAIL_FROM", "Meeting Assistant <meetings@localhost>")
