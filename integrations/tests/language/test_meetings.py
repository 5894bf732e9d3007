"""Small invented meetings of several trades, read by the local provider: all found, nothing invented.

They are full of what is no finding: jokes, hypotheses, refusals, reported speech, answered questions, past.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from integrations.contracts.language import Conversation, Findings, Line, Person, Summary
from integrations.providers.language.local import LocalLanguage

MEETINGS = sorted((Path(__file__).parents[1] / "data" / "meetings").glob("*.json"))
NOON = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)


def _lines(spoken: list[str]) -> tuple[Line, ...]:
    """Lines written as `Name: words`, at two and a half words a second."""
    lines: list[Line] = []
    for i, (speaker, text) in enumerate(line.split(": ", 1) for line in spoken):
        start = lines[-1].end + 0.4 if lines else 0.0
        lines.append(Line(f"line-{i}", speaker, start, start + 0.4 * len(text.split()), text))
    return tuple(lines)


@pytest.fixture(scope="module", params=MEETINGS, ids=lambda path: path.stem)
def meeting(request) -> tuple[dict, Findings]:
    expected = json.loads(request.param.read_text(encoding="utf-8"))
    people = tuple(Person(name) for name in expected["participants"])
    started_at = datetime.fromisoformat(expected["started_at"])
    conversation = Conversation(_lines(expected["lines"]), started_at, people)
    return expected, LocalLanguage().extract(conversation)


def test_action_items_are_exactly_those_that_somebody_took_on(meeting):
    expected, found = meeting
    items = [[item.title, item.assignee, item.due and item.due.isoformat()] for item in found.action_items]
    assert items == expected["action_items"]


def test_decisions_are_exactly_those_that_were_made(meeting):
    expected, found = meeting
    assert [decision.text for decision in found.decisions] == expected["decisions"]


def test_open_questions_are_exactly_those_without_an_answer(meeting):
    expected, found = meeting
    assert [question.text for question in found.open_questions] == expected["open_questions"]


def test_a_conversation_without_words_has_no_findings_and_no_summary():
    for lines in ((), (Line("a", "Speaker 1", 0.0, 1.0, " ... "),)):
        conversation = Conversation(lines, NOON)
        found = LocalLanguage().extract(conversation)
        assert (found.decisions, found.action_items, found.open_questions, found.key_points) == (
            (),
            (),
            (),
            (),
        )
        assert LocalLanguage().summarize(conversation).text == ""
        assert LocalLanguage().summarize(conversation).bullets == ()


def test_a_single_line_is_summarised_by_itself():
    conversation = Conversation((Line("a", "Speaker 1", 0.0, 2.0, "Hello everybody."),), NOON)
    assert isinstance(LocalLanguage().summarize(conversation), Summary)
    assert LocalLanguage().extract(conversation).action_items == ()


def test_other_languages_get_topics_and_quotes_but_no_findings():
    spoken = [
        "Speaker 1: Die Heizung im Labor ist seit Montag kaputt und der Techniker kommt erst am Freitag.",
        "Speaker 2: Dann müssen wir die Proben in den Keller bringen, bevor sie zu warm werden.",
    ] * 3
    conversation = Conversation(_lines(spoken), NOON, language="de")
    summary = LocalLanguage().summarize(conversation)
    assert "Heizung" in summary.text
    assert LocalLanguage().extract(conversation).action_items == ()


def test_ten_thousand_lines_are_read_and_their_last_task_is_found():
    spoken = [
        f"Speaker {i % 4 + 1}: We looked at sample {i} of the batch and it was fine." for i in range(9_999)
    ]
    conversation = Conversation(
        _lines([*spoken, "Speaker 1: I'll send the report to the lab by Friday."]), NOON
    )
    found = LocalLanguage().extract(conversation)
    assert [(item.title, item.assignee) for item in found.action_items] == [
        ("Send the report to the lab", "Speaker 1")
    ]
