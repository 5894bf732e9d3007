"""Spoken sentences made readable without changing what they say; everything the provider prints passes here.

Only what carries no meaning goes: fillers, repetitions, cut-off words, restarts, lead-ins. Negations, numbers,
names, "maybe" and corrections ("Monday, I mean Tuesday") stay.
"""

import re

from .verbs import third_singular

_FILLER = re.compile(
    r"(?:^|,\s*|(?<=\s))(?:um+|uh+|uhm+|erm?|hm+|hmm+|mm+|mhm|mm-hmm|uh-huh)\b[,.…]*(?!\w)", re.I
)
_NOISE = re.compile(r"<[^>]*>|\[[^\]]*\]|\((?:laugh|inaudible|cough|crosstalk|noise|silence)[^)]*\)", re.I)
_CUT_OFF = re.compile(r"(?<![\w-])[A-Za-z'’]+-(?!\w|-)(?!\s+(?:and|or|to)\b),?")
_SUBJECT = r"(?:i|you|we|they|he|she|it|there|this|that|the|my|our)\b"
_NUMBER_WORD = (
    r"\d[\d.,]*|zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|twenty|hundred|double|triple"
)
_KEPT_TWICE = re.compile(rf"(?:{_NUMBER_WORD}|that|had|very|really|bye|many|much|never)", re.I)
_CONDITION = re.compile(
    r"\b(?:if|when|once|whatever|what|because|as|unless|until|where|whoever|whether)\s+$", re.I
)
_REPEATED = re.compile(
    r"\b(\w+(?:['’]\w+)?(?:\s+\w+(?:['’]\w+)?){0,4})(?:(,|\s*(?:—|–|-|\.\.\.|…))?\s+\1)+\b(?!['’-])", re.I
)

_PHRASES = (
    re.compile(r"(?:^|(?<=[\s,]))(?:,\s*)?\byou know\b,(?=\s)|,\s*you know(?=[,.?!])|(?<=[.?!]\s)you know,", re.I),
    re.compile(
        r"(?<!\bdo )(?<!\bdid )(?<!\bif )(?<!\bas )(?<!\bdon't )(?<!\blet )(?<!\bto )(?<!\bthat )(?<!\bhow )(?<!\bwhat )"
        rf"(?<!\bshould )(?<!\bwould )(?<!\bwill )(?<!\bmay )(?<!\bmight )(?<!\bmust )\byou know\s+(?={_SUBJECT})(?!(?:it|that|the|this|my|our|him|her|them)\s*[.?!,]|the\b|my\b|our\b|this\b|that\b)",
        re.I,
    ),
    re.compile(rf"(?:^|(?<=[.?!,]\s)|(?<=,))i mean,?\s+(?={_SUBJECT})(?!(?:it|that|this)\s*[.?!,])(?!the\b|my\b|our\b|this\b)", re.I),
    re.compile(r"(?<!\ba )(?<!\bthe )(?<!\bthis )(?<!\bthat )(?<!\bwhat )(?<!\bsome )(?<!\bany )(?<!\bwhich )(?<!\bsame )"
               r"(?<!\bother )(?<!\bevery )(?<!\beach )(?<!\bnew )(?<!\bone )(?<!\bright )\b(?:sort|kind) of\b,?\s*(?=\w)", re.I),
    re.compile(r",\s*(?:like|right),(?=\s)|(?:^|(?<=[.?!]\s))like,\s|\b(?<=\w )like,\s(?=\w)", re.I),
    re.compile(r",?\s+(?:or something like that|and stuff like that|or whatever|and so on and so forth)(?=[,.?!]|$)", re.I),
)  # fmt: skip
_RESTARTS = (
    (re.compile(r"\b(i|we|you|it|they|he|she|there|that|this)\s+(?=\1['’])", re.I), ""),
    (re.compile(r"\b(i|we|you|it|they|he|she|there|that|this)['’](?:s|re|m|ll|ve)\s+(?=\1\s+(?:is|are|am|will|have|has|was|were)\b)", re.I), ""),
    (re.compile(r"\b(?:the|a|an)\s+(?=(?:the|a|an|my|our|your|these|those)\s)"), ""),
)  # fmt: skip
_ALWAYS_LEADS = r"okay|ok|alright|all right|yeah|yep|yup|ah|oh|huh|uh-huh|good|great|perfect|anyways?"
_BEFORE_COMMA = (
    r"well|right|so|now|like|sure|yes|actually|basically|anyway|then|look|listen|of course|as i said|let's see|you know|"
    r"i mean|you see|first of all|i think|i guess|i suppose|i believe|to be honest|honestly|fair enough|thanks|thank you"
)
_LEAD = re.compile(
    rf"^(?:(?:{_ALWAYS_LEADS})\b(?:[,;.–—-]+\s*|\s+(?!(?:for|with|enough|to|idea|news|job|question|point|morning|work|by)\b)"
    rf"(?=(?:so|and|but|well|then|now|let|we|i|you|it|the|that|there|they|he|she|this)\b))"
    rf"|(?:{_BEFORE_COMMA})\s*,+\s*"
    rf"|(?:so|well|then|and|but|because|'cause|cause|and then|and so|but then|plus)\s+(?!that\s)(?={_SUBJECT}|let\b|then\b)"
    rf"|i (?:think|guess|suppose|believe|feel|would say|mean)(?:\s+that\b(?=\s+(?!(?:is|was|will|would|could|can|has|should|might|one)\b)))?\s+(?={_SUBJECT})(?!(?:it|that|this|you)\s*[.?!,]))",
    re.I,
)  # fmt: skip
_TRAIL = re.compile(
    r"(?:[,\s]+(?:so|and|but|or|because|you know|i mean|right|okay|yeah|um|uh|the|a|an|like))+\s*(?:\.\.\.|[.…,-])*$",
    re.I,
)
_TRAIL_KEPT = re.compile(
    r"\b(?:think|hope|say|said|do|is|be|it|if|that|even|or|not|turn|on the|all|just|look|would|feel|you|i|we|they|to|more|and|right|go|was|s)"
    r"[,]?\s+(?:so|right|okay|like)\W*$",
    re.I,
)
_EMPTY = re.compile(r"^(?:okay|ok|well|so|right|yeah|yep|alright|all right|and|but|oh|ah)[.,!…]*$", re.I)

