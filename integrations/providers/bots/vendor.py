"""What the services that join calls share: options, and requests in which a refusal means that it is done."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from integrations.errors import Misconfigured, Rejected, Unavailable
from integrations.http import Http

TIMEOUT = 20.0
"""Seconds, below those that an effect has."""


@dataclass(frozen=True)
class BotOptions:
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    timeout: float = TIMEOUT


def client(options: BotOptions, vendor: str, headers: Mapping[str, str]) -> Http:
    return Http(
        base_url=options.base_url,
        vendor=vendor,
        headers=headers,
        secrets=(options.api_key, options.webhook_secret),
        timeout=options.timeout,
        effects=True,
    )


def probed(options: BotOptions, vendor: str, name: str) -> None:
    """Raises Misconfigured."""
    if not options.api_key:
        raise Misconfigured(f"{vendor} needs {name}_API_KEY.")
    if not options.base_url.startswith(("https://", "http://")):
        raise Misconfigured(f"{name}_BASE_URL is not the address of a server.")


def told(http: Http, method: str, path: str, *, done: tuple[int, ...], **content: Any) -> None:
    """A call that may be repeated: statuses in `done` say that there is nothing (left) to do."""
    try:
        http.request(method, path, **content)
    except Rejected as refusal:
        if refusal.status not in done:
            raise


def field_of(value: Any, *path: str | int) -> Any:
    """What lies at a path of a vendor's answer; None where any of it is missing or of another kind."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def text_of(value: Any, *path: str | int) -> str:
    """The same as text; empty where there is none."""
    found = field_of(value, *path)
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""


def rows_of(value: Any, *path: str | int) -> list[dict]:
    """The objects of a list in an answer."""
    found = field_of(value, *path)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def id_of(answer: Any, vendor: str) -> str:
    """Raises Unavailable where an answer that says that it is done does not say what: it is looked for."""
    found = text_of(answer, "id")
    if not found:
        raise Unavailable(f"{vendor} answered without an id.", maybe_done=True)
    return found


def unproven(vendor: str) -> Rejected:
    return Rejected(f"This webhook is not proven to be of {vendor}.", status=401)


def digest(secret: str, message: bytes, vendor: str) -> bytes:
    """HMAC-SHA256 under a secret that is written in base64. Raises Rejected where there is none."""
    try:
        key = base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError) as error:
        raise unproven(vendor) from error
    if not key:
        raise unproven(vendor)
    return hmac.new(key, message, hashlib.sha256).digest()
