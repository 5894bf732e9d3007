"""Letters that are written only when they are sent, because what stands in them may lie nowhere before.

An app registers a composer in its AppConfig; an intent names it and an id (`written_by`). The ledger, the
queue and the admin see the id only.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .contracts.mail import Attachment
from .errors import Misconfigured

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """What goes out; `text` and `html` may carry secrets and are never shown by `repr`."""

    subject: str
    text: str = field(repr=False)
    html: str = field(default="", repr=False)
    reply_to: str = ""
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)


class NotWanted(Exception):
    """A composer's word for: nobody wants this letter any more. `str(error)` says why."""


class NotYet(Exception):
    """A composer's word for: what the letter is to say is not there yet. `str(error)` says what it waits for;
    it is asked again in `seconds`, without that being counted as a failure."""

    def __init__(self, message: str, *, seconds: float = 2.0):
        super().__init__(message)
        self.seconds = seconds


Composer = Callable[[str], Letter]
_composers: dict[str, Composer] = {}


def compose_by(name: str, composer: Composer) -> None:
    """Let `composer` write the letters of intents whose payload is `written_by(name, id)`.

    It is asked in the worker, right before sending, and may raise NotWanted or NotYet.
    """
    _composers[name] = composer


def written_by(name: str, row_id: object = "") -> dict[str, str]:
    """The payload of an intent whose letter a composer writes; without a row it is asked with the id of the
    effect."""
    return {"composer": name, "id": str(row_id)}


def letter_of(payload: dict[str, Any]) -> Letter:
    """The letter that a payload holds, or that its composer writes now.

    Raises NotWanted, NotYet; Misconfigured where there is no such composer or it fails. Nothing has gone out
    then.
    """
    if not payload:
        raise NotWanted("What it was to say has been erased.")
    if "composer" not in payload:
        return Letter(payload["subject"], payload["text"], payload["html"], payload.get("reply_to", ""))
    name, row_id = payload["composer"], payload["id"]
    try:
        return _composers[name](row_id)
    except (NotWanted, NotYet):
        raise
    except Exception as error:
        logger.exception("%s could not write the letter for %s", name, row_id)
        raise Misconfigured(f"The letter could not be written ({type(error).__name__}).") from None
