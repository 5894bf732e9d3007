"""Names that are safe on every disk, made of what people call their files; exports use them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

LONGEST = 100
"""Characters: three such parts make a path that Windows still unpacks."""

_UNSAFE = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def safe(name: str, *, otherwise: str) -> str:
    """The last part of a client's path without what no disk takes; `otherwise` where nothing is left."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign if sign.isprintable() else " " for sign in last)
    clean = " ".join(_UNSAFE.sub("_", shown).split()).strip(". ")
    if not clean:
        return otherwise
    return _shortened(f"_{clean}" if _RESERVED.fullmatch(clean) else clean)


def _shortened(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:LONGEST].rstrip(". ")
    return f"{stem[: LONGEST - len(ending) - 1]}.{ending}"


def distinct(names: Iterable[str]) -> Iterator[str]:
    """The names in their order; one that was there before, in any case, gets a number: `talk (2).wav`."""
    taken: set[str] = set()
    for name in names:
        stem, dot, ending = name.rpartition(".")
        stem, ending = (stem, dot + ending) if stem else (name, "")
        number, free = 1, name
        while free.casefold() in taken:
            number += 1
            free = f"{stem} ({number}){ending}"
        taken.add(free.casefold())
        yield free
