"""The language contract."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from integrations.contracts.language import Conversation, Evidence, Language, Line, Person
from integrations.tests.contracts.options import ProviderSuite

SAID = (
    ("Speaker 1", "I am Maya and this is our weekly meeting."),
    ("Speaker 2", "I am Daniel, the import is running again."),
    ("Speaker 1", "Decision: The release stays on Thursday."),
    ("Speaker 1", "Action: Daniel will update the runbook by Wednesday."),
    ("Speaker 2", "I will call the customer by tomorrow."),
    ("Speaker 2", "Question: Who tests the export?"),
)


def conversation(said: tuple[tuple[str, str], ...] = SAID, **changes: Any) -> Conversation:
    """A talk on Monday, 2026-11-16, at 9 in Berlin; a line lasts five seconds."""
    lines = tuple(
        Line(f"line-{i}", speaker, i * 5.0, i * 5.0 + 5.0, text) for i, (speaker, text) in enumerate(said)
    )
    values = {
        "started_at": datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Europe/Berlin")),
        "participants": (Person("Maya", "maya@example.com"), Person("Daniel", "daniel@example.com")),
    }
    return Conversation(lines=lines, **(values | changes))


def holds(evidence: Evidence, talk: Conversation) -> None:
    """The evidence stands in the talk: its words in the lines it cites, its times within theirs."""
    lines = {line.id: line for line in talk.lines}
    assert evidence.line_ids
    cited = [lines[line_id] for line_id in evidence.line_ids]
    assert evidence.quote
    assert evidence.quote in " ".join(line.text for line in cited)
    first, last = min(line.start for line in cited), max(line.end for line in cited)
    assert first <= evidence.start < evidence.end <= last
    assert 0.0 <= evidence.confidence <= 1.0


class LanguageSuite(ProviderSuite):
    """Subclasses give `provider`, and `talk` where they read another one better."""

    @pytest.fixture
    def talk(self) -> Conversation:
        return conversation()

    def test_the_summary_has_text_and_its_bullets_have_evidence(
        self, provider: Language, talk: Conversation
    ) -> None:
        summary = provider.summarize(talk)
        assert summary.text.strip() == summary.text != ""
        assert summary.engine == provider.engine
        for bullet in summary.bullets:
            assert bullet.text
            holds(bullet.evidence, talk)

    def test_every_finding_has_evidence_in_the_talk(self, provider: Language, talk: Conversation) -> None:
        findings = provider.extract(talk)
        assert findings.engine == provider.engine
        plain = (*findings.decisions, *findings.open_questions, *findings.key_points)
        assert [finding for finding in plain if not finding.text] == []
        for finding in (*plain, *findings.action_items):
            holds(finding.evidence, talk)

    def test_an_action_item_belongs_to_somebody_known_or_to_nobody(
        self, provider: Language, talk: Conversation
    ) -> None:
        known = {line.speaker for line in talk.lines} | {person.name for person in talk.participants}
        items = provider.extract(talk).action_items
        assert items
        for item in items:
            assert item.title
            assert item.assignee is None or item.assignee in known | {"everyone"}
            assert item.due is None or item.due >= talk.started_at.date()
            assert bool(item.due_text) or item.due is None

    def test_one_name_per_label_and_one_label_per_name(self, provider: Language, talk: Conversation) -> None:
        identities = provider.identify(talk)
        labels = [identity.label for identity in identities]
        names = [identity.person.name for identity in identities]
        assert len(set(labels)) == len(labels)
        assert len(set(names)) == len(names)
        assert set(labels) <= {line.speaker for line in talk.lines}
        for identity in identities:
            assert identity.person in talk.participants
            for evidence in identity.evidence:
                holds(evidence, talk)

    def test_nobody_is_named_without_a_list_of_participants(self, provider: Language) -> None:
        assert list(provider.identify(conversation(participants=()))) == []

    def test_no_talk_gives_no_words(self, provider: Language) -> None:
        silent = conversation(said=())
        assert (provider.summarize(silent).text, provider.summarize(silent).bullets) == ("", ())
        findings = provider.extract(silent)
        assert findings.decisions + findings.open_questions + findings.key_points == ()
        assert findings.action_items == ()
        assert list(provider.identify(silent)) == []
