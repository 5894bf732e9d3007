"""The calendar file of due dates: valid, the same task the same entry, and nothing typed breaks out of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from notifications import ics, messages
from notifications.ics import Due, Organiser
from notifications.messages import TaskLine, TicketLink
from notifications.plain import one_line

pytestmark = pytest.mark.once
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MAYA = Organiser("Maya Chen", "maya@example.com")


def events(*tasks: Due, now: datetime = NOW, organiser: Organiser | None = MAYA) -> list:
    file = ics.attachment(tasks, organiser=organiser, now=now)
    return Calendar.from_ical(file.text).walk("VEVENT")


def test_a_due_date_is_an_all_day_event_that_leaves_the_day_free():
    file = ics.attachment([Due("7", "Update the runbook", date(2026, 12, 1))], organiser=MAYA, now=NOW)
    assert (file.name, file.media_type) == ("tasks.ics", "text/calendar; method=PUBLISH; charset=utf-8")
    lines = file.text.split("\r\n")
    assert [line for line in lines if line.startswith(("METHOD", "DT", "UID", "TRANSP", "ORGANIZER"))] == [
        "METHOD:PUBLISH",
        "DTSTART;VALUE=DATE:20261201",
        "DTEND;VALUE=DATE:20261202",
        "DTSTAMP:20261120T093000Z",
        "UID:7@tasks.meeting-assistant",
        'ORGANIZER;CN="Maya Chen":mailto:maya@example.com',
        "TRANSP:TRANSPARENT",
    ]


def test_a_later_file_updates_the_entry_instead_of_adding_one():
    [first] = events(Due("7", "Update the runbook", date(2026, 12, 1)))
    [second] = events(Due("7", "Update it", date(2026, 12, 3)), now=NOW + timedelta(seconds=1))
    assert first["UID"] == second["UID"]
    assert first["SEQUENCE"] < second["SEQUENCE"] < 2**31
    assert (first["DTSTAMP"].dt, second["DTSTAMP"].dt) == (NOW, NOW + timedelta(seconds=1))


@settings(max_examples=40)
@given(
    title=st.text(),
    description=st.text(),
    name=st.text(),
    uid=st.uuids(),
    day=st.dates(date(1970, 1, 1), date(2199, 12, 31)),
)
def test_what_went_in_comes_out_and_nothing_else(title, description, name, uid, day):
    file = ics.attachment(
        [Due(str(uid), title, day, description)], organiser=Organiser(name, "a@b.example"), now=NOW
    )
    assert all(len(line.encode()) <= 75 for line in file.text.split("\r\n"))
    calendar = Calendar.from_ical(file.text)
    [event] = calendar.walk("VEVENT")
    assert [component.name for component in calendar.subcomponents] == ["VEVENT"]
    assert str(event["SUMMARY"]) == one_line(title)
    expected = "\n".join(one_line(line) for line in description.splitlines())
    assert str(event.get("DESCRIPTION", "")) == expected
    assert (event["DTSTART"].dt, event["UID"]) == (day, f"{uid}@tasks.meeting-assistant")
    assert {"ATTENDEE", "VALARM", "ATTACH"} & event.keys() == set()


@pytest.mark.parametrize(
    "title",
    [
        "Ship it\r\nATTENDEE:mailto:evil@example.com\r\nEND:VEVENT",
        "a\\nb; c, d: e",
        "👩‍👩‍👧 émigré " * 20,
        "\u202egpj.exe",
        "",
    ],
)
def test_titles_of_all_sorts_stay_titles(title):
    [event] = events(Due("7", title, date(2026, 12, 1)))
    assert str(event["SUMMARY"]) == one_line(title)
    assert "ATTENDEE" not in event


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "https://", "https://a b", ""])
def test_only_web_addresses_are_linked(url):
    [event] = events(Due("7", "Task", date(2026, 12, 1), "", url))
    assert "URL" not in event


def test_an_organiser_without_an_address_is_left_out():
    [event] = events(Due("7", "Task", date(2026, 12, 1)), organiser=Organiser("Maya", ""))
    assert "ORGANIZER" not in event


def test_a_mail_carries_what_is_due_with_its_quote_and_ticket():
    ticket = TicketLink("OPS-1", "https://tracker.example/OPS-1")
    mail = messages.assignment(
        "Diego",
        "Ops",
        [
            TaskLine("Update the runbook", date(2026, 12, 1), "I'll do it", [ticket], 41.9, "7"),
            TaskLine("Call Northwind", None, uid="8"),
            TaskLine("Nobody's row", date(2026, 12, 2)),
        ],
        organiser="Maya",
        meeting_date=date(2026, 11, 20),
    )
    [file] = mail.attachments
    [event] = Calendar.from_ical(file.text).walk("VEVENT")
    assert str(event["DESCRIPTION"]) == (
        "Ops, Friday, 20 November 2026, said at 0:41\n“I'll do it”\nOPS-1 https://tracker.example/OPS-1"
    )
    assert event["URL"] == "https://tracker.example/OPS-1"


def test_without_a_due_date_nothing_is_attached():
    mail = messages.assignment("Diego", "Ops", [TaskLine("Call", None, uid="8")], organiser="Maya")
    assert (mail.attachments, "tasks.ics" in mail.text) == ((), False)
