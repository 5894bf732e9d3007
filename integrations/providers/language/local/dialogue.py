"""How people answer each other: acceptance, refusal, agreement, and the answers that answer nothing.

Called by `actions`, `decisions` and `questions`, always on one sentence of a reply.
"""
# ruff: noqa: E501 (tables of patterns read better unbroken)

import re

_I = re.IGNORECASE
_LEAD = (
    r"(?:(?:ok(?:ay)?|so|well|and|but|then|now|yes|yeah|yep|yup|sure|good|great|right|all\s?right|perfect|fine|cool|um+|uh+|hm+"
    r"|oh|ah|thanks|thank you|no problem|of course|absolutely|exactly|actually|also|anyway|i think|i guess|i suppose"
    r"|i believe|in that case|for my part|maybe|perhaps|fair enough|agreed|good idea|sounds good|basically|let's say"
    r"|hey|please note|alternatively|first of all|first|finally|lastly|or|because|very well|lovely|excellent|brilliant"
    r"|sorry|morning|good morning|good point|nice|deal|done|in fact|otherwise|meanwhile|plus)\b[\s,.;:!–—-]*)"
)
LEAD = re.compile(rf"^{_LEAD}+(?=\S)", _I)

_ACCEPTANCE = re.compile(
    r"^(?:\W*(?:um+|uh+|oh|ah|well|hm+)\b\W*)*(?:sure|yes|yeah|yep|yup|ok(?:ay)?|will do|of course|no problem|no worries|absolutely"
    r"|can do|certainly|happy to|gladly|on it|got it|fine|consider it done|right away|definitely|all\s?right|noted|good idea"
    r"|leave (?:it|that) (?:with|to) me|i'?ll|i will|i can|i'm on it|my pleasure|with pleasure|deal|perfect|great|that works"
    r"|that would be|that'd be|please do|go ahead|sounds good|thanks|thank you|great idea|agreed)\b",
    _I,
)
_REFUSAL = re.compile(
    r"^(?:\W*(?:um+|uh+|oh|ah|well|hm+|yeah|sorry|yes|okay|ok)\b\W*)*(?:i['’]d (?:love|like) to,? but\b|no\b(?!\s+(?:problem|worries|trouble))|nope|nah|not\b"
    r"|(?:i'm\s+)?(?:sorry|afraid)\b|unfortunately|i (?:can't|cannot|can not|won't|don't|would not|wouldn't|didn't)\b|i(?:'d| would) rather not"
    r"|i(?:'d| would) prefer (?:not|if)|already (?:done|did)|that's (?:already )?done|(?:i|we)(?:'ve| have)? already\b"
    r"|i (?:did|sent|finished|wrote|called|fixed|ordered|booked)\b|never mind|don't bother|no need|there's no need|that won't|we can't"
    r"|we won't|that's not|but (?:that|we|i|it)\b|i disagree|hold on|wait\b|maybe (?:not|later)|let's not|let me think|leave it\b)",
    _I,
)
_AGREEMENT = re.compile(
    r"^(?:\W*(?:um+|uh+|oh|ah|well|hm+)\b\W*)*(?:agreed|i agree|ok(?:ay)?|yes|yeah|yep|yup|sure|fine|good|great|perfect|sounds good"
    r"|sounds fair|sounds like a plan|works for me|that works|fair enough|absolutely|deal|all\s?right|exactly|makes sense|definitely"
    r"|happy with (?:that|it)|i'm (?:fine|happy|okay|ok|good) with|lovely|excellent|brilliant|me too|same here|no objections?|fine by me"
    r"|fine with me|let's do (?:that|it)|done|very good|good idea|i'm in|that's settled|right|cool|nice|seconded|approved|in favou?r)\b",
    _I,
)
_ENDORSEMENT = re.compile(
    r"\b(?:agreed?|good idea|great idea|let's|sounds|perfect|deal|absolutely|definitely|exactly|makes sense|works|fine (?:with|by)|happy with"
    r"|wonderful|excellent|brilliant|lovely|great|in favou?r|no objections?|done|we'll do|good plan|do that|do it|please do)\b",
    _I,
)
_UNSURE = re.compile(
    r"\b(?:i (?:really )?(?:don't|do not) know|i have no idea|no idea|not sure|no clue|(?:that's|that is)?\s*a? ?good question"
    r"|hard to say|difficult to say|can't say|cannot say|nobody (?:knows|has told)|no one knows|who knows|it depends"
    r"|(?:i|we)(?:'d| would)? (?:have|need) to (?:check|ask|find out|look|think|see)|let me (?:check|ask|find out|think|look)"
    r"|i'?ll (?:have to )?(?:check|ask|find out)\b|we'?ll (?:have to )?(?:see|find out|check)|let's (?:find out|see|think about)"
    r"|(?:haven't|hasn't|have not|has not) (?:\w+ )?(?:decided|heard|thought|said|told|replied|answered)|not (?:decided|clear|yet clear)|don't have (?:that|the|an) \w+"
    r"|we don't know|can't answer|couldn't tell you|don't remember|yet to (?:hear|decide))\b",
    _I,
)
_LEFT_OPEN = re.compile(
    r"\b(?:(?:stays?|remains?|leave|keep|is|still|it's|that's) (?:\w+ )?open(?! (?:on|at|to|until|from|for business|late|seven))"
    r"|(?:stays?|remains?|is|still) (?:unclear|undecided|unresolved)|open (?:point|question|issue|item)|come back to (?:it|that|this)"
    r"|(?:get|go) back to (?:it|that|this)|park (?:it|that|this)|(?:it|that|this) (?:to|until|for) (?:the )?next (?:meeting|time|week)"
    r"|decide (?:\w+ )?(?:later|next (?:week|time|month)|another time|in the next)|take (?:it|that|this) offline|to be (?:clarified|decided"
    r"|confirmed)|postpone (?:that|this|the decision)|sleep on it|need to find (?:that )?out|leave (?:it|that) for now|not decide (?:it |that |this )?(?:today|now|yet|here)|can't decide (?:it |that |this )?(?:today|now|yet|here))\b",
    _I,
)
_NEW_TOPIC = re.compile(
    r"\b(?:next (?:topic|item|point|question|thing)|last (?:topic|item|point|thing)|moving on|move on|let's (?:go|turn) to|anything else"
    r"|another (?:topic|thing|point)|on to the|what about|how about|how (?:are|is) the)\b",
    _I,
)
_EVERYBODY = re.compile(
    r"\b(?:every(?:body|one)|(?:are|is) (?:we|you|every(?:body|one))(?: all)?|all) (?:happy|fine|okay|ok|agreed|in favou?r|good)\b.*\?|\bagreed\?"
    r"|\bobjections\b.*\?|\b(?:okay|ok|fine|all right) (?:with|for|by) (?:that|this|you|you all|everybody|everyone)\?",
    _I,
)
_JOKE = re.compile(r"\b(?:just |only )?(?:kidding|joking)\b|\bha ?ha\b|\bin your dreams\b|\[laugh", _I)


