"""What "it", "them" and "him" stand for, where the talk leaves no doubt; for task titles and decisions.

A wrong antecedent is an invention: whenever two things could be meant, the pronoun stays.
"""

import re

from integrations.providers.language.local import words as vocabulary
from integrations.providers.language.local.talk import Talk

_OBJECT = re.compile(
    r"^(?P<head>(?:we will |we'll )?(?P<verb>[a-z-]+)(?: (?:for|at|into|after|through|over|about|to))? )"
    r"(?P<pronoun>it|them|him|her)\b(?P<tail>(?! (?:is|was|are|were|will|to)\b).*)$",
    re.IGNORECASE | re.DOTALL,
)
_DETERMINER = r"(?:the|our|your|my|a|an|this|that|these|those|some|every|another|both|all)"
_SUBJECT = re.compile(
    r"^(?P<thing>(?:the|our) (?P<noun>[a-z-]+)) (?:is|are|was|were|has|have|does|[a-z]+s|[a-z]+ed)\b", re.I
)
_LAST = re.compile(r"(?<!\bof )(?<!\bfor )(?<!\bat )(?<!\bin )(?<!\bto )(?<!\bfrom )(?<!\bon )(?<!\bwith )"
                   r"\b(?P<thing>(?:the|our|your) (?:[a-z-]+ )?(?P<noun>[a-z-]+))[.?!]*$", re.I)  # fmt: skip
_PERSON = re.compile(r"\b(?:Mr|Mrs|Ms|Dr)\b\.? [A-Z]\w+")
_BACK_REFERENCE = re.compile(r"\b(?:it|it's|its|them|they|that)\b", re.IGNORECASE)
_DEFINITE = re.compile(r"\b(?:the|our|your|my|his|her|their|this|these|those)\s+\w", re.IGNORECASE)
_REACH = 5


def resolved(talk: Talk, i: int, phrase: str) -> str:
    """`phrase`, said in sentence i, with its object pronoun replaced by what it certainly stands for."""
    match = _OBJECT.match(phrase)
    if not match:
        return phrase
    thing = (
        _person(talk, i)
        if match["pronoun"].lower() in ("him", "her")
        else _thing(talk, i, match["pronoun"].lower())
    )
    return f"{match['head']}{thing}{match['tail']}" if thing else phrase


def _person(talk: Talk, i: int) -> str | None:
    found = {name for j in range(max(0, i - 2), i) for name in _PERSON.findall(talk.sentences[j].text)}
    return found.pop() if len(found) == 1 else None


def _thing(talk: Talk, i: int, pronoun: str) -> str | None:
    for j in range(i - 1, max(-1, i - 1 - _REACH), -1):
        text = talk.sentences[j].text.strip()
        match = _SUBJECT.match(text) or _only(text)
        if match and (match["noun"].lower().endswith("s") == (pronoun == "them")):
            thing = match["thing"]
            return re.sub(r"^your\b", "the", thing[0].lower() + thing[1:])
        if vocabulary.content(text) and (_DEFINITE.search(text) or not _BACK_REFERENCE.search(text)):
            return None
    return None


def _only(text: str) -> re.Match[str] | None:
    """The thing a sentence ends with, when it names no other."""
    if len(re.findall(rf"\b{_DETERMINER}\s+\w", text, re.IGNORECASE)) != 1 or _BACK_REFERENCE.search(text):
        return None
    return _LAST.search(text)
