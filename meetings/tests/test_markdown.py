"""The report as Markdown: what is in it, and that nothing which was said becomes markup."""

import html
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from integrations.models import Effect
from meetings import reports
from meetings.exports import markdown
from meetings.models import Analytics, Finding, Report, Run, Segment, Speaker, Summary
from meetings.tests import factories
from tasks.models import Task

READER = MarkdownIt("commonmark", {"html": True}).enable("table")

REPORT = """\
# Weekly \\[sync\\]

- **When:** Monday, 16 November 2026, 10:00–11:12 (Europe/Berlin)
- **Where:** abc-defg
- **Who:** Maya, d\\@example.org
- **Organised by:** Olga Owner

## Summary

They spoke.

Twice.

- It works. *(0:41)*

## Decisions

- Ship \\<b\\>now\\</b\\>. *(1:02:03)*

## Action items

| Task | Assignee | Due | Status | Ticket |
| --- | --- | --- | --- | --- |
| Update the runbook *(0:05)* | Daniel | 2026-11-18 | in progress | [OPS-1](<https://jira.example/OPS-1>) |
| Call \\| write | nobody yet | – | proposed | – |

## Notes

- No due date was said.

## Transcript

**Maya** *(0:00)*: I am Maya. \\# Hello there.

**Speaker 2** *(1:01)*: 1\\. See https\\://evil.example
"""


def _found(meeting, kind: str, text: str, start: float) -> None:
    Finding.objects.create(meeting=meeting, kind=kind, position=0, text=text, evidence={"start": start})


def _said(meeting, speaker: Speaker | None, position: int, start_ms: int, text: str) -> None:
    Segment.objects.create(
        meeting=meeting, speaker=speaker, position=position, start_ms=start_ms, end_ms=start_ms + 1, text=text
    )


def test_a_report_holds_all_that_is_known(owner) -> None:
    meeting = factories.meeting(
        owner,
        title="Weekly [sync]",
        code="abc-defg",
        timezone="Europe/Berlin",
        participants=[{"name": "Maya", "email": ""}, {"name": "", "email": "d@example.org"}],
    )
    now = datetime(2026, 11, 16, tzinfo=UTC)
    Run.objects.create(meeting=meeting, revision=1, status="completed", understood_at=now, released_at=now)
    Summary.objects.create(meeting=meeting, text="They spoke.\n\nTwice.", engine="x")
    Analytics.objects.create(meeting=meeting, data={"duration_seconds": 72 * 60})
    Report.objects.create(meeting=meeting, notices=["No due date was said."])
    _found(meeting, "summary_bullet", "It works.", 41.3)
    _found(meeting, "decision", "Ship <b>now</b>.", 3723.0)
    task = Task.objects.create(
        meeting=meeting,
        title="Update the runbook",
        assignee_name="Daniel",
        due_date=date(2026, 11, 18),
        status="in_progress",
        evidence={"start": 5},
    )
    Task.objects.create(meeting=meeting, title="Call | write", status="proposed")
    Effect.objects.create(
        key="k",
        kind="tickets",
        status="sent",
        meeting_id=meeting.pk,
        task_id=task.pk,
        external_id="OPS-1",
        url="https://jira.example/OPS-1",
    )
    maya, other = (
        Speaker.objects.create(meeting=meeting, label=label, name=name)
        for label, name in (("Speaker 1", "Maya"), ("Speaker 2", ""))
    )
    _said(meeting, maya, 0, 0, "I am Maya.")
    _said(meeting, maya, 1, 5000, "# Hello\nthere.")
    _said(meeting, other, 2, 61_000, "1. See https://evil.example")
    assert markdown.write(reports.compose(meeting)) == REPORT


def test_a_meeting_that_was_not_heard_yet_says_so(meeting) -> None:
    written = markdown.write(reports.compose(meeting))
    assert written.startswith("# Weekly sync\n\n- **When:** Monday, 16 November 2026, 09:00 (UTC)\n")
    assert written.endswith("> Nothing has been understood of this meeting yet.\n")


@pytest.mark.once
@pytest.mark.parametrize("where", ["- {}", "| A |\n| --- |\n| {} |", "**Maya**: {}", "## {}", "{}"])
@example(said="a #")
@example(said="a ##")
@given(
    said=st.text(st.characters(codec="utf-8") | st.sampled_from("\\`*_[]()<>&|~#+-=!:/.19\n \t"), min_size=1)
)
def test_whatever_was_said_is_text(where: str, said: str) -> None:
    """Read with HTML allowed, as careless readers do."""
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in said).split())
    shown = READER.render(where.format(markdown.text(said)))
    expected = READER.render(where.format("X")).replace("X", html.escape(plain, quote=False))
    if plain:
        assert html.unescape(shown) == html.unescape(expected)
        assert shown.count("<") == expected.count("<")


@pytest.mark.once
@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("https://evil.example", "https\\://evil.example"),
        ("WWW.evil.example", "WWW\\.evil.example"),
        ("mail a@b.example", "mail a\\@b.example"),
        ("12:30 or -3", "12:30 or -3"),
        ("2) two", "2\\) two"),
    ],
)
def test_not_even_a_generous_reader_finds_a_link(said: str, written: str) -> None:
    assert markdown.text(said) == written


@pytest.mark.once
@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://jira.example/x>)<b>| [y](z", "[OPS-1](<https://jira.example/x%3E)%3Cb%3E%7C%20[y](z>)"),
        ("javascript:alert(1)", "OPS-1"),
        ("memory://tickets/1", "OPS-1"),
    ],
)
def test_a_tickets_address_leads_nowhere_else(url: str, written: str) -> None:
    assert markdown._ticket(Effect(external_id="OPS-1", url=url)) == written


@pytest.mark.once
@pytest.mark.parametrize(
    ("title", "name"),
    [("Q3/Q4 plan", "2026-11-16 Q3-Q4 plan.md"), ("..", "2026-11-16 ...md"), ("Über", "2026-11-16 Über.md")],
)
def test_a_file_is_named_by_day_and_title(title: str, name: str) -> None:
    from meetings.models import Meeting

    assert markdown.filename(Meeting(title=title, start_time=factories.MONDAY, timezone="UTC")) == name
