"""Independent clauses of a sentence: one may commit its speaker, the next somebody else. For `titles`."""

import re

from .cleaning import sentences

_PERSON = r"(?:I|we|you|he|she|they|somebody|someone)"
_NAME = r"(?-i:(?:(?:the|our)\s+[a-z]+|[A-Z]\w+)(?:\s+[A-Z]\w+)?)"
_AUX = (
    r"(?:['’](?:ll|m|re|ve|d)\b|\s+(?:(?:also|then|just|really|still|now)\s+)?"
    r"(?:will|shall|can|could|should|must|(?:have|has|needs?)\s+to|(?:am|is|are)\s+going\s+to|gonna|stays?)\b)"
)
_JOIN = r"(?:and\s+then|and\s+also|and\s+so|and|but|so|then|while|whereas)"
_BOUNDARY = re.compile(
    rf"(?P<mark>[,;]\s+(?:{_JOIN}\s+)?|\s+[–—-]+\s+(?:{_JOIN}\s+)?)"
    rf"(?={_PERSON}{_AUX}|{_NAME}{_AUX}|let['’]s\b|please\b|(?:can|could|would|will)\s+you\b)"
    rf"|(?P<joined>[,;]\s+{_JOIN}\s+)(?={_PERSON}\s+\w|it\b|that\b|there\b)"
    rf"|(?P<bare>\s+{_JOIN}\s+)(?={_PERSON}{_AUX}|{_NAME}{_AUX}|(?:can|could|would)\s+you\b)"
    rf"|(?P<semi>;\s+)",
    re.IGNORECASE,
)
_DEPENDENT = re.compile(
    r"\b(?:that|whether|if|when|because|what|how|where|who|which|whom|think|so|sure|hope|says?|said)$",
    re.IGNORECASE,
)
_OPENS_DEPENDENT = re.compile(
    r"^(?:\w+\s+)?(?:if|when|once|after|before|as|because|unless|while|although)\b", re.IGNORECASE
)
_PAIRED = re.compile(r"(?:^|\b(?:that|think|and|if|then|so|when)\s+|,\s+)(?:[A-Z]\w+|you|(?:the|our)\s+\w+)$")
"""Two people of one verb: "Sara and Daniel will do it"."""


def clauses(text: str) -> list[tuple[str, int, int]]:
    """The clauses of `text` that have a subject of their own, with their spans, without the joining word.

    A clause that only makes sense with the next ("if you send it, I'll review it") stays with it.
    """
    found = []
    for sentence, start, _ in sentences(text):
        begin = 0
        for match in _BOUNDARY.finditer(sentence):
            if _splits(sentence[begin : match.start()], match):
                found.append((start + begin, start + match.start()))
                begin = match.end()
        found.append((start + begin, start + len(sentence)))
    return [_trimmed(text, begin, end) for begin, end in found if re.search(r"\w", text[begin:end])]


def _splits(before: str, match: re.Match[str]) -> bool:
    if match["semi"]:
        return True
    if not re.search(r"\w+\W+\w+", before) or _DEPENDENT.search(before.rstrip()):
        return False
    if match["bare"] and _PAIRED.search(before):
        return False
    comma_only = match["mark"] is not None and not re.search(r"\w", match["mark"])
    return not (comma_only and _OPENS_DEPENDENT.match(before.lstrip()))


def _trimmed(text: str, start: int, end: int) -> tuple[str, int, int]:
    part = text[start:end]
    start += len(part) - len(part.lstrip(" ,;–—-"))
    end -= len(part) - len(part.rstrip(" ,;–—-"))
    return text[start:end], start, end
