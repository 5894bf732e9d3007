"""The shipped sample through the local language provider: as it was written, and as a recogniser heard it.

`weekly-sync.lines.json` is Whisper base's transcript of our own recording, attributed by its word times:
"Sarah", a misheard "asked", sentences cut between speakers.
"""

import json
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from integrations.contracts.language import Conversation, Findings, Line, Person
from integrations.providers.language.local import LocalLanguage

SAMPLES = Path(__file__).parents[3] / "samples"
HEARD = Path(__file__).parents[1] / "data" / "weekly-sync.lines.json"
STARTED_AT = datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
PEOPLE = (Person("Maya"), Person("Daniel"), Person("Sara"))


def _conversation(path: Path) -> Conversation:
    rows = json.loads(path.read_text(encoding="utf-8"))
    lines = [
        Line(f"s{i}", row["speaker"], row["start"], row["end"], row["text"]) for i, row in enumerate(rows)
    ]
    return Conversation(tuple(lines), STARTED_AT, PEOPLE)


@pytest.fixture(scope="module", params=["written", "heard"])
def sample(request) -> Conversation:
    return _conversation(HEARD if request.param == "heard" else SAMPLES / "weekly-sync.turns.json")


@pytest.fixture(scope="module")
def findings(sample) -> Findings:
    return LocalLanguage().extract(sample)


def test_every_action_item_has_its_title_assignee_and_date_and_none_is_invented(findings):
    assert [(item.title, item.assignee, item.due) for item in findings.action_items] == [
        ("Write the batch script and send it to Maya for review", "Daniel", date(2026, 11, 18)),
        ("Update the runbook", "Daniel", date(2026, 11, 17)),
        ("Finish the final designs", "Sara", date(2026, 11, 20)),
        ("Ask the sales team for the number of customers", "Sara", date(2026, 11, 20)),
        ("Fix the export", "Daniel", date(2026, 11, 24)),
        ("Call Northwind and tell them when it is coming", "Maya", date(2026, 11, 16)),
    ]


def test_every_decision_is_found_and_none_is_invented(findings):
    assert [finding.text.replace("sign up", "sign-up") for finding in findings.decisions] == [
        "We will migrate the invoices in batches.",
        "The release stays on Thursday.",
        "The phone number moves to the security settings and is no longer required at sign-up.",
        "We will fix the export right after the release.",
    ]


def test_only_the_questions_that_nobody_answered_are_open(findings):
    assert [finding.text.replace("sign in", "sign-in") for finding in findings.open_questions] == [
        "Do we still want to support sign-in with Microsoft in this release?",
        "Should we also put it on the status page? Who decides about the status page?",
    ]


def test_all_evidence_stands_in_the_lines_it_names(sample, findings):
    lines = {line.id: line for line in sample.lines}
    found = [*findings.action_items, *findings.decisions, *findings.open_questions, *findings.key_points]
    for item in found:
        quoted = " ".join(lines[i].text for i in sorted(item.evidence.line_ids, key=lambda i: lines[i].start))
        assert item.evidence.quote in quoted
        assert item.evidence.start < item.evidence.end
        assert 0.5 <= item.evidence.confidence < 1
