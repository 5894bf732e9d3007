"""The English phrases that name a day, each with the day it means, for `due_dates`.

A rule is a pattern and a function of the match and today. A rule that answers None names no due date but
still claims its words ("last Monday", "24/7"), so that no shorter rule reads a date into them.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from .calendar_words import (
    DECEMBER,
    FRIDAY,
    MONTH,
    NUMBER,
    ORDINAL_DIGITS,
    ORDINAL_WORDS,
    WEEKDAY,
    add_months,
    add_working_days,
    coming,
    count,
    in_week,
    month_end,
    month_number,
    ordinal_number,
    quarter_end,
    weekday_number,
)

Meaning = Callable[[re.Match[str], date], date | None]


class Rule(NamedTuple):
    pattern: re.Pattern[str]
    meaning: Meaning


RULES: list[Rule] = []

_CLOCK = r"(?:\d{1,2}(?:[:.]\d\d)?\s?(?:a\.?m\b\.?|p\.?m\b\.?|o['’]clock)|noon|midday|midnight)"
_DAY_PART = r"(?:early\s+|late\s+)?(?:morning|afternoon|evening)|night|lunch(?:time|\s+time)?"
_CLOSE = (
    r"(?:the\s+)?(?:end\s+of\s+(?:the\s+)?(?:business\s+|working\s+)?day|close\s+of\s+(?:business|play))"
    r"|eod|cob"
)
_PART = rf"(?:{_DAY_PART}|{_CLOCK}|{_CLOSE})"
_BEFORE = rf"(?:(?:first\s+thing|early|late|{_PART})(?:\s+(?:of|on|in\s+the)|,)?\s+)?"
_AFTER = rf"(?:,?\s+(?:(?:at|by|before|around|in)\s+(?:the\s+)?)?(?:{_PART}|first\s+thing)\b)?"
_ENDS = (
    r"(?=\s*(?:$|[.,;:!?)–—-])|\s+(?:at|in|by|so|please|but|then|if|because|latest|for|when|we|i|you|they|"
    r"with|or\s+(?:so|earlier|sooner|later)|and\s+(?:i|we|you|he|she|they|then)|though|instead)\b)"
)
_LIMIT = r"(?:by|before|until|till|due(?:\s+on)?|no\s+later\s+than|not\s+later\s+than)"


def _rule(pattern: str) -> Callable[[Meaning], Meaning]:
    def register(meaning: Meaning) -> Meaning:
        RULES.append(Rule(re.compile(pattern, re.IGNORECASE), meaning))
        return meaning

    return register


@_rule(
    rf"\b(?:(?:{WEEKDAY}|{MONTH}(?:\s+{ORDINAL_DIGITS})?|in|on|of)\s+){{0,3}}last\s+"
    rf"(?:week|month|year|quarter|night|time|weekend|{WEEKDAY}|{MONTH})\b"
)
@_rule(rf"\b{NUMBER}\s+(?:days?|weeks?|months?|years?)\s+(?:ago|earlier)\b|\byesterday\b(?:\s+\w+ing\b)?")
@_rule(rf"\b(?:since|starting|from|as\s+of|after|every|each|not\s+on)\s+(?:(?:next|this|on)\s+)?{WEEKDAY}\b")
@_rule(r"\b(?:since|starting|from|after)\s+(?:today|tomorrow|next\s+week|this\s+week)\b(?!\s+on)")
@_rule(rf"\b(?:the|our|my|your|their|his|her|a|each|every)\s+{WEEKDAY}\b(?!\s+(?:after|the|morning|at))")
@_rule(r"\b24/7\b")
def _no_due_date(match: re.Match[str], today: date) -> date | None:
    return None


@_rule(r"\b(?P<year>20\d\d)-(?P<month>\d\d?)-(?P<day>\d\d?)\b")
@_rule(r"\b(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>20\d\d)\b")
def _dated(match: re.Match[str], today: date) -> date | None:
    return _valid(int(match["year"]), int(match["month"]), int(match["day"]))


@_rule(r"\b(?P<first>\d\d?)/(?P<second>\d\d?)/(?P<year>20\d\d)\b")
@_rule(rf"(?<=\b)(?:{_LIMIT}|on|for)\s+(?P<first>\d\d?)/(?P<second>\d\d?)\b(?!/)(?P<year>)")
def _slashed(match: re.Match[str], today: date) -> date | None:
    """Month first (12/05 is 5 December), unless only the other order is a date (25/12)."""
    month, day = int(match["first"]), int(match["second"])
    if month > DECEMBER:
        month, day = day, month
    return _valid(int(match["year"]), month, day) if match["year"] else _yearless(today, month, day)


@_rule(
    rf"\b(?:(?:{WEEKDAY}),?\s+(?:the\s+)?)?{_BEFORE}(?P<month>{MONTH})\s*(?:the\s+)?"
    rf"(?P<day>{ORDINAL_DIGITS}|\d{{1,2}}\b(?![:%]|\s*(?:%|percent))|{ORDINAL_WORDS}\b)"
    rf"(?:,?\s+(?P<year>20\d\d)\b)?{_AFTER}"
)
@_rule(
    rf"\b(?:{WEEKDAY},?\s+(?:the\s+)?)?{_BEFORE}(?P<day>{ORDINAL_DIGITS}|\d{{1,2}}|{ORDINAL_WORDS})\s+"
    rf"(?:of\s+)?(?P<month>{MONTH})(?:,?\s+(?P<year>20\d\d)\b)?{_AFTER}"
)
def _day_of_month(match: re.Match[str], today: date) -> date | None:
    month, day = month_number(match["month"]), ordinal_number(match["day"])
    return _valid(int(match["year"]), month, day) if match["year"] else _yearless(today, month, day)


@_rule(
    rf"\b(?:{WEEKDAY},?\s+|{_LIMIT}\s+|on\s+|for\s+){_BEFORE}the\s+"
    rf"(?P<day>{ORDINAL_DIGITS}|{ORDINAL_WORDS})(?:\s+of\s+(?P<which>this|next|the)\s+month)?{_AFTER}{_ENDS}"
)
@_rule(rf"\bthe\s+(?P<day>{ORDINAL_DIGITS})\s+of\s+(?P<which>this|next|the)\s+month\b")
def _ordinal(match: re.Match[str], today: date) -> date | None:
    day, month = ordinal_number(match["day"]), today.replace(day=1)
    if match["which"] and match["which"].lower() == "next":
        month = add_months(month, 1)
    for later in range(3):
        moved = add_months(month, later)
        found = _valid(moved.year, moved.month, day)
        if found and found >= today:
            return found
    return None


@_rule(rf"\b{_BEFORE}(?:the\s+)?day\s+after\s+tomorrow\b{_AFTER}")
def _day_after_tomorrow(match: re.Match[str], today: date) -> date:
    return today + timedelta(days=2)


@_rule(rf"\b{_BEFORE}tomorrow\b{_AFTER}")
def _tomorrow(match: re.Match[str], today: date) -> date:
    return today + timedelta(days=1)


@_rule(rf"\b{_BEFORE}today\b{_AFTER}|\btonight\b|\bthis\s+(?:morning|afternoon|evening)\b|\blater\s+today\b")
@_rule(rf"\b(?:at\s+)?(?:{_CLOSE})\b")
@_rule(rf"\b{_LIMIT}\s+(?:{_PART})(?!\w)|\bwithin\s+the\s+(?:hour|day)\b|\bin\s+(?:half\s+)?an\s+hour\b")
def _today(match: re.Match[str], today: date) -> date:
    return today


@_rule(
    rf"\b{_BEFORE}(?:(?P<which>next|this\s+coming|coming|this)\s+)?(?P<day>{WEEKDAY})\b"
    rf"(?:\s+(?P<later>(?:of\s+)?next\s+week|after\s+next|week\b(?!\s+\w+ing)))?{_AFTER}"
)
@_rule(rf"\b(?P<later>next\s+week)(?:\s+on|,)?\s+(?P<which>)(?P<day>{WEEKDAY})\b{_AFTER}")
def _weekday(match: re.Match[str], today: date) -> date:
    """`next` is the day of next week, `this` of this week; bare, the first one after today."""
    day, which = weekday_number(match["day"]), (match["which"] or "").lower()
    later = (match["later"] or "").lower()
    if later.endswith("after next"):
        return in_week(today, day, weeks=2)
    if later.endswith("next week") or which == "next":
        return in_week(today, day, weeks=1)
    if later == "week":
        return coming(today, day) + timedelta(weeks=1)
    if which == "this" and in_week(today, day) >= today:
        return in_week(today, day)
    return coming(today, day)


@_rule(r"\b(?:by|before|until|till|on|due)\s+(?-i:(?P<day>Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun))\b\.?")
def _short_weekday(match: re.Match[str], today: date) -> date:
    return coming(today, weekday_number(match["day"]))


@_rule(
    rf"\b(?:in|within|over)\s+(?:about\s+|the\s+next\s+|at\s+most\s+)?(?P<count>{NUMBER})\s+"
    r"(?P<unit>(?:working\s+|business\s+)?day|week|month|year)s?(?:['’]?s?['’]?\s+time)?\b(?!\s+ago)"
)
@_rule(
    rf"\b(?P<count>{NUMBER})\s+(?P<unit>(?:working\s+|business\s+)?day|week|month)s?\s+from\s+(?:now|today)\b"
)
def _after_a_while(match: re.Match[str], today: date) -> date:
    number, unit = count(match["count"]), match["unit"].lower()
    if unit in ("month", "year"):
        return add_months(today, number * (1 if unit == "month" else 12))
    if unit in ("day", "week"):
        return today + timedelta(days=number * (1 if unit == "day" else 7))
    return add_working_days(today, number)


@_rule(r"\b(?:in|within)\s+(?:a\s+)?fortnight(?:['’]?s\s+time)?\b|\ba\s+fortnight\s+from\s+(?:now|today)\b")
def _fortnight(match: re.Match[str], today: date) -> date:
    return today + timedelta(weeks=2)


@_rule(rf"\b(?P<count>{NUMBER})\s+weeks?\s+(?:from|on)\s+(?P<day>{WEEKDAY}|tomorrow)\b")
def _weeks_from(match: re.Match[str], today: date) -> date:
    day = match["day"].lower()
    start = today + timedelta(days=1) if day == "tomorrow" else coming(today, weekday_number(day))
    return start + timedelta(weeks=count(match["count"]))


_EDGE = r"(?P<edge>end|close|start|beginning|middle)\s+of\s+(?:the\s+)?"
_EDGES = {"early": 0, "start": 0, "beginning": 0, "mid": 2, "middle": 2}


@_rule(
    rf"\b(?:(?:at\s+|in\s+)?(?:the\s+)?{_EDGE})(?P<which>next|this|coming)?\s*(?:working\s+)?week\b(?!\s*end)"
)
@_rule(r"\b(?:(?P<edge>early|late|later|mid)[\s-]+)?(?P<which>next|this|coming)\s+week\b(?!\s*end)")
@_rule(r"\b(?P<edge>mid)[\s-]?week\b(?P<which>)|\bEOW\b|\bweek['’]s\s+end\b")
def _week(match: re.Match[str], today: date) -> date:
    """A week is due on its Friday; its beginning is Monday and its middle Wednesday."""
    day = _EDGES.get((match["edge"] or "").lower(), FRIDAY)
    if (match["which"] or "").lower() == "next":
        return in_week(today, day, weeks=1)
    found = in_week(today, day)
    return found if found >= today else in_week(today, day, weeks=1)


@_rule(r"\b(?P<limit>by|before|until|over|at|on|during)?\s*(?:the\s+)?(?P<which>next|this|the)\s+weekend\b")
def _weekend(match: re.Match[str], today: date) -> date:
    """`by the weekend` is Friday, `over the weekend` its Sunday."""
    limit = (match["limit"] or "").lower() in ("by", "before", "until")
    weeks = 1 if match["which"].lower() == "next" else 0
    found = in_week(today, FRIDAY if limit else 6, weeks=weeks)
    return found if found >= today else found + timedelta(weeks=1)


@_rule(rf"\b(?:at\s+)?(?:the\s+)?{_EDGE}(?P<which>next|this)?\s*(?P<unit>month|quarter|year)\b")
@_rule(r"\b(?P<edge>early|late|later|mid)?[\s-]*\b(?P<which>next|this)\s+(?P<unit>month|quarter|year)\b")
@_rule(r"\b(?P<edge>)(?P<which>)(?P<unit>year|month|quarter)[\s-]end\b")
@_rule(r"\b(?P<edge>)(?P<which>)(?P<unit>EOM|EOQ|EOY)\b")
def _long_period(match: re.Match[str], today: date) -> date:
    """A month, quarter or year is due on its last day, unless its beginning or middle is named."""
    later = (match["which"] or "").lower() == "next"
    unit = match["unit"].lower()[-1] if match["unit"].isupper() else match["unit"].lower()[0]
    if unit == "q":
        return quarter_end(today, quarters=later)
    if unit == "y":
        return date(today.year + later, DECEMBER, 31)
    day = {0: 1, 2: 15}.get(_EDGES.get((match["edge"] or "").lower(), FRIDAY))
    if day is None:
        return month_end(today, months=later)
    found = add_months(today, later).replace(day=day)
    return found if found >= today else month_end(today)


@_rule(
    rf"\b(?:(?:the\s+)?{_EDGE}|(?P<part>early|mid|late|in|by|before|until|during)[\s-]+)(?P<month>{MONTH})"
    r"(?:,?\s+(?P<year>20\d\d)\b)?(?!\s*\d)"
)
def _month(match: re.Match[str], today: date) -> date | None:
    """`in December` is its last day, `by` and `early` the first, `mid` the 15th."""
    part, number = (match["edge"] or match["part"]).lower(), month_number(match["month"])
    first = date(int(match["year"]) if match["year"] else today.year, number, 1)
    if not match["year"] and month_end(first) < today:
        first = add_months(first, 12)
    if part in ("mid", "middle"):
        found = first.replace(day=15)
    elif part in ("end", "close", "late", "in", "during"):
        found = month_end(first)
    else:
        found = first
    return found if found >= today else month_end(first)


@_rule(r"\bQ(?P<quarter>[1-4])\b(?:\s+(?P<year>20\d\d))?")
def _quarter(match: re.Match[str], today: date) -> date | None:
    return None


@_rule(r"\b(?:the\s+)?end\s+of\s+Q(?P<quarter>[1-4])\b(?:\s+(?P<year>20\d\d))?")
def _end_of_quarter(match: re.Match[str], today: date) -> date:
    year = int(match["year"]) if match["year"] else today.year
    found = month_end(date(year, 3 * int(match["quarter"]), 1))
    return found if found >= today or match["year"] else month_end(found, months=12)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _yearless(today: date, month: int, day: int) -> date | None:
    """This year's such day, or next year's where it has passed."""
    found = _valid(today.year, month, day)
    return found if found and found >= today else _valid(today.year + 1, month, day)