_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|etc|approx|no|inc|ltd|corp|dept|fig|jan|feb|aug|sept?|oct|nov|dec)|"
    r"\b(?:e\.g|i\.e|a\.m|p\.m|u\.s|u\.k)|(?<![^\s.])[A-Z](?:\.[A-Z])*)\.$",
    re.I,
)
_BREAK = re.compile(r"(?:[.?!]+|…)[\"'”’)]*(?=\s)")


def clean(text: str) -> str:
    """`text` without what only speech needs, in sentence case, each sentence with its final mark; may be empty."""
    spoken = _NOISE.sub(" ", text)
    spoken = _FILLER.sub(" ", re.sub(r"\s+", " ", spoken).strip())
    spoken = _tidied(_CUT_OFF.sub(" ", spoken))
    for phrase in _PHRASES:
        spoken = _tidied(phrase.sub(" ", spoken))
    spoken = _without_repetitions(spoken)
    for pattern, replacement in _RESTARTS:
        spoken = pattern.sub(replacement, spoken)
    parts = [_finished(sentence) for sentence, _, _ in sentences(spoken)]
    kept = [part for part in parts if part and not _EMPTY.match(part)] or [part for part in parts if part][:1]
    return " ".join(kept)


def sentences(text: str) -> list[tuple[str, int, int]]:
    """The sentences of `text` with their spans; knows abbreviations, initials and decimals."""
    found, start = [], 0
    for match in _BREAK.finditer(text):
        if match[0] == "." and _goes_on(text, start, match.end()):
            continue
        found.append((start, match.end()))
        start = match.end()
    found.append((start, len(text)))
    return [_stripped(text, begin, end) for begin, end in found if text[begin:end].strip()]


