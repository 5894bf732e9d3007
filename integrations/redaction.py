"""Keeps credentials out of what is shown, logged and raised; called wherever a vendor's words are quoted."""

from collections.abc import Iterable

MASK = "***"
SHORTEST_SECRET = 4
"""Shorter strings stand in ordinary words; masking them would garble every sentence."""


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` with every secret replaced by a mask, longest first."""
    for secret in sorted({s for s in secrets if len(s) >= SHORTEST_SECRET}, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def quotable(text: str, secrets: Iterable[str], limit: int = 200) -> str:
    """A vendor's own words as one short printable line without secrets."""
    line = " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())
    line = redact(line, secrets)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def safe_cause(error: BaseException, secrets: Iterable[str]) -> BaseException | None:
    """The error itself for `raise ... from`, or None where its words would show a secret."""
    text = f"{error} {error!r}"
    return None if redact(text, secrets) != text else error
