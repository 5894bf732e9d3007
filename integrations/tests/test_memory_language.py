"""The memory language keeps the contract and reads its own few forms exactly."""

from datetime import date

import pytest

from integrations.contracts.language import Conversation
from integrations.providers.language.memory import MemoryLanguage
from integrations.tests.contracts.language import LanguageSuite, conversation


class TestMemoryLanguage(LanguageSuite):
    @pytest.fixture
    def provider(self) -> MemoryLanguage:
        return MemoryLanguage()

    def test_the_findings_are_exact(self, provider: MemoryLanguage, talk: Conversation) -> None:
        findings = provider.extract(talk)
        assert [d.text for d in findings.decisions] == ["The release stays on Thursday."]
        assert [q.text for q in findings.open_questions] == ["Who tests the export?"]
        assert [(i.title, i.assignee, i.due, i.due_text) for i in findings.action_items] == [
            ("Update the runbook", "Daniel", date(2026, 11, 18), "by Wednesday"),
            ("Call the customer", "Speaker 2", date(2026, 11, 17), "by tomorrow"),
        ]

    def test_who_introduces_himself_is_known(self, provider: MemoryLanguage, talk: Conversation) -> None:
        identities = provider.identify(talk)
        assert [(i.label, i.person.name) for i in identities] == [
            ("Speaker 1", "Maya"),
            ("Speaker 2", "Daniel"),
        ]

    @pytest.mark.parametrize(
        ("said", "due"),
        [
            ("I will pay today.", None),
            ("I will pay by today.", date(2026, 11, 16)),
            ("I will pay by Monday", date(2026, 11, 16)),
            ("I will pay by 2026-12-01.", date(2026, 12, 1)),
            ("I will pay by chance.", None),
        ],
    )
    def test_a_day_is_read(self, provider: MemoryLanguage, said: str, due: date | None) -> None:
        [item] = provider.extract(conversation((("Speaker 1", said),))).action_items
        assert item.due == due
