"""What speech has and text has not: fillers, repetitions, restarts, lead-ins. For `cleaning`."""

import re

_I = re.IGNORECASE
_SUBJECT = r"(?:i|you|we|they|he|she|it|there|this|that|the|my|our)\b"
_OBJECT = r"(?:it|that|this|you)\s*[.?!,]"
_DETERMINER = r"(?:the|my|our|this|that)\b"

_NOISE = re.compile(r"<[^>]*>|\[[^\]]*\]|\((?:laugh|inaudible|cough|crosstalk|noise|silence)[^)]*\)", _I)
_FILLER = re.compile(
    r"(?:^|,\s*|(?<=\s))(?:um+|uh+|uhm+|erm?|hm+|hmm+|mm+|mhm|mm-hmm|uh-huh)\b[,.…]*(?!\w)", _I
)
_CUT_OFF = re.compile(r"(?<![\w-])[A-Za-z'’]+-(?!\w|-)(?!\s+(?:and|or|to)\b),?")


def _not_after(*words: str) -> str:
    """Look-behinds have a fixed width each, so there is one for every word."""
    return "".join(rf"(?<!\b{word} )" for word in words)


_KNOWING = _not_after("do", "did", "if", "as", "don't", "let", "to", "that", "how", "what")
_KNOWING += _not_after("should", "would", "will", "may", "might", "must")
_LIKED = _not_after("i", "you", "we", "they", "would", "to", "not", "don't", "people", "things", "something")
_LIKED += _not_after("feel", "feels", "look", "looks", "sound", "sounds")
_SORTED = _not_after("a", "the", "this", "that", "what", "some", "any", "which", "same", "other", "every")
_SORTED += _not_after("each", "new", "one", "right")
_PHRASES = (
    re.compile(r"(?:^|(?<=[\s,]))(?:,\s*)?\byou know\b,(?=\s)|,\s*you know(?=[,.?!])", _I),
    re.compile(rf"{_KNOWING}\byou know\s+(?={_SUBJECT})(?!{_OBJECT}|{_DETERMINER})", _I),
    re.compile(
        rf"(?:^|(?<=[.?!,]\s)|(?<=,))i mean,?\s+(?={_SUBJECT})(?!{_OBJECT})(?!(?:the|my|our|this)\b)", _I
    ),
    re.compile(rf"{_SORTED}\b(?:sort|kind) of\b,?\s*(?=\w)", _I),
    re.compile(
        rf",\s*(?:like|right|okay),(?=\s)|(?:^|(?<=[.?!]\s))like,\s|{_LIKED}\b(?<=\w )like,\s(?=\w)", _I
    ),
    re.compile(
        r",?\s+(?:or something like that|and stuff like that|or whatever|and so on and so forth)(?=[,.?!]|$)",
        _I,
    ),
)

_NUMBER = r"\d[\d.,]*|zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|twenty|hundred|double|triple"
_KEPT_TWICE = re.compile(rf"(?:{_NUMBER}|that|had|very|really|bye|many|much|never)", _I)
_CONDITION = re.compile(
    r"\b(?:if|when|once|whatever|what|because|as|unless|until|where|whoever|whether)\s+$", _I
)
_REPEATED = re.compile(
    r"\b(\w+(?:['’]\w+)?(?:\s+\w+(?:['’]\w+)?){0,4})(?:(,|\s*(?:—|–|-|\.\.\.|…))?\s+\1)+\b(?!['’-])", _I
)
_PRONOUN = r"(i|we|you|it|they|he|she|there|that|this)"
_RESTARTS = (
    re.compile(rf"\b{_PRONOUN}\s+(?=\1['’])", _I),
    re.compile(rf"\b{_PRONOUN}['’](?:s|re|m|ll|ve)\s+(?=\1\s+(?:is|are|am|will|have|has|was|were)\b)", _I),
    re.compile(r"\b(?:the|a|an)\s+(?=(?:the|a|an|my|our|your|these|those)\s)"),
)

_ACKNOWLEDGED = r"okay|ok|alright|all right|yeah|yep|yup|ah|oh|huh|uh-huh|good|great|perfect|anyways?"
_BEFORE_COMMA = (
    r"well|right|so|now|like|sure|yes|actually|basically|anyway|then|look|listen|of course"
    r"|let's see|you know|i mean|you see|first of all|i think|i guess|i suppose|i believe|to be honest"
    r"|honestly|fair enough|thanks|thank you"
)
_LEAD = re.compile(
    rf"^(?:(?:{_ACKNOWLEDGED})\b(?:[,;.–—-]+\s*"
    r"|\s+(?=(?:so|and|but|well|then|now|let|we|i|you|it|the|that|there|they|he|she|this)\b))"
    rf"|(?:{_BEFORE_COMMA})\s*,+\s*"
    r"|(?:so|well|then|and|but|because|'cause|cause|and then|and so|but then|plus)\s+(?!that\s)"
    rf"(?={_SUBJECT}|let\b|then\b)"
    r"|i (?:think|guess|suppose|believe|feel|would say|mean)"
    r"(?:\s+that\b(?=\s+(?!(?:is|was|will|would|could|can|has|should|might|one)\b)))?"
    rf"\s+(?={_SUBJECT})(?!{_OBJECT}))",
    _I,
)
_TRAIL = re.compile(
    r"(?:(?:,\s*(?:right|okay|yeah|like)|[,\s]+(?:so|and|but|or|because|you know|i mean|um|uh|the|a|an)))+"
    r"\s*(?:\.\.\.|[.…,-])*$",
    _I,
)
_TRAIL_KEPT = re.compile(r"\b(?:think|hope|say|said|do|is|be|if|even|or|not|just|was)\s+so\W*$", _I)


def without_fillers(text: str) -> str:
    """No `um`, no noise marks, no cut-off words, no `you know` and `sort of` that only fill."""
    text = _FILLER.sub(" ", re.sub(r"\s+", " ", _NOISE.sub(" ", text)).strip())
    text = tidied(_CUT_OFF.sub(" ", text))
    for phrase in _PHRASES:
        text = tidied(phrase.sub(" ", text))
    return text


def without_repetitions(text: str) -> str:
    """Words and phrases of up to five words once, and of a restart only what it came to.

    Repeated numbers stay ("five five one"), and so does "if it works, it works".
    """
    for _ in range(3):
        shorter = _REPEATED.sub(_once, text)
        if shorter == text:
            break
        text = shorter
    for restart in _RESTARTS:
        text = restart.sub("", text)
    return text


def without_edges(sentence: str) -> str:
    """A sentence without lead-ins ("Okay so", "I think that") and without a conjunction left hanging."""
    question = sentence.rstrip().endswith("?")
    while (shorter := _LEAD.sub("", sentence, count=1).strip(" ,;–—-")) != sentence:
        if not re.search(r"\w", shorter):
            break
        sentence = shorter
    if not question and not _TRAIL_KEPT.search(sentence):
        sentence = _TRAIL.sub("", sentence) or sentence
    return sentence.strip(" ,;–—-…")


def tidied(text: str) -> str:
    """One space between words, none before a mark, one mark where taking words out left two."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,.?!;:])", r"\1", text)
    text = re.sub(r",(?:\s*,)+", ",", text)
    text = re.sub(r"([.?!]),", r"\1", text)
    return re.sub(r",+([.?!])", r"\1", text).strip(" ,")


def _once(match: re.Match[str]) -> str:
    said_apart = match[2] is not None and _CONDITION.search(match.string[: match.start()])
    if said_apart or all(_KEPT_TWICE.fullmatch(word) for word in match[1].split()):
        return match[0]
    return match[1]
