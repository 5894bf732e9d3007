"""Which addresses speak which dialect, and whose routes are there: the one table of the HTTP edge.

`config.urls`, the error pages, the slash normaliser and the body limits all read it. An app's routes are the
`urlpatterns` of a module in its `api/`; adding routes to a mount is adding that module's name here.
"""

from dataclasses import dataclass

from core.dialects import ENVELOPED, FLAT, MEMO, Dialect


@dataclass(frozen=True)
class Mount:
    """`files` is how many recordings one request may carry; 0 where none is taken."""

    prefix: str
    dialect: Dialect
    modules: tuple[str, ...] = ()
    files: int = 0


_MOBILE = ("accounts.api.memo", "meetings.api.memo")
_ROOT = (
    "config.health",
    "accounts.api.pages",
    "meetings.api.uploads",
    "meetings.api.stream",
    "tasks.api.root",
    "tasks.api.notify",
)

MOUNTS = (
    Mount("api/v1/mobile/", MEMO, _MOBILE, files=2),
    Mount("api/v1/web/", MEMO, _MOBILE, files=2),
    Mount("api/v1/crm/", MEMO),
    Mount(
        "api/v1/",
        FLAT,
        (
            "accounts.api.flat",
            "meetings.api.flat",
            "meetings.api.observers",
            "meetings.api.exports",
            "meetings.api.stream",
            "tasks.api.flat",
            "tasks.api.hooks",
            "tasks.api.integrations",
            "tasks.api.review",
            "rooms.api.flat",
            "rooms.api.stt",
            "integrations.api.effects",
            "integrations.api.routing",
            "integrations.api.webhooks",
            "integrations.api.connections",
        ),
        files=2,
    ),
    Mount("v1/", ENVELOPED, ("accounts.api.enveloped", "calendars.api.enveloped")),
    Mount("", FLAT, _ROOT, files=2),
)
"""The longest prefix comes first: the first that fits a path is its mount."""


def mount_of(path: str) -> Mount:
    """The mount of a path such as `/api/v1/rooms`, known or not."""
    relative = path.lstrip("/") + "/"
    return next(mount for mount in MOUNTS if relative.startswith(mount.prefix))
