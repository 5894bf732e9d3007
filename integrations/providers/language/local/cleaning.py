"""Spoken sentences made readable without changing what they say; all that is printed passes here.

Only what carries no meaning goes: fillers, repetitions, cut-off words, restarts, lead-ins. Negations,
numbers, names, "maybe" and corrections ("Monday, I mean Tuesday") stay.
"""

import re

from .disfluencies import without_edges, without_fillers, without_repetitions
from .verbs import third_singular

_EMPTY = re.compile(r"^(?:okay|ok|well|so|right|yeah|yep|alright|all right|and|but|oh|ah)[.,!…]*$", re.I)

_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|etc|approx|no|inc|ltd|corp|dept|fig|jan|feb|aug|sept?|oct|nov|dec)|"
    r"\b(?:e\.g|i\.e|a\.m|p\.m|u\.s|u\.k)|(?<![^\s.])[A-Z](?:\.[A-Z])*)\.$",
    re.I,
)
_BREAK = re.compile(r"(?:[.?!]+|…)[\"'”’)]*(?=\s)")

_FIRST_FORMS = {
    "'m going to": "will",
    "'m gonna": "will",
    " am going to": "will",
    "'ll": "will",
    "'ve": "has",
    "'m": "is",
    "'d": "would",
    " am": "is",
    "": "",
}
_FIRST_FORM = re.compile(rf"I({'|'.join(_FIRST_FORMS)})(?!\w)", re.IGNORECASE)
_ADVERBS = re.compile(
    r"(?:\s+(?:also|really|just|still|already|never|always|only|definitely|probably|then|\w+ly))*\s*"
)


def clean(text: str) -> str:
    """`text` without what only speech needs, in sentence case, each sentence with its final mark.

    May be empty; a text of acknowledgements ("Okay, yeah.") keeps its last word.
    """
    spoken = without_repetitions(without_fillers(text))
    parts = [part for sentence, _, _ in sentences(spoken) if (part := _finished(sentence))]
    return " ".join([part for part in parts if not _EMPTY.match(part)] or parts[:1])


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
    """`I'll do my slides` said by Daniel -> `Daniel will do their slides.`; None without an I or my."""
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


def _finished(sentence: str) -> str:
    sentence = without_edges(sentence)
    if not re.search(r"\w", sentence):
        return ""
    sentence = re.sub(r"\bi\b(?=['’\s,.?!]|$)", "I", sentence)
    sentence = sentence[0].upper() + sentence[1:]
    return sentence if re.search(r"[.?!][\"'”’)]*$", sentence) else sentence + "."


def _with_subject(speaker: str, tail: str, *, plural: bool) -> str:
    """`tail`, which begins with I, told of `speaker` (or of several people)."""
    form = _FIRST_FORM.match(tail.replace("’", "'"))
    verb, rest = (_FIRST_FORMS[form[1].lower()], tail[form.end() :]) if form else ("", tail[1:])
    if verb:
        agreed = {"is": "are", "has": "have"}.get(verb, verb) if plural else verb
        return f"{speaker} {agreed}{rest}"
    adverbs = _ADVERBS.match(rest)
    start = adverbs.end() if adverbs else 0
    word = re.match(r"[\w'’]+", rest[start:])
    if plural or word is None:
        return speaker + rest
    return speaker + rest[:start] + third_singular(word[0]) + rest[start + word.end() :]


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
