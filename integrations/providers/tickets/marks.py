"""The word that a ticket carries for its key, so that the tracker can be searched for it."""

import hashlib
import re

WORD = re.compile(r"\bma[0-9a-f]{32}\b")


def mark_of(key: str) -> str:
    """One word of letters and digits: it is a valid label, and no full-text index takes it apart."""
    return "ma" + hashlib.sha256(key.encode()).hexdigest()[:32]


def mark_in(text: str) -> str:
    """The mark that a text carries, empty where there is none."""
    found = WORD.search(text)
    return found.group() if found else ""


def one_line(text: str, limit: int) -> str:
    """A title as trackers take it: without line breaks, cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def with_notes(body: str, notes: list[str], limit: int) -> str:
    """The body with what the tracker's own fields could not take below it; the body is cut, not the notes."""
    tail = "\n".join(notes)
    room = limit - len(tail) - 2
    kept = body if len(body) <= room else body[: room - 1] + "…"
    return "\n\n".join(part for part in (kept, tail) if part)
