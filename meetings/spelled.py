"""Names as they are compared: without titles, possessives, accents and capitals. Pure, no rows."""

import re
import unicodedata

_TITLES = frozenset(
    (
        *("mr", "mrs", "ms", "miss", "mx", "sir", "madam", "lady", "dr", "doctor", "prof", "professor"),
        *("herr", "frau", "monsieur", "madame", "mme", "mlle", "senor", "senora", "signor", "signora"),
        *("ing", "dipl"),
    )
)
_POSSESSIVE = re.compile(r"(?<=\w)(?:['’]s|(?<=s)['’])(?!\w)", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


def words_of(name: str) -> tuple[str, ...]:
    """`Dr. Zoë Weber's` and `Weber, Zoe` both as `("zoe", "weber")`; an address's first part as its words."""
    last, comma, first = name.partition(",")
    if comma and first.strip():
        name = f"{first} {last}"
    folded = unicodedata.normalize("NFKD", _POSSESSIVE.sub("", name).casefold())
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return tuple(word for word in _WORD.findall(plain) if word not in _TITLES)


def fits(said: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Whether somebody of this name may be meant. One word is a first or a last name; of several, first and
    last must agree, and no middle name may contradict."""
    if not said or not name:
        return False
    if len(said) == 1:
        return said[0] in (name[0], name[-1])
    if len(name) == 1 or (said[0], said[-1]) != (name[0], name[-1]):
        return False
    one, other = set(said[1:-1]), set(name[1:-1])
    return one <= other or other <= one


def may_fit(said: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Whether all that was said stands in a longer name, in its order: somebody of two surnames may go by the
    first, and somebody of two first names by the second. Too little to mean them, enough to doubt another."""
    rest = iter(name)
    return 0 < len(said) < len(name) and all(word in rest for word in said)
