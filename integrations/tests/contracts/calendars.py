"""The contract of calendars; vendors' suites add the faults."""

from datetime import date
from typing import Any

import pytest

from integrations.contracts.calendars import Calendar, Entry, EntryDraft
from integrations.errors import Rejected, Unavailable
from integrations.tests.contracts.keyed import KeyedVendorSuite
from integrations.tests.contracts.options import ProviderSuite
from integrations.tests.vendors.committing import AFTER_THE_DEED, CommittingVendor, Fault


def entry(key: str, **changes: Any) -> EntryDraft:
    values = {"title": "Update the runbook", "day": date(2026, 11, 17), "description": "Said at 00:41."}
    return EntryDraft(**(values | {"attendee_email": "d@example.com", "key": key} | changes))


class CalendarSuite(ProviderSuite):
    def test_an_entry_is_found_by_its_key(self, provider: Calendar) -> None:
        added = provider.add(entry("task-1/calendar"))
        assert added.id
        assert provider.find("task-1/calendar") == [added]

    def test_a_key_that_was_never_used_finds_nothing(self, provider: Calendar) -> None:
        provider.add(entry("task-1/calendar"))
        assert provider.find("task-9/calendar") == []

    def test_a_changed_entry_is_the_same_one(self, provider: Calendar) -> None:
        added = provider.add(entry("task-1/calendar"))
        later = entry("task-1/calendar", day=date(2026, 11, 20))
        assert [provider.update(added.id, later) for _ in range(2)] == [added, added]
        assert provider.find("task-1/calendar") == [added]

    def test_a_removed_entry_is_gone_and_may_be_removed_again(self, provider: Calendar) -> None:
        added = provider.add(entry("task-1/calendar"))
        kept = provider.add(entry("task-2/calendar"))
        for _ in range(2):
            provider.remove(added.id)
        assert (provider.find("task-1/calendar"), provider.find("task-2/calendar")) == ([], [kept])

    def test_an_entry_that_is_gone_cannot_be_changed(self, provider: Calendar) -> None:
        added = provider.add(entry("task-1/calendar"))
        provider.remove(added.id)
        with pytest.raises(Rejected):
            provider.update(added.id, entry("task-1/calendar"))
        assert provider.find("task-1/calendar") == []


class CalendarVendorSuite(CalendarSuite, KeyedVendorSuite):
    def create(self, provider: Calendar, key: str) -> Entry:
        return provider.add(entry(key))

    @pytest.mark.parametrize("fault", [each for each in AFTER_THE_DEED if each != Fault.HANGS_AFTER_COMMIT])
    def test_adding_again_after_a_lost_answer_adds_nothing(
        self, server: CommittingVendor, provider: Calendar, fault: Fault
    ) -> None:
        server.faults = [fault]
        with pytest.raises(Unavailable):
            provider.add(entry("effect-1"))
        assert provider.add(entry("effect-1")).id == server.committed[0]["id"]
        assert len(server.committed) == 1
