"""Links into calls of Zoom, Google Meet and Microsoft Teams, as people paste them."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

LONGEST = 2000
"""Characters; a Teams link has some four hundred."""


class Platform(StrEnum):
    ZOOM = "zoom"
    GOOGLE_MEET = "google_meet"
    TEAMS = "teams"


@dataclass(frozen=True)
class MeetingLink:
    url: str
    """Made of what was understood, over https."""
    platform: Platform
    native_id: str
    """Zoom's number, Meet's `abc-defg-hij`, Teams' number or thread."""
    passcode: str = ""

    def __str__(self) -> str:
        """Names the call without its passcode."""
        return f"{self.platform.value} {self.native_id}"


_MEET = re.compile(r"[a-z]{3}-?[a-z]{4}-?[a-z]{3}")
_ZOOM = re.compile(r"/(?:j|w|s|wc/join|wc)/(\d{9,12})(?:/(?:join|start))?/?")
_ZOOM_HOST = re.compile(r"(?:[a-z0-9-]+\.)*(?:zoom\.us|zoomgov\.com)")
_TEAMS_NUMBER = re.compile(r"/meet/(\d{9,20})/?")
_TEAMS_THREAD = re.compile(r"/l/meetup-join/([^/]{1,300})(?:/.*)?")
_THREAD = re.compile(r"19:[A-Za-z0-9_.@-]{1,250}")
_TEAMS_HOSTS = ("teams.microsoft.com", "teams.live.com", "gov.teams.microsoft.us")
_PASSCODE = re.compile(r"[A-Za-z0-9_.+/=-]{1,128}")


def recognised(text: str) -> MeetingLink | None:
    """The call that a link, or a code of Google Meet, leads to; None for anything else.

    Hosts are compared whole, so that nothing that merely looks like one of theirs is taken for it.
    """
    text = text.strip()
    if len(text) > LONGEST or not text.isascii() or any(ord(c) <= 32 or ord(c) == 127 for c in text):
        return None
    if _MEET.fullmatch(text) and "-" in text:
        return _meet(text)
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        port = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("https", "http") or "@" in parts.netloc or port not in (None, 80, 443):
        return None
    return _of_host(parts, (parts.hostname or "").removesuffix("."))


def _of_host(parts: SplitResult, host: str) -> MeetingLink | None:
    if host == "meet.google.com":
        code = parts.path.strip("/").lower()
        return _meet(code) if _MEET.fullmatch(code) else None
    if host in _TEAMS_HOSTS:
        return _teams(parts, host)
    if _ZOOM_HOST.fullmatch(host) and (found := _ZOOM.fullmatch(parts.path)):
        passcode = _first(parts.query, "pwd")
        query = f"?pwd={passcode}" if passcode else ""
        return MeetingLink(f"https://{host}/j/{found[1]}{query}", Platform.ZOOM, found[1], passcode)
    return None


def _meet(code: str) -> MeetingLink:
    letters = code.replace("-", "")
    native = f"{letters[:3]}-{letters[3:7]}-{letters[7:]}"
    return MeetingLink(f"https://meet.google.com/{native}", Platform.GOOGLE_MEET, native)


def _teams(parts: SplitResult, host: str) -> MeetingLink | None:
    if found := _TEAMS_NUMBER.fullmatch(parts.path):
        passcode = _first(parts.query, "p")
        query = f"?p={passcode}" if passcode else ""
        return MeetingLink(f"https://{host}/meet/{found[1]}{query}", Platform.TEAMS, found[1], passcode)
    found = _TEAMS_THREAD.fullmatch(parts.path)
    if found and _THREAD.fullmatch(thread := unquote(found[1])):
        query = f"?{parts.query}" if parts.query else ""
        return MeetingLink(f"https://{host}{parts.path}{query}", Platform.TEAMS, thread)
    return None


def _first(query: str, name: str) -> str:
    """A parameter's value where it can stand in a link as it is."""
    value = parse_qs(query).get(name, [""])[0]
    return value if _PASSCODE.fullmatch(value) else ""
