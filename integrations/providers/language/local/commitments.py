"""Turns of phrase that commit somebody or ask for something, and what they ask for; for `titles`."""

import re

from .names import Roster
from .verbs import WORK, base_of_ing

_NO_NAME = r"(?:The|This|That|There|These|It|We|They|An?|What|Who|How|When|Where|Why|If|So|And|But)\b"
_NAME = rf"(?-i:Ñ+|(?!{_NO_NAME})[A-Z][a-z]+)"
_PERSON = rf"(?:you|{_NAME}|everyone|everybody|somebody|someone|anybody|anyone)"
_AND_NAME = rf"(?:\s+and\s+(?:{_NAME}|I|you))?"
_SUBJECT = rf"(?:I|you|he|she|they|we|all\s+of\s+you|{_PERSON}){_AND_NAME}"
_GOING = r"(?:going\s+to|gonna|supposed\s+to|about\s+to)"
_WILL = (
    rf"(?:['’]ll|['’](?:m|re|s)\s+{_GOING}|['’](?:ve|s)\s+got\s+to|['’]d\s+better|\s+(?:will|shall|must|should|gonna|gotta"
    rf"|had\s+better|(?:am|is|are)\s+{_GOING}|(?:have|has|need|needs|got|ought|plan|plans|promise|agreed|offered)\s+to))\b"
)
_POSSIBLE = r"(?:possible|okay|ok|great|nice|good)"

_DOING = re.compile(
    r"\b(?:would|do|will)\s+you\s+mind|\b(?:responsible\s+for|in\s+charge\s+of|tak(?:e|ing)\s+care\s+of)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:don['’]t|do\s+not)\s+forget\s+to|\bremember\s+to|\b(?:make|be)\s+sure\s+(?:to|that\s+you|you)"
    r"|\b(?:job|task|action(?:\s+item)?|step|homework)\s+(?:is|will\s+be|would\s+be)\s+to"
    rf"|\b(?:would|['’]d)\s+(?:like|ask|love)\s+{_PERSON}\s+to|\b(?:wants?|needs?|asks?)\s+{_PERSON}\s+to"
    rf"|\b(?:if|do\s+you\s+think)\s+you\s+(?:could|can)|\bare\s+you\s+able\s+to|\b{_POSSIBLE}\s+for\s+{_PERSON}\s+to"
    rf"|\b(?:can|could|would|will)\s+(?:you\s+(?:guys|all|two)|{_PERSON})(?=\s+[a-z])",
    re.IGNORECASE,
)
_COMMITS = re.compile(
    rf"\b{_SUBJECT}{_WILL}|\blet\s+me\b|\b(?:I|you|he|she|they|{_NAME})\s+can\b(?!['’])",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\blet['’]s\b(?!\s+(?:\w+ly\s+|just\s+|also\s+)?(?:go|decide|move|talk|discuss|look|see|start|begin|say|keep|stick|take|use"
    r"|agree|have|be|not|wrap|assume|find|get|do|try|think|call\s+it|leave)\b)"
    rf"|\b(?:the|our|your)(?:\s+[\w-]+){{1,3}}?{_WILL}",
    re.IGNORECASE,
)
_TELLS = re.compile(
    rf"\bplease\b|^(?:[^,]{{1,40}}[,:]\s+)?{_NAME}\s+to\b|^(?:(?:Ñ+|okay|yes|so|and|then|thanks|great)[,:]?\s+|{_NAME},\s+)*",
    re.IGNORECASE,
)
_CLEFT = re.compile(r"^do\s+is,?\s+(?:(?:to|(?:I|you|we)(?:['’]ll|\s+(?:will|can|should)))\s+)?", re.I)
"""What I will *do is I will* ask them."""
_QUESTION = re.compile(r"^(?:do|have)\s+(?:I|you|we|they|he|she|it|the)\b", re.IGNORECASE)
_NEGATED = re.compile(r"^\s*(?:not|never)\b|^\s*n?['’]t\b", re.IGNORECASE)
_ADVERBS = re.compile(
    r"^(?:\s*\b(?:also|just|then|now|probably|definitely|certainly|quickly|actually|really|maybe|perhaps|simply|please|first"
    r"|personally|kindly|still|gladly|at\s+least|go\s+ahead\s+and|try\s+and|(?:have|need|remember|ought)\s+to"
    r"|(?:make|be)\s+sure\s+(?:to|that\s+you|you))\b,?)*\s*",
    re.IGNORECASE,
)


def verb_phrase(sentence: str, roster: Roster) -> str | None:
    """What `sentence` has somebody do, from the verb's base form on; None when it has nobody do anything."""
    masked = _masked(sentence, roster)
    if match := _DOING.search(masked):
        rest = _ADVERBS.sub("", sentence[match.end() :], count=1)
        verb = re.match(r"\w+ing\b", rest)
        if verb:
            return base_of_ing(verb[0]) + rest[verb.end() :]
    for pattern, any_verb in ((_ASKS, True), (_COMMITS, True), (_TOGETHER, False), (_TELLS, False)):
        for match in pattern.finditer(masked):
            found = _after(sentence, match.end())
            if found and (any_verb or (found.split()[0].lower() in WORK and not _QUESTION.match(found))):
                return found
    return None


def _masked(sentence: str, roster: Roster) -> str:
    """The sentence with each known name as a run of one letter, so that a pattern needs no list of names."""
    for mention in roster.mentions(sentence):
        sentence = sentence[: mention.start] + "Ñ" * (mention.end - mention.start) + sentence[mention.end :]
    return sentence


def _after(sentence: str, position: int) -> str | None:
    rest = sentence[position:]
    if _NEGATED.match(rest):
        return None
    rest = _CLEFT.sub("", _ADVERBS.sub("", rest, count=1))
    if doing := re.match(r"be\s+(\w+ing)\b", rest):
        rest = base_of_ing(doing[1]) + rest[doing.end() :]
    return rest if re.match(r"[a-zA-Z]", rest) and not _NEGATED.match(rest) else None
