"""English words for days, months and small numbers, as patterns and as numbers, for `date_phrases`."""

import calendar
import re
from collections.abc import Iterable
from datetime import date, timedelta

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_UNITS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = (
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"),
    *("sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"),
)
ORDINALS = {word: number for number, word in enumerate((*_UNITS, *_TEENS), 1)}
ORDINALS |= {f"twenty {word}": 20 + number for number, word in enumerate(_UNITS, 1)}
ORDINALS |= {"thirtieth": 30, "thirty first": 31}
_CARDINALS = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
NUMBERS = {word: number for number, word in enumerate(_CARDINALS, 1)}
NUMBERS |= {"a": 1, "an": 1, "a couple of": 2, "couple of": 2, "a few": 3, "few": 3, "fourteen": 14}
NUMBERS |= {"fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90}

FRIDAY = 4
DECEMBER = 12


def _any(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(word.replace(" ", r"[\s-]+") for word in longest_first)


WEEKDAY = rf"(?:{_any(WEEKDAYS)})"
MONTH = rf"(?:{_any(MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
ORDINAL_DIGITS = r"\d{1,2}(?:st|nd|rd|th)"
ORDINAL_WORDS = _any(ORDINALS)
NUMBER = rf"(?:\d{{1,3}}|{_any(NUMBERS)})"


def weekday_number(word: str) -> int:
    """Monday is 0; takes abbreviations of two letters and more."""
    return next(number for number, day in enumerate(WEEKDAYS) if day.startswith(word.lower()[:3]))


def month_number(word: str) -> int:
    return next(number for number, month in enumerate(MONTHS, 1) if month.startswith(word.lower()[:3]))


def ordinal_number(word: str) -> int:
    """`5`, `5th`, `fifth` and `twenty-fifth` as a number."""
    digits = re.match(r"\d+", word)
    return int(digits[0]) if digits else ORDINALS[_spaced(word)]


def count(word: str) -> int:
    """`3`, `three` and `a couple of` as a number."""
    return int(word) if word.isdigit() else NUMBERS[_spaced(word)]


def _spaced(word: str) -> str:
    return re.sub(r"[\s-]+", " ", word.lower())


def coming(today: date, weekday: int) -> date:
    """The next such weekday after today."""
    return today + timedelta(days=(weekday - today.weekday()) % 7 or 7)


def in_week(today: date, weekday: int, *, weeks: int = 0) -> date:
    """That weekday of this week (Monday to Sunday), or of a later one."""
    return today + timedelta(days=weekday - today.weekday(), weeks=weeks)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date, *, months: int = 0) -> date:
    """The last day of this month, or of a later one."""
    moved = add_months(day.replace(day=1), months)
    return moved.replace(day=calendar.monthrange(moved.year, moved.month)[1])


def quarter_end(day: date, *, quarters: int = 0) -> date:
    return month_end(day, months=2 - (day.month - 1) % 3 + 3 * quarters)


def add_working_days(day: date, days: int) -> date:
    while days:
        day += timedelta(days=1)
        days -= day.weekday() <= FRIDAY
    return day
