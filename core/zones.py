"""The time zones that there are: of a person, of a meeting."""

from functools import cache
from zoneinfo import available_timezones


def is_known(name: str) -> bool:
    """Whether it is a zone of the IANA database."""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    """Read once: the library walks through the files of all zones each time."""
    return frozenset(available_timezones())
