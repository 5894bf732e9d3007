"""Due dates as people say them; the meeting is on Monday 16 November 2026 unless a test says otherwise."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.providers.language.local.due_dates import phrases, resolve

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


def day(text, anchor=MONDAY):
    due = resolve(text, anchor)
    return due and due.day.isoformat()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("send it to Maya for review by Wednesday.", "2026-11-18"),
        ("I will update the runbook tomorrow.", "2026-11-17"),
        ("have the designs ready by Friday at noon", "2026-11-20"),
        ("by the end of the week, and we come back to it next Monday", "2026-11-20"),
        ("fix the export by next Tuesday, and I will call Northwind today", "2026-11-24"),
        ("call Northwind today and tell them when", "2026-11-16"),
        ("tonight", "2026-11-16"),
        ("this afternoon", "2026-11-16"),
        ("by noon", "2026-11-16"),
        ("by 5 pm", "2026-11-16"),
        ("by EOD", "2026-11-16"),
        ("by the end of day", "2026-11-16"),
        ("by close of business Thursday", "2026-11-19"),
        ("by COB on Thursday", "2026-11-19"),
        ("by 5 pm on Friday", "2026-11-20"),
        ("by the end of the day tomorrow", "2026-11-17"),
        ("first thing tomorrow", "2026-11-17"),
        ("by tomorrow noon", "2026-11-17"),
        ("the day after tomorrow", "2026-11-18"),
        ("on Wednesday afternoon", "2026-11-18"),
        ("no later than Thursday", "2026-11-19"),
        ("until Friday", "2026-11-20"),
        ("by Fri.", "2026-11-20"),
    ],
)
def test_days_of_this_week(text, expected):
    assert day(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("by Monday", "2026-11-23"),
        ("next Monday", "2026-11-23"),
        ("this Monday", "2026-11-16"),
        ("next Friday", "2026-11-27"),
        ("this Friday", "2026-11-20"),
        ("Tuesday next week", "2026-11-24"),
        ("next week on Tuesday", "2026-11-24"),
        ("the Monday after next", "2026-11-30"),
        ("a week from Friday", "2026-11-27"),
        ("next week", "2026-11-27"),
        ("early next week", "2026-11-23"),
        ("end of next week", "2026-11-27"),
        ("by midweek", "2026-11-18"),
        ("by the weekend", "2026-11-20"),
        ("over the weekend", "2026-11-22"),
    ],
)
def test_weeks_and_weekdays(text, expected):
    assert day(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in two days", "2026-11-18"),
        ("in a couple of days", "2026-11-18"),
        ("in three days' time", "2026-11-19"),
        ("in ten working days", "2026-11-30"),
        ("within a week", "2026-11-23"),
        ("in two weeks", "2026-11-30"),
        ("in the next two weeks", "2026-11-30"),
        ("in a fortnight", "2026-11-30"),
        ("two weeks from now", "2026-11-30"),
        ("in a month", "2026-12-16"),
    ],
)
def test_stretches_of_time(text, expected):
    assert day(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on the 5th", "2026-12-05"),
        ("by the fifth", "2026-12-05"),
        ("before the 25th", "2026-11-25"),
        ("by the twenty-fifth", "2026-11-25"),
        ("on the 31st", "2026-12-31"),
        ("the 5th of next month", "2026-12-05"),
        ("the 5th of December", "2026-12-05"),
        ("on the third of December", "2026-12-03"),
        ("by December third", "2026-12-03"),
        ("December 5th, 2026", "2026-12-05"),
        ("5 December", "2026-12-05"),
        ("December 15 at 3 pm", "2026-12-15"),
        ("Thursday the nineteenth", "2026-11-19"),
        ("on Friday the 20th of November", "2026-11-20"),
        ("2026-12-05", "2026-12-05"),
        ("5.12.2026", "2026-12-05"),
        ("12/05/2026", "2026-12-05"),
        ("by 12/05", "2026-12-05"),
        ("by 25/12", "2026-12-25"),
        ("by May 5", "2027-05-05"),
        ("by January 3", "2027-01-03"),
        ("by November 10th", "2027-11-10"),
    ],
)
def test_days_of_the_calendar(text, expected):
    assert day(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("this month", "2026-11-30"),
        ("by the end of the month", "2026-11-30"),
        ("end of next month", "2026-12-31"),
        ("start of next month", "2026-12-01"),
        ("mid-December", "2026-12-15"),
        ("in December", "2026-12-31"),
        ("by the end of November", "2026-11-30"),
        ("by the end of the quarter", "2026-12-31"),
        ("by the end of Q1", "2027-03-31"),
        ("by the end of the year", "2026-12-31"),
        ("by year-end", "2026-12-31"),
        ("next year", "2027-12-31"),
    ],
)
def test_months_quarters_and_years(text, expected):
    assert day(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "I may do that",
        "I will march on",
        "we sold two thousand units in march last year",
        "one sec",
        "give me a second",
        "that would be the second option",
        "on the second slide",
        "on the 5th floor",
        "by the second and third iteration",
        "it was fine last week",
        "I did it yesterday",
        "two months ago",
        "since Monday",
        "he sat down",
        "Can we get it into Thursday's release?",
        "tomorrow's meeting",
        "the Friday release",
        "we meet every Monday",
        "on Mondays",
        "24/7",
        "half of it, 1/2",
        "two factor login",
        "for the next meeting",
        "in five minutes",
        "by Q1",
        "by February 30th",
        "twelve fifty each",
        "by 2026-11-15",
    ],
)
def test_what_is_no_due_date(text):
    assert resolve(text, MONDAY) is None


@pytest.mark.parametrize(
    ("anchor", "text", "expected"),
    [
        (datetime(2026, 11, 20, 9), "by Friday", "2026-11-27"),
        (datetime(2026, 11, 20, 9), "by the end of the week", "2026-11-20"),
        (datetime(2026, 11, 20, 9), "next Wednesday", "2026-11-25"),
        (datetime(2026, 11, 21, 9), "by the end of the week", "2026-11-27"),
        (datetime(2026, 11, 22, 9), "next Monday", "2026-11-23"),
        (datetime(2026, 12, 31, 23), "tomorrow", "2027-01-01"),
        (datetime(2026, 12, 30, 9), "on the 2nd", "2027-01-02"),
        (datetime(2027, 1, 31, 9), "in a month", "2027-02-28"),
        (datetime(2028, 1, 31, 9), "in a month", "2028-02-29"),
        (datetime(2027, 11, 1, 9), "by February 29th", "2028-02-29"),
        (datetime(2028, 2, 1, 9), "end of the month", "2028-02-29"),
        (datetime(2026, 11, 30, 9), "by the end of the month", "2026-11-30"),
    ],
)
def test_edges_of_weeks_months_and_years(anchor, text, expected):
    assert day(text, anchor.replace(tzinfo=UTC)) == expected


def test_february_29_of_a_year_without_one_is_no_date():
    assert day("by February 29th") is None


def test_a_limit_wins_over_a_day_that_is_only_mentioned():
    due = resolve("We looked at it on Tuesday, so I'll fix it by Thursday.", MONDAY)
    assert (due.day, due.text) == (date(2026, 11, 19), "by Thursday")


def test_the_words_include_the_preposition_and_the_time_of_day():
    text = "I'll have them ready by Friday at noon, I think."
    due = resolve(text, MONDAY)
    assert due.text == "by Friday at noon"
    assert text[slice(*due.span)] == due.text


def test_phrases_finds_every_word_that_names_a_day():
    text = "call them today and write by Friday"
    assert [text[start:end] for start, end in phrases(text)] == ["today", "by Friday"]


_VOCABULARY = """
    I will do it by before on until the next this of and in a end week month Friday monday Wednesday's
    tomorrow December may 5th third twenty-fifth 31 2026-12-05 12/05 two days weeks day after early mid
    weekend year noon quarter last ago . , ?
"""


@given(
    st.lists(st.sampled_from(_VOCABULARY.split()), max_size=14).map(" ".join) | st.text(max_size=60),
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 12, 31)),
)
def test_a_due_date_is_never_in_the_past_and_always_quotes_the_text(text, anchor):
    due = resolve(text, anchor)
    if due is not None:
        start, end = due.span
        assert due.day >= anchor.date()
        assert 0 <= start < end <= len(text)
        assert text[start:end] == due.text
