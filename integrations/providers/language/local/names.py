"""Names as recognisers write them, resolved to the people of a meeting; `assignees` and `identity` ask it.

A spoken name is a person's when its first name or full name is spelled or at least sounds like theirs, and
nobody else's on the list does: of two Saras neither is "Sara".
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
LABEL = re.compile(r"speaker[\s_-]*(?:\d+|[a-z])(?!\w)", re.IGNORECASE)
"""How a voice without a name is called."""
_POSSESSIVE = re.compile(r"['’]s?$")

_WORDS = """
    april art august autumn bill bob carol chance charity chase christian chuck dawn dean dot drew
    earnest eve faith fern frank gene ginger grace grant guy harmony holly hope iris ivy jack jade jean
    joy june lance lily mark mary max may melody merit mike miles mo nick norm olive pat patience pearl
    peg penny ray rich rob rose ruby sandy skip stew sue summer sunny ted tony van victor wade will wren
"""
AMBIGUOUS = frozenset(_WORDS.split())
"""First names that are also words: a name only with a capital inside a sentence, or when addressed."""

_SAME_SOUND = (
    {"sean", "shaun", "shawn"},
    {"brian", "bryan", "bryon"},
    {"jeff", "geoff"},
    {"mohamed", "mohammed", "muhammad", "mohammad", "muhammed"},
    {"jill", "gill"},
    {"graham", "graeme"},
    {"leah", "lea", "lia"},
    {"neil", "neal", "niall"},
    {"carl", "karl"},
    {"isabel", "isabelle", "isobel"},
    {"eva", "ava"},
)


@dataclass(frozen=True)
class Mention:
    """A name in a text: whose it is, and where it stands."""

    name: str
    start: int
    end: int
    exact: bool
    """Spelled as on the list, not merely sounding alike."""


class Roster:
    """The people and labels of one meeting, by every form in which the talk may name them."""

    def __init__(self, names: Iterable[str]):
        self._names = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
        self._forms = {name: _forms(name) for name in self._names}
        self._longest = max((len(form) for forms in self._forms.values() for form in forms), default=0)

    def __bool__(self) -> bool:
        return bool(self._names)

    def resolve(self, spoken: str) -> str | None:
        """The listed name that `spoken` (a first name, full name or label) means, if it means just one."""
        match = self._match(_words(spoken))
        return match[0] if match else None

    def mentions(self, text: str) -> list[Mention]:
        """Every listed name in `text`, in order, longest forms first. `Daniel's` counts too."""
        found, words, index = [], list(_WORD.finditer(text)), 0
        labels = [(m.start(), m.end()) for m in LABEL.finditer(text)]
        found += [Mention(name, s, e, True) for s, e in labels if (name := self.resolve(text[s:e]))]
        while index < len(words):
            mention, used = self._at(text, words, index)
            if mention and not any(s <= mention.start < e for s, e in labels):
                found.append(mention)
            index += used
        return sorted(found, key=lambda mention: mention.start)

    def _at(self, text: str, words: list[re.Match[str]], index: int) -> tuple[Mention | None, int]:
        for used in range(min(self._longest, len(words) - index), 0, -1):
            span = words[index : index + used]
            match = self._match(tuple(_POSSESSIVE.sub("", word[0]) for word in span))
            if match and _written_as_name(text, span, exact=match[1]):
                start, end = span[0].start(), span[-1].start() + len(_POSSESSIVE.sub("", span[-1][0]))
                return Mention(match[0], start, end, match[1]), used
        return None, 1

    def _match(self, words: tuple[str, ...]) -> tuple[str, bool] | None:
        if not words:
            return None
        alike = {
            name: max(exact for form in forms if (exact := _alike(words, form)))
            for name, forms in self._forms.items()
            if any(_alike(words, form) for form in forms)
        }
        if len(alike) != 1:
            return self._full_name(words, alike)
        name, likeness = next(iter(alike.items()))
        return name, likeness == 2

    def _full_name(self, words: tuple[str, ...], alike: Iterable[str]) -> tuple[str, bool] | None:
        """Of several that sound alike, the one whose full name of several words was spelled out."""
        spelled = [name for name in alike if len(words) > 1 and _folded(name) == _folded(" ".join(words))]
        return (spelled[0], True) if len(spelled) == 1 else None


def _forms(name: str) -> tuple[tuple[str, ...], ...]:
    words = _words(name)
    if LABEL.fullmatch(name) or len(words) < 2:
        return (words,)
    return (words, words[:1])


def _words(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[\w'’-]+", name))


def _alike(words: tuple[str, ...], form: tuple[str, ...]) -> int:
    """2 when spelled the same, 1 when each word sounds the same, else 0."""
    if len(words) != len(form):
        return 0
    if all(_folded(a) == _folded(b) for a, b in zip(words, form, strict=True)):
        return 2
    return int(all(sounds_like(a, b) for a, b in zip(words, form, strict=True)))


def _written_as_name(text: str, span: list[re.Match[str]], *, exact: bool) -> bool:
    """Whether the words look like a name: a capital, and a place for a name where they are words too."""
    first = span[0]
    if len(span) > 1 and exact:
        return True
    if not first[0][0].isupper():
        uncased = not re.search(r"(?!\bI\b)[^\W\d_a-z]", text)
        return exact and uncased and first[0].lower() not in AMBIGUOUS
    if first[0].lower() not in AMBIGUOUS:
        return True
    opens = not text[: first.start()].strip() or re.search(r"[.?!:]\s*$", text[: first.start()])
    return not opens or text[first.end() : first.end() + 1] in (",", "'", "’")


@lru_cache(maxsize=4096)
def sounds_like(one: str, other: str) -> bool:
    """Whether a recogniser could have written `one` for `other`: Sarah/Sara, Jon/John, Mya/Maya."""
    a, b = _folded(one), _folded(other)
    if a == b or any(a in group and b in group for group in _SAME_SOUND):
        return True
    if min(len(a), len(b)) < 3 or not a.isalpha() or not b.isalpha():
        return False
    first, second = phonetic_key(a), phonetic_key(b)
    return first == second or _one_vowel_apart(first, second)


def phonetic_key(name: str) -> str:
    """A name's sound in a few letters: spellings of one consonant or vowel fold together, vowels stay.

    Keeps vowels (unlike Soundex and Metaphone), because Jon, Jan and Joan are different people.
    """
    sound = _folded(name)
    for pattern, replacement in _SOUNDS:
        sound = re.sub(pattern, replacement, sound)
    return re.sub(r"(.)\1+", r"\1", sound)


_SOUNDS = (
    (r"^kn|^gn", "n"),
    (r"^wr", "r"),
    (r"ph", "f"),
    (r"v", "f"),
    (r"ck|ch|q", "k"),
    (r"sch|sh", "s"),
    (r"th", "t"),
    (r"gh(?=t|$)", ""),
    (r"x", "ks"),
    (r"z", "s"),
    (r"c(?=[eiy])", "s"),
    (r"c", "k"),
    (r"(?<=[^aeiou])y(?=[aou])", "ay"),
    (r"(?<=.)h", ""),
    (r"(?<=[aeiou])w(?=[^aeiou]|$)", ""),
    (r"(?<=[^aeiouls])e$|(?<=[^aeioul]l)e$|(?<=[aeiou]l)e$|(?<=s)e$|(?<=nn)e$", ""),
    (r"ie$|ey$|ee$", "i"),
    (r"[eiy]", "i"),
    (r"[ou]", "o"),
)


def _one_vowel_apart(first: str, second: str) -> bool:
    """One has one vowel more in its middle (Kathryn, Katherine); only for longer names."""
    short, long = sorted((first, second), key=len)
    if len(long) - len(short) != 1 or len(short) < 5:
        return False
    return any(long[i] in "aio" and long[:i] + long[i + 1 :] == short for i in range(1, len(long) - 1))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).replace("’", "'")
