"""How an effect becomes a call at a calendar: added, changed, removed."""

from datetime import date

import pytest

from integrations.models import Effect
from integrations.providers.calendars.memory import MemoryCalendar
from integrations.senders import Sent, sender_of

pytestmark = [pytest.mark.once, pytest.mark.django_db]

CONTENT = {"title": "Update the runbook", "day": "2026-11-17", "description": "Said at 00:41."}


def effect(action: str, destination: str, payload: dict) -> Effect:
    return Effect(kind=Effect.Kind.CALENDARS, action=action, destination=destination, payload=payload)


def test_an_entry_is_added_changed_and_removed() -> None:
    calendar = MemoryCalendar()
    more = {"url": "https://notes.example/1", "time_zone": "Europe/Berlin"}
    new = effect(Effect.Action.CREATE, "d@example.com", CONTENT | more)
    added = sender_of(new).send(calendar, new)
    assert (added.id, sender_of(new).find(calendar, new)) == ("calendars-1", [added])
    changed = effect(Effect.Action.UPDATE, added.id, CONTENT | {"day": "2026-11-20"})
    assert sender_of(changed).send(calendar, changed) == added
    removed = effect(Effect.Action.UPDATE, added.id, {"removed": True})
    assert sender_of(removed).send(calendar, removed) == Sent(added.id)
    assert calendar.effects[0].payload == CONTENT | more | {
        "day": date(2026, 11, 17),
        "attendee_email": "d@example.com",
        "key": str(new.pk),
    }
    assert [change.payload.get("day") for change in calendar.changes] == [date(2026, 11, 20), None]


def test_nobody_is_invited_to_their_own_calendar() -> None:
    calendar = MemoryCalendar()
    own = effect(Effect.Action.CREATE, "d@example.com", CONTENT)
    own.connection_id = own.pk
    sender_of(own).send(calendar, own)
    assert calendar.effects[0].payload["attendee_email"] == ""


def test_a_change_may_be_made_again_where_its_outcome_is_not_known() -> None:
    assert sender_of(effect(Effect.Action.UPDATE, "calendars-1", {})).repeatable is True
    assert sender_of(effect(Effect.Action.CREATE, "", {})).repeatable is False
