"""What a task's title ends before: deadlines without a date, politeness, reasons. Called by `titles`."""

import re

_EVENT = (
    r"(?:release|meeting|launch|call|demo|sprint|deadline|stand-?up|review|workshop|presentation|session|retro(?:spective)?|"
    r"deployment|roll-?out|conference|lunch|weekend|holidays?|break|go-?live|kick-?off|visit|trip|interview|show|event|sync)"
)
_TAILS = (
    rf"\b(?:by|before|until|till|ahead of|in time for|prior to)\s+(?:(?:the|our|your|my|that|this|next|we|then)\s+){{1,2}}(?:[\w-]+\s+){{0,2}}?{_EVENT}s?",
    r"\b(?:before|ahead of|in time for|prior to)\s+(?:the|our|your|that|this|next)\s+(?:[\w-]+\s*){1,3}",
    rf"\b(?:at|in|for|during|after)\s+(?:the|our)\s+next\s+(?:\w+\s+)?{_EVENT}",
    r"\b(?:as soon as (?:possible|(?:you|I|we) can)|asap|right away|immediately|straight away|right now|for now|first thing|by then|in time|soon)",
    r"\b(?:please|then|too|as well|also|for (?:you|me|us)|if (?:you|I|we) (?:can|could|like|want|have (?:the )?time)|if possible|when you (?:can|have time)|"
    r"okay|ok|right|or something|at some point|again please|thanks|thank you|real quick|quickly|later(?: on)?|afterwards|today|this time|anyway|I guess|"
    r"I think|maybe|and so on|or so|and|or|but|so|because|that|to|with|of|by|on|at|for|before|until)",
    r",?\s*\b(?:because|since|so that|as otherwise|otherwise|in case|which means|unless|even though|although)\s.+",
    r",\s*(?:so|and then|and|but|or|then|if|when|while)\s+(?:I|we|you|they|he|she|it|that|there|this|the)\b.+",
    r",\s*(?:right|okay|ok|yeah|please|Daniel)",
)
_TAIL = [re.compile(rf"(?:[\s,;–—-]|^)+(?:{tail})[\s,.;!?…–—-]*$", re.IGNORECASE) for tail in _TAILS]


def trimmed(phrase: str) -> str:
    """`phrase` cut back to its first sentence and to where its object ends; without a final mark."""
    phrase = re.split(r"(?<=\w)[.?!]\s+(?=[A-Z])", phrase.strip(), maxsplit=1)[0]
    phrase = re.sub(r"\s+", " ", re.sub(r"\s+([,.?!])", r"\1", phrase)).strip(" ,.;:!?…–—-")
    while True:
        shorter = phrase
        for tail in _TAIL:
            shorter = tail.sub("", shorter)
        if shorter == phrase or not shorter.strip():
            return phrase
        phrase = shorter.strip(" ,.;:!?…–—-")
