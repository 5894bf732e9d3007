"""Words as the trained extractor sees them: speech-act words stay, everything topical becomes a blank.

Called by `features` and the summary; the blanks let a model trained on design meetings read others.
"""

import re
from collections.abc import Iterable, Sequence

_KEPT_TEXT = """
    i you we he she it they me us him her them my your our his its their myself yourself ourselves this
    that these those there here who whom whose what which when where why how whether if a an the and or
    but so because than then as of in on at to for from with without by about into over after before
    until since up out off down through between around against during along per is are was were be been
    being am 's 're 'm 've 'll 'd n't not no nor never none do does did done doing have has had having
    can could will would shall should may might must ought need needs needed want wants wanted going
    gonna gotta go goes went get gets got make makes made let lets take takes took put puts use used
    using keep keeps kept leave leaves left stay stays stick drop move moves think thinks thought mean
    means know knows knew guess suppose believe feel hope wish see look looks seem seems say says said
    saying tell tells told ask asks asked talk talked talking discuss discussed show showed send sends
    sent write writes written email mail call report check find figure work works working prepare
    present presentation finish finished start started begin try trying help give gives bring come comes
    set review update fix follow test plan draft share book arrange order change add remove decide
    decided decision agree agreed agreement choose chose chosen settle settled conclude option options
    idea ideas question questions problem problems issue issues concern concerns worry worried risk
    difficult hard unclear wonder wondering sure certain clear possible impossible point reason matter
    matters depends trouble yes yeah yep okay ok right well no um uh like just really actually maybe
    perhaps probably definitely also too very quite rather basically instead still again back already
    yet even only ever always anyway though although fine good great better best bad nice perfect cool
    happy fair wrong true important main key final finally one two three four five six first second
    third next last now today tonight tomorrow yesterday monday tuesday wednesday thursday friday
    saturday sunday day days week weeks month months year morning afternoon evening minute minutes hour
    hours time times later soon end deadline meeting meetings agenda topic item action task job everyone
    everybody somebody someone anybody anyone nobody all any some more most less least each both either
    neither other another same different new every few many much lot enough plus minus cost costs price
    money budget percent half group team people person thing things something anything everything
    nothing way please thanks thank sorry hello hi bye remember note ready responsible specific
"""
KEPT = frozenset(_KEPT_TEXT.split())
FILLERS = frozenset({"um", "uh", "uhm", "hm", "hmm", "mm", "mhm", "er", "erm", "ah", "oh", "huh", "eh"})
_GRAMMAR_TEXT = """
    i you we he she it they me us him her them my your our his its their this that these those there
    here a an the and or but so because if then than as of in on at to for from with by about into over
    is are was were be been am not no do does did have has had can could will would shall should may
    might must just also too very well okay ok yes yeah please when who what which how where why whether
    need needs going gonna let lets all any some
"""
_GRAMMAR = frozenset(_GRAMMAR_TEXT.split())
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|\?")
_CONTRACTION = re.compile(r"(?:n't|'(?:s|re|m|ve|ll|d))$")
_TOPICAL_LENGTH = 3


def tokens(text: str) -> list[str]:
    """Lower-case words, numbers and question marks, with contractions split off ("don't" -> "do", "n't")."""
    found: list[str] = []
    for word in _TOKEN.findall(text.lower().replace("’", "'")):
        tail = _CONTRACTION.search(word)
        if tail and tail.start() > 0:
            found += [word[: tail.start()], tail.group()]
        else:
            found.append(word)
    return found


def content(text: str) -> list[str]:
    """The topical words of a text, in order."""
    return [word for word in tokens(text) if is_topical(word)]


def is_topical(word: str) -> bool:
    return (
        len(word) >= _TOPICAL_LENGTH
        and word not in KEPT
        and word not in FILLERS
        and word[0] not in "'?"
        and not word.isdigit()
    )


def gist(text: str) -> list[str]:
    """Topical words, verbs, days and numbers: what two wordings of one thing have in common."""
    return [
        word for word in tokens(text) if word not in _GRAMMAR and word not in FILLERS and word[0] not in "'?"
    ]


def grams(words: Sequence[str]) -> set[str]:
    """The delexicalised 1- to 3-grams of a tokenised sentence, with its borders."""
    blanked = ["<s>", *(_blank(word) for word in words), "</s>"]
    return {" ".join(blanked[i : i + n]) for n in (1, 2, 3) for i in range(len(blanked) - n + 1)}


def overlap(left: Iterable[str], right: Iterable[str]) -> float:
    """Shared words over the smaller set's size, between 0 and 1."""
    one, other = set(left), set(right)
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def _blank(word: str) -> str:
    if word.isdigit():
        return "NUM"
    return word if word in KEPT or word == "?" else "_"
