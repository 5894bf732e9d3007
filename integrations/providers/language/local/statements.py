"""Sentences cut into what each subject says: "Daniel will fix it, and I will call them" holds two tasks.

Called by `actions` and `decisions`; a statement keeps its words as they were spoken.
"""
# ruff: noqa: E501 (tables of patterns read better unbroken)

import re
from dataclasses import dataclass

from integrations.providers.language.local import cleaning
from integrations.providers.language.local.dialogue import bare
from integrations.providers.language.local.names import Roster

_FINITE = (
    r"(?:is|are|will|stays?|moves?|goes|go|remains?|gets?|has|have|starts?|ends?|becomes?|opens?|closes?|needs?|must"
    r"|should|can|takes?|comes?)"
)
_PRONOUN = r"(?:i|we|you|he|she|they|it|that|this|there|let's|everyone|everybody|someone|somebody)\b"
_COMMITTING = r"(?:i|we|you|he|she|they)(?:['’]ll|['’]m going|['’]re going|\s+(?:will|am going|are going|need|have to|can))\b|let['’]s\b"
_NAMED = r"(?-i:[A-Z]\w+)(?:['’]ll|\s+(?:will|is going|is gonna|needs to|has to|should|can|could|to))\b|(?:can|could|would|will) you\b|please\b"
_THING = rf"(?:the|our|all|every|each|no|my|your|a)\s+(?:[\w'’-]+\s+){{1,4}}?{_FINITE}\b"
_BOUNDARY = re.compile(
    rf"(?:[,;]\s*|\s+)(?:and|but|so|then|or|while)\s+(?:then\s+|also\s+)*(?=(?:{_PRONOUN}|{_NAMED}|{_THING}))"
    rf"|[,;:–—]\s+(?:then\s+)?(?=(?:{_COMMITTING}|{_NAMED}))"
    rf"|,\s+(?=(?:it|that|this|they|there)(?:['’](?:s|re)|\s+(?:is|are|was|were|should|would|will))\b)"
    rf"|,\s+(?=we\s+(?:have|had|are|were|do)\b)"
    rf"|[;:]\s+(?=\S)",
    re.IGNORECASE,
)
_VOCATIVE_END = re.compile(r",\s*(?P<name>[^\W\d_][\w'’ -]*?)\s*(?:,?\s*(?:please|okay|right))?\s*[.?!]*$")
_VOCATIVE = re.compile(
    r"(?P<name>[^\W\d_][\w'’-]*(?:\s[A-Z][\w'’-]*)?|Speaker \d+)(?P<comma>,?)\s+(?P<rest>\S.*)", re.DOTALL
)
_AFTER_NAME = re.compile(r"(?:(?:can|could|would|will) you|please|you)\b", re.IGNORECASE)
_CONDITION = re.compile(r"(?:if|unless|in case|provided|assuming|suppose|imagine|whether)\b", re.IGNORECASE)
_TRAILING_CONDITION = re.compile(
    r"(?<!\bsee)(?<!\bask)(?<!\bcheck)(?<!\bknow)(?<!\bout)(?<!\bask them)\s(?:if|unless|provided|assuming|in case)\s",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"if (?:you (?:like|want|wish|don't mind)|that's (?:ok|okay|fine|all right)|that helps|it helps|possible|nobody (?:minds|objects)"
    r"|i may|needed|necessary)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Statement:
    text: str
    """Cleaned, without lead-in words and without the name of the one who is spoken to."""
    addressee: str | None
    """Whom the speaker calls by name in this sentence."""
    conditional: bool
    """Said under a condition that is more than courtesy."""


def split(text: str, roster: Roster) -> list[Statement]:
    """The statements of one sentence, in order; none when there are only lead-in words."""
    addressee, body = _address(bare(cleaning.clean(text)), roster)
    cuts = [match.span() for match in _BOUNDARY.finditer(body) if re.search(r"\w", body[: match.start()])]
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(body)]
    found: list[Statement] = []
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        named, part = _address(bare(body[start:end]), roster) if i else (None, bare(body[:end]))
        addressee = named or addressee
        conditional = _is_condition(part) or (i == 1 and found[0].conditional)
        found.append(Statement(part, addressee, conditional))
    return [statement for statement in found if re.search(r"\w", statement.text)]


def _is_condition(text: str) -> bool:
    return bool(_CONDITION.match(text) or _TRAILING_CONDITION.search(text)) and not _COURTESY.search(text)


def _address(text: str, roster: Roster) -> tuple[str | None, str]:
    """The person spoken to, and the text without the name."""
    start = _VOCATIVE.match(text)
    if start and (start["comma"] or _AFTER_NAME.match(start["rest"])):
        name = roster.resolve(start["name"])
        if name:
            return name, start["rest"]
    end = _VOCATIVE_END.search(text)
    if end and (name := roster.resolve(end["name"])):
        return name, text[: end.start()] + text[end.end("name") :]
    return None, text
