"""What people said and typed, made harmless for a line of a mail, a subject or a calendar.

Markup is the templates' affair (they escape); here line breaks, control characters and tricks of
direction go.
"""

from urllib.parse import urlsplit

_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the words around them: `gpj.exe` is shown as `exe.jpg`."""


def one_line(text: str) -> str:
    """`text` without line breaks, control characters, lone surrogates and signs of direction."""
    return " ".join("".join(map(_shown, text)).split())


def _shown(sign: str) -> str:
    if sign in _DIRECTIONS or "\ud800" <= sign <= "\udfff":
        return ""
    return " " if ord(sign) < 0x20 or 0x7F <= ord(sign) <= 0x9F else sign


def shortened(text: str, longest: int) -> str:
    """`text` with at most so many characters, the last of which says that there were more."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def web_address(url: str) -> str:
    """`url` where it is an http(s) address that a mail may link to, else nothing."""
    if any(sign.isspace() or not sign.isprintable() for sign in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname else ""