def bare(text: str) -> str:
    """A sentence without the words that only lead into it ("Okay, so ...")."""
    return LEAD.sub("", text.strip()).strip()


def accepts(text: str) -> bool:
    """Whether a reply takes a request on, or an offer up."""
    return bool(_ACCEPTANCE.match(text)) and not refuses(text)


def refuses(text: str) -> bool:
    return bool(_REFUSAL.match(text)) and not re.search(r"\bbut (?:i['’]ll|i will|i can)\b", text, _I)


def agrees(text: str) -> bool:
    """Whether a reply approves of what was proposed or decided."""
    return bool(_AGREEMENT.match(text)) and not re.search(r"\bbut\b", text, _I)


def endorses(text: str) -> bool:
    """Agreement that is more than "yeah", which often only says that one listens."""
    return agrees(text) and bool(_ENDORSEMENT.search(text))


def is_unsure(text: str) -> bool:
    """Whether an answer says that the answer is not known."""
    return bool(_UNSURE.search(text))


def leaves_open(text: str) -> bool:
    return bool(_LEFT_OPEN.search(text))


def changes_topic(text: str) -> bool:
    return bool(_NEW_TOPIC.search(text))


def asks_everybody(text: str) -> bool:
    """Whether the speaker asks all to agree to what was just said."""
    return bool(_EVERYBODY.search(text))


def jokes(text: str) -> bool:
    return bool(_JOKE.search(text))
