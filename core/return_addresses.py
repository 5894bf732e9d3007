"""Where a browser may be sent after a sign-in or a consent: to the app's own addresses (RFC 9700, 4.11)."""

from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings

from core.errors import ReturnAddressNotAllowed

LONGEST = 500
OURS = {"code", "state", "error"}
"""What the address is given on the way; it may not bring its own."""


def require_allowed(address: str) -> None:
    """An exact entry of SIGN_IN_RETURN_URIS, or below FRONTEND_URL's origin. Raises ReturnAddressNotAllowed.

    The beginning of the text is compared, since parsers disagree about odd addresses.
    """
    plain = address.isascii() and address.isprintable() and not set(address) & set('\\# "<>')
    if not plain or len(address) > LONGEST:
        raise ReturnAddressNotAllowed
    listed = address in settings.SIGN_IN_RETURN_URIS
    if not (listed or _is_below_the_frontend(address)) or OURS & parse_qs(_query(address)).keys():
        raise ReturnAddressNotAllowed


def with_answer(address: str, **answer: str) -> str:
    """The address with `answer` in its query."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(answer)}"


def _is_below_the_frontend(address: str) -> bool:
    frontend = urlsplit(settings.FRONTEND_URL)
    if frontend.scheme not in ("http", "https") or not frontend.netloc:
        return False
    origin = f"{frontend.scheme}://{frontend.netloc}"
    return address.startswith(origin) and address[len(origin) :][:1] in ("", "/", "?")


def _query(address: str) -> str:
    return address.partition("?")[2]
