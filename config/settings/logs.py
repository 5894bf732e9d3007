"""Logging: to the console and to DATA_DIR/logs, in the form that memo.md prints."""

from config import env

LOG_DIR = env.DATA_DIR / "logs"
LOG_DIR.mkdir(parents=True, exist_ok=True)


def _file(name: str, level: str) -> dict:
    return {
        "class": "logging.handlers.RotatingFileHandler",
        "filename": LOG_DIR / name,
        "maxBytes": 10 * 1024 * 1024,
        "backupCount": 5,
        "delay": True,
        "level": level,
        "formatter": "line",
    }


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "core.logs.Redacted",
            "fmt": "%(asctime)s - %(name)s - %(levelname)s - %(message)s",
            "datefmt": "%Y-%m-%d %H:%M:%S",
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "output": _file("output.log", env.LOG_LEVEL),
        "error": _file("error.log", "ERROR"),
    },
    "root": {"handlers": ["console", "output", "error"], "level": env.LOG_LEVEL},
    "loggers": {
        "dramatiq": {"level": "WARNING"},
        "faster_whisper": {"level": "WARNING"},
        # They write whole addresses, and some are credentials: a webhook of Slack's, a URL of a person's.
        "httpx": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "httpcore2": {"level": "WARNING"},
        "uvicorn": {"propagate": True},
        "uvicorn.access": {"propagate": True},
    },
}
