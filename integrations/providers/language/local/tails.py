"""What a task's title ends before: deadlines without a date, politeness, reasons. Called by `titles`."""

import re

_EVENT = (
    r"(?:release|meeting|launch|call|demo|sprint|deadline|stand-?up|review|workshop|presentation|session|deployment"
    r"|retro(?:spective)?|roll-?out|conference|lunch|weekend|holidays?|break|go-?live|kick-?off|visit|trip|interview"
    r"|show|event|sync)"
)
_POSSESSIVE = r"(?:the|our|your|my|that|this|next|we|then)"
_BEFORE = r"(?:before|ahead of|in time for|prior to)"
_TAILS = (
    rf"\b(?:by|until|till|{_BEFORE})\s+(?:{_POSSESSIVE}\s+){{1,2}}(?:[\w-]+\s+){{0,2}}?{_EVENT}s?",
    rf"\b{_BEFORE}\s+(?:the|our|your|that|this|next)\s+(?:[\w-]+\s*){{1,3}}",
    rf"\b(?:at|in|for|during|after)\s+(?:the|our)\s+next\s+(?:\w+\s+)?{_EVENT}",
    r"\b(?:as soon as (?:possible|(?:you|I|we) can)|asap|right away|immediately|straight away|right now"
    r"|for now|first thing|by then|in time|soon|quickly|real quick|later(?: on)?|afterwards|at some point"
    r"|this time)",
    r"\b(?:please|then|too|as well|also|anyway|maybe|thanks|thank you|for (?:you|me|us)|or something"
    r"|and so on|or so|if possible|if (?:you|I|we) (?:can|could|like|want|have (?:the )?time)"
    r"|when you (?:can|have time)|I (?:guess|think))",
    r"\b(?:and|or|but|so|because|to|of|by|before|until)",
    r"\b(?:because|since|so that|otherwise|in case|which means|unless|even though|although)\s.+",
    r",\s*(?:so|and then|and|but|or|then|if|when|while)\s+(?:I|we|you|they|s?he|it|th(?:at|ere|is|e))\b.+",
    r",\s*(?:right|okay|ok|yeah)",
)
_TAIL = [re.compile(rf"[\s,;–—-]+(?:{tail})[\s,.;!?…–—-]*$", re.IGNORECASE) for tail in _TAILS]


def trimmed(phrase: str) -> str:
    """`phrase` cut back to its first sentence and to where its object ends; without a final mark."""
    phrase = re.split(r"(?<=\w)[.?!]\s+(?=[A-Z])", phrase.strip(), maxsplit=1)[0]
    phrase = _bare(re.sub(r"\s+", " ", re.sub(r"\s+([,.?!])", r"\1", phrase)))
    while True:
        shorter = phrase
        for tail in _TAIL:
            shorter = tail.sub("", shorter)
        if shorter == phrase or not shorter.strip():
            return phrase
        phrase = _bare(shorter)


def _bare(phrase: str) -> str:
    return phrase.strip(" ,.;:!?…–—-")
