"""Which accounts a request for credentials is about: the rate limits count for each of them."""

from collections.abc import Mapping
from typing import Any

from accounts.errors import BadAddress, BadCredentials
from accounts.services import spelling, tokens
from core import codes

_BEARERS = ("token", "state", "code")
"""Mailed tokens, sign-ins under way and codes for tokens: each stands for one account or attempt."""


def named(said: Mapping[str, Any]) -> list[str]:
    """One name for each thing in `said` that stands for an account: adding another takes none away.

    Names are digests: what somebody typed may be secret, or a megabyte long.
    """
    found = []
    if email := _text(said, "email"):
        found.append(f"email {codes.digest(spelled(email))}")
    if refresh_token := _text(said, "refresh_token"):
        found.append(f"session {_session(refresh_token)}")
    found += [f"{bearer} {codes.digest(_text(said, bearer))}" for bearer in _BEARERS if _text(said, bearer)]
    return found


def spelled(email: str) -> str:
    """As accounts are stored; what is no address is nobody's, but still one thing."""
    try:
        return spelling.address(email)
    except BadAddress:
        return email.replace("\x00", "\ufffd").strip().lower()


def _text(said: Mapping[str, Any], field: str) -> str:
    value = said.get(field)
    return value if isinstance(value, str) else ""


def _session(refresh_token: str) -> str:
    """The session of a token of ours; what is none counts as itself."""
    try:
        return str(tokens.read(refresh_token).session_id)
    except BadCredentials:
        return codes.digest(refresh_token)
