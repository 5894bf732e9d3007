"""Plain text as Slack takes it: escaped, harmless to bystanders, in pieces that fit; for `slack`."""

import re
from collections.abc import Iterator

SECTION = 3000
"""Characters that one section block takes; those beyond the basic plane are counted twice, to be safe."""
LONGEST = 12_000
"""Characters of one post. Slack names higher limits for each block, but refuses more than about 13,000 in all
(`msg_blocks_too_long`)."""

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_CALLS = re.compile(r"(?i)@(?=(?:channel|here|everyone|group)\b)")
_WORD_JOINER = "\u2060"


def sections(text: str) -> list[str]:
    """The post in pieces of at most `SECTION`, cut after `LONGEST`.

    Slack reads commands only between < and >, so escaping those three signs leaves none
    (https://docs.slack.dev/messaging/formatting-message-text). A joiner that nobody sees keeps "@channel", as
    somebody said it in a meeting, from calling everybody.
    """
    pieces, total = [""], 0
    for line in _lines(_CALLS.sub(f"@{_WORD_JOINER}", text)):
        total += _size(line)
        if total > LONGEST:
            pieces.append("…")
            break
        if _size(pieces[-1]) + _size(line) > SECTION:
            pieces.append("")
        pieces[-1] += line
    return [piece.strip("\n") for piece in pieces if piece.strip()]


def _lines(text: str) -> Iterator[str]:
    """Escaped lines with their ends; what is longer than a section comes in several."""
    for line in text.splitlines(keepends=True):
        part, size = [], 0
        for sign in line:
            escaped = _ENTITIES.get(sign, sign)
            if size + _size(escaped) > SECTION:
                yield "".join(part)
                part, size = [], 0
            part.append(escaped)
            size += _size(escaped)
        yield "".join(part)


def _size(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
