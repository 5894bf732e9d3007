"""Turns of phrase that mark a decision or a task, with their weights.

Called by `scoring`, which adds them to the trained scores: a corpus of one domain shows too few of them.
"""
# ruff: noqa: E501 (tables of patterns read better unbroken)

import re

_DO = (
    "(?:send|write|check|e-?mail|look|prepare|find|finish|get|work|make|do|try|talk|speak|ask|put|set|book|call|ring"
    "|schedule|share|draft|update|review|fix|create|follow|bring|think|investigate|present|design|research|order)"
)
_POLITE = r"(?:please\s+|just\s+|also\s+|maybe\s+|then\s+)*"
_WEEKDAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_GOING = r"(?:going\s+to|gonna)"

_DECISIONS = (
    (3, r"\b(?:we|we've|we have|let's say we)\s+(?:have\s+)?(?:just\s+)?(?:decided|agreed|settled|chose|concluded)\b"),
    (3, r"\bdecision (?:is|was)\b|\bit'?s decided\b|\bagreed (?:on|to|that)\b"),
    (
        2,
        rf"\b(?:let's|we'll|we will|we're {_GOING}|we are {_GOING}|so we)\s+(?:just\s+|definitely\s+|also\s+)?"
        r"(?:go (?:with|for)|use|have|keep|make|stick|take|do|include|leave|say|not)\b",
    ),
    (2, r"\b(?:go with|go for|stick (?:with|to)|settle on|opt for|rule out|forget about|get rid of|final(?:ly|i[sz]e)?)\b"),
    (1, r"\b(?:so we (?:want|need|have|don't)|definitely|we don't (?:want|need)|we should (?:have|use|make))\b"),
    (1, r"\bit (?:will|should|has to) be\b"),
)  # fmt: skip
_ACTIONS = (
    (3, rf"\b(?:i'll|i will|i'm {_GOING}|i can|i shall|let me)\s+(?:\w+\s+)?{_DO}\b"),
    (3, rf"\b(?:can|could|would|will) you\s+{_POLITE}{_DO}\b"),
    (
        3,
        rf"\byou(?:'ll| will|'re {_GOING}| are {_GOING}| have to| need to| should| can)\s+(?:be\s+)?"
        r"(?:work|look|do|prepare|design|make|send|think|find|focus|concentrate|write|get)\w*",
    ),
    (
        3,
        rf"\b(?:next meeting|by (?:{_WEEKDAY}|next|tomorrow|the end)|before (?:the )?next|action item|to-?do)\b",
    ),
    (
        3,
        r"\b(?:homework|assignment|specific instructions|individual work|deadline|will be sent|half an hour)\b",
    ),
    (
        2,
        r"\b(?:needs? to|has to|should|will)\s+(?:work on|prepare|look (?:at|into|for)|send|write|check|present)\b",
    ),
    (2, r"\b(?:needs? to|has to|should|will)\s+(?:design|find out)\b"),
    (2, rf"\b(?:marketing|designer|manager|engineer|expert)\b.*\b(?:will|is {_GOING}|gonna|has to)\b"),
)
CUES = {
    kind: tuple((weight, re.compile(pattern, re.IGNORECASE)) for weight, pattern in rows)
    for kind, rows in (("decisions", _DECISIONS), ("actions", _ACTIONS))
}
_MINIMUM_WORDS = 5
_CEILING = 6.0


def strength(kind: str, text: str) -> float:
    """-1 for a sentence that is too short or shows nothing of the kind, up to 6 for one that shows much."""
    length = len(text.split())
    found = sum(weight for weight, pattern in CUES[kind] if pattern.search(text))
    if length < _MINIMUM_WORDS or not found:
        return -1.0
    return min(found + 0.9 * min(length, 25) / 25, _CEILING)
