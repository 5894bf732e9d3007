"""One sentence as a report tells it: repaired, cleaned, retold of a speaker or quoted; for `salience`."""

import re
from dataclasses import dataclass

from integrations.providers.language.local import cleaning
from integrations.providers.language.local import words as vocabulary
from integrations.providers.language.local.talk import Talk

_MINIMUM, _MAXIMUM = 6, 22
_LABEL = re.compile(r"(?:speaker|unknown)\b", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:I(?=['’\s,.])|(?:my|me|mine|myself)\b)", re.IGNORECASE)
_RETOLD_AFTER = re.compile(r"(?:^|,|\b(?:and|but|so|if|then|that|today|tomorrow))\s*$", re.IGNORECASE)
_MIXED = re.compile(r"\b(?:we|us|our|you|your)\b", re.IGNORECASE)
_CLUMSY = re.compile(r"\b(?:means|knows|thinks|imagines|feels|says|would better)\b")
_OPENERS = r"Right|Well|Okay|Ok|So|Yeah|Yes|But|Now|Anyway|Oh|Alright"
_LOST_STOP = re.compile(rf"(?<=[a-z])\s+(?=(?:{_OPENERS})\b(?!-))")
_BOUND = r"(?:the|a|an|my|our|your|their|this|that|of|to|for|with|in|on|at|and|or|because|if|when|not)"
_LOST_AFTER_BOUND = re.compile(rf"\b{_BOUND}\s+(?:{_OPENERS})\b")
_ADVERB = re.compile(r"(?<=[a-z])\s+(Basically|Actually|Really|Probably|Obviously|Maybe|Definitely),?(?=\s)")
_CAPITAL = re.compile(
    r"(?<=[a-z,]\s)(?:And|Or|We|You|He|She|It|They|That|This|There|If|What|When|Where|Because|The|My|Our)\b"
)
_BROKEN_OFF = re.compile(
    r"^(.*\w),?\s(?:so|and|but|because|that)\s.*\b(?:is|are|was|were|the|a|an|to|of|for)$"
)
_JOINED = re.compile(r"^(?:And|But|So|Plus)\s+(?!that\b|far\b|much\b|many\b)(\w)")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Letters of scripts without spaces between words: Thai, Lao, Burmese, Khmer, kana, Chinese."""


@dataclass(frozen=True)
class Telling:
    index: int
    """Of the sentence."""
    text: str
    quoted: bool
    """Whether `text` is the speaker's own words; otherwise it names the speaker itself."""


def tell(talk: Talk, i: int) -> Telling | None:
    """Sentence i for somebody who was not there; None when too short, too long or a question."""
    sentence = talk.sentences[i]
    if sentence.text.rstrip().endswith(("?", "？")):
        return None
    text = _said(talk, i)
    if not _MINIMUM <= length(text) <= _MAXIMUM or not vocabulary.content(text):
        return None
    told = _retold(sentence.speaker, text) if talk.english else None
    return Telling(i, told or text, told is None)


def tell_anyway(talk: Talk, i: int) -> Telling | None:
    """Sentence i quoted whatever it is, its end cut off where it is too long; None without a word."""
    text = _said(talk, i) or talk.sentences[i].text.strip()
    words = text.split()
    if len(words) > _MAXIMUM:
        text = " ".join(words[:_MAXIMUM]).rstrip(",;:–—-") + "…"
    return Telling(i, text, quoted=True) if re.search(r"\w", text) else None


def length(text: str) -> int:
    """Words; where a script puts no spaces between them, two letters count as one."""
    return max(len(text.split()), len(_UNSPACED.findall(text)) // 2)


def _said(talk: Talk, i: int) -> str:
    """What sentence i says: its longest part, where the recogniser lost a full stop inside of it."""
    spoken = talk.sentences[i].text
    if not talk.english:
        return re.sub(r"\s+", " ", spoken).strip()
    pieces = [piece for piece in map(_clean, _pieces(spoken)) if piece]
    fitting = [piece for piece in pieces if _MINIMUM <= length(piece) <= _MAXIMUM]
    return max(fitting, key=length) if fitting else " ".join(pieces)


def _clean(piece: str) -> str:
    """Without the conjunction that only joined it to what was said before."""
    return _JOINED.sub(lambda match: match[1].upper(), cleaning.clean(piece))


def _pieces(spoken: str) -> list[str]:
    """The text at its lost full stops, which a capital inside a sentence gives away."""
    text = _CAPITAL.sub(lambda match: match[0].lower(), spoken)
    text = _ADVERB.sub(lambda match: " " + match[1].lower(), text)
    text = _LOST_AFTER_BOUND.sub(lambda match: match[0].lower(), text)
    *broken, last = _LOST_STOP.split(text)
    return [*(_BROKEN_OFF.sub(r"\1", piece) for piece in broken), last]


def _retold(speaker: str, text: str) -> str | None:
    """In the third person, where one first person makes that read well and the speaker has a name."""
    found = list(_FIRST.finditer(text))
    if _LABEL.match(speaker) or len(found) != 1 or _MIXED.search(text):
        return None
    if not _RETOLD_AFTER.search(text[: found[0].start()]):
        return None
    told = cleaning.third_person(speaker, text)
    return told if told and not _CLUMSY.search(told) else None