def third_person(speaker: str, text: str) -> str | None:
    """`I'll do my slides` said by Daniel -> `Daniel will do their slides.`; None without a first person singular."""
    if text.rstrip().endswith("?"):
        return None
    first = re.search(r"\b(?:i(?=['’\s,.])|my|me|mine|myself)\b", text, re.I)
    if first is None:
        return None
    head, tail = text[: first.start()], text[first.start() :]
    if first[0].lower() == "i":
        tail = _with_subject(speaker, tail, plural=bool(re.search(r"\band\s+$", head, re.I)))
    else:
        name = {"my": f"{speaker}'s", "mine": f"{speaker}'s"}.get(first[0].lower(), speaker)
        tail = name + tail[len(first[0]) :]
    named = len(speaker) + (2 if tail.startswith(f"{speaker}'s") else 0)
    told = head + tail[:named] + _as_they(tail[named:])
    told = told[0].upper() + told[1:]
    return told if told[-1] in ".!?" else told + "."


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether the period at `end` belongs to an abbreviation or an initial, or a small letter follows."""
    rest = text[end:].lstrip()
    if re.search(r"\bno\.$", text[start:end], re.I):
        return bool(re.match(r"\d", rest))
    if re.search(r"\bI\.$", text[start:end]):
        return False
    return bool(_ABBREVIATION.search(text[start:end])) and not re.match(
        r"(?:I|We|You|The|It|So|And|But)\b", rest
    )


def _stripped(text: str, start: int, end: int) -> tuple[str, int, int]:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    end -= len(part) - len(part.rstrip())
    return text[start:end], start, end


def _tidied(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,.?!;:])", r"\1", text)
    text = re.sub(r",(?:\s*,)+", ",", text)
    text = re.sub(r"([.?!]),", r"\1", text)
    return re.sub(r",+([.?!])", r"\1", text).strip(" ,")


def _without_repetitions(text: str) -> str:
    def once(match: re.Match[str]) -> str:
        words = match[1].split()
        said_apart = match[2] is not None and _CONDITION.search(text[: match.start()])
        if said_apart or all(_KEPT_TWICE.fullmatch(word) for word in words):
            return match[0]
        return match[1]

    for _ in range(3):
        shorter = _REPEATED.sub(once, text)
        if shorter == text:
            break
        text = shorter
    return text


def _finished(sentence: str) -> str:
    mark = re.search(r"[.?!…]+[\"'”’)]*$", sentence)
    while (shorter := _LEAD.sub("", sentence, count=1).strip(" ,;–—-")) != sentence and re.search(
        r"\w", shorter
    ):
        sentence = shorter
    if not _TRAIL_KEPT.search(sentence) and "?" not in (mark[0] if mark else ""):
        sentence = _TRAIL.sub("", sentence) or sentence
    sentence = sentence.strip(" ,;–—-…")
    if not re.search(r"\w", sentence):
        return ""
    sentence = re.sub(r"\bi\b(?=['’\s,.?!]|$)", "I", sentence)
    sentence = sentence[0].upper() + sentence[1:]
    return sentence if re.search(r"[.?!][\"'”’)]*$", sentence) else sentence + "."


def _with_subject(speaker: str, tail: str, *, plural: bool) -> str:
    forms = {"'m going to": "will", "'m gonna": "will", " am going to": "will", "'ll": "will", "'ve": "has"}
    forms |= {"'m": "is", "'d": "would", " am": "is", "": ""}
    match = re.match(
        r"I('m going to|'m gonna| am going to|'ll|'ve|'m|'d| am\b|)", tail.replace("’", "'"), re.I
    )
    verb, rest = forms[match[1].lower()], tail[match.end() :]
    if verb:
        agreed = {"is": "are", "has": "have"}.get(verb, verb) if plural else verb
        return f"{speaker} {agreed}{rest}"
    adverbs = re.match(
        r"(?:\s+(?:also|really|just|still|already|never|always|only|definitely|probably|then|\w+ly))*\s*",
        rest,
    )
    word = re.match(r"[\w'’]+", rest[adverbs.end() :])
    if plural or word is None:
        return speaker + rest
    return speaker + adverbs[0] + third_singular(word[0]) + rest[adverbs.end() + word.end() :]


def _as_they(text: str) -> str:
    for pattern, word in (
        (r"\bI['’]m\b|\bI am\b", "they are"),
        (r"\bI['’]ve\b", "they have"),
        (r"\bI['’]ll\b", "they will"),
        (r"\bI['’]d\b", "they would"),
        (r"\bI was\b", "they were"),
        (r"\bI\b", "they"),
        (r"\bmy\b", "their"),
        (r"\bmine\b", "theirs"),
        (r"\bmyself\b", "themselves"),
        (r"\bme\b", "them"),
    ):
        text = re.sub(pattern, word, text, flags=re.IGNORECASE)
    return text
