"""Compares what was said with what was recognised: a modest normaliser and word error counts.

The normaliser follows the idea of Whisper's own (Radford et al. 2022, appendix C), cut down to English and to
what the benchmark's references need: lower case, no punctuation, no hesitations, contractions written out,
numbers in words. Used by the word error rate and by every benchmark that reads text back.
"""

import re
from typing import NamedTuple

HESITATIONS = frozenset({"hmm", "hm", "mm", "mmm", "mhm", "mhmm", "uh", "um", "er", "erm", "ah", "eh"})
CONTRACTIONS = (
    (r"\bokay\b|(?<!\w)'kay\b|\bo\.k\.", "ok"),
    (r"\bcan't\b", "can not"),
    (r"\bwon't\b", "will not"),
    (r"n't\b", " not"),
    (r"'re\b", " are"),
    (r"'ve\b", " have"),
    (r"'ll\b", " will"),
    (r"'m\b", " am"),
    (r"'d\b", " would"),
    (r"\b(it|that|what|there|he|she|who|let|where|how|here)'s\b", r"\1 is"),
    (r"\bgonna\b", "going to"),
    (r"\bwanna\b", "want to"),
    (r"(?<!\w)'cause\b", "because"),
    (r"\balright\b", "all right"),
)
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
SMALL = tuple(_SMALL.split())
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety"
TENS = tuple(_TENS.split())

IRREGULAR = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


class WordErrors(NamedTuple):
    hits: int
    substitutions: int
    deletions: int
    insertions: int

    @property
    def words(self) -> int:
        """Words of the reference."""
        return self.hits + self.substitutions + self.deletions

    @property
    def rate(self) -> float:
        """Word error rate; may exceed 1."""
        return (self.substitutions + self.deletions + self.insertions) / max(1, self.words)

    def plus(self, other: "WordErrors") -> "WordErrors":
        return WordErrors(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def normalise(text: str) -> list[str]:
    """The words of an English text as they are compared."""
    text = text.lower().replace("’", "'").replace("%", " percent").replace("&", " and ")
    text = re.sub(r"\b(mm|uh)-(hmm|huh|mm)\b", " ", text)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    for pattern, written_out in CONTRACTIONS:
        text = re.sub(pattern, written_out, text)
    text = re.sub(r"(\d+)(st|nd|rd|th)\b", lambda found: f" {ordinal(int(found[1]))} ", text)
    text = re.sub(r"\d+", lambda digits: f" {in_words(int(digits[0]))} ", text)
    words = re.sub(r"[^\w']|_", " ", text).split()
    return [bare for word in words if (bare := word.strip("'")) and bare not in HESITATIONS]


def in_words(number: int) -> str:
    """A cardinal below a million, or a year from 1100 to 1999, as it is said; digits one by one beyond."""
    if number < 20:
        return SMALL[number]
    if number < 100:
        return TENS[number // 10] + (f" {SMALL[number % 10]}" if number % 10 else "")
    if 1100 <= number < 2000 and number % 100:
        return f"{in_words(number // 100)} {in_words(number % 100)}"
    for unit, name in ((1000, "thousand"), (100, "hundred")):
        if unit <= number < unit * 1000:
            rest = f" {in_words(number % unit)}" if number % unit else ""
            return f"{in_words(number // unit)} {name}{rest}"
    return " ".join(SMALL[int(digit)] for digit in str(number))


def ordinal(number: int) -> str:
    """`twenty third` for 23."""
    *before, last = in_words(number).split()
    last = IRREGULAR.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return " ".join([*before, last])


def word_errors(reference: str, hypothesis: str) -> WordErrors:
    """Hits, substitutions, deletions and insertions of the best alignment of the normalised words.

    Levenshtein's distance with unit costs; among equal ones the alignment with the most hits counts.
    """
    said, recognised = normalise(reference), normalise(hypothesis)
    # A cell is (errors, -hits, substitutions, deletions, insertions): the smallest tuple is the best.
    row = [(column, 0, 0, 0, column) for column in range(len(recognised) + 1)]
    for word in said:
        above, row = row, [(row[0][0] + 1, 0, 0, row[0][3] + 1, 0)]
        for column, other in enumerate(recognised):
            errors, hits, substitutions, deletions, insertions = above[column]
            if word == other:
                diagonal = (errors, hits - 1, substitutions, deletions, insertions)
            else:
                diagonal = (errors + 1, hits, substitutions + 1, deletions, insertions)
            errors, hits, substitutions, deletions, insertions = above[column + 1]
            deleted = (errors + 1, hits, substitutions, deletions + 1, insertions)
            errors, hits, substitutions, deletions, insertions = row[column]
            inserted = (errors + 1, hits, substitutions, deletions, insertions + 1)
            row.append(min(diagonal, deleted, inserted))
    errors, hits, substitutions, deletions, insertions = row[-1]
    return WordErrors(-hits, substitutions, deletions, insertions)
