"""The audit log: written once, by whom and from where, changed by nobody, and one day forgotten."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from core import audit, callers, registry
from core.models import AuditEntry

pytestmark = pytest.mark.django_db


def aged(days: float) -> AuditEntry:
    """An entry that was written so long ago."""
    entry = AuditEntry(action="signed_in", at=Now() - timedelta(days=days))
    AuditEntry._meta.get_field("at").auto_now_add = False
    try:
        entry.save()
    finally:
        AuditEntry._meta.get_field("at").auto_now_add = True
    return entry


def test_an_entry_says_who_did_what_to_whom_and_from_where(monkeypatch):
    monkeypatch.setattr(callers, "present", lambda: callers.Caller(address="203.0.113.7"))
    ann, bob = uuid4(), uuid4()
    audit.record(audit.Action.DATA_EXPORTED, actor=ann, subject=bob, files=3)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_id, entry.subject_id) == ("data_exported", ann, bob)
    assert (entry.address, entry.details) == ("203.0.113.7", {"files": 3})


def test_the_code_changes_and_removes_no_entry():
    audit.record(audit.Action.SIGNED_IN)
    entry = AuditEntry.objects.get()
    entries = AuditEntry.objects.all()
    for change in (entry.save, entry.delete, entries.delete, lambda: entries.update(address="x")):
        with pytest.raises(TypeError, match="append-only"):
            change()
    with pytest.raises(TypeError, match="append-only"), transaction.atomic():
        AuditEntry.objects.bulk_update([entry], ["address"])
    assert AuditEntry.objects.get().address == ""


def test_the_database_too_refuses_to_change_an_entry():
    audit.record(audit.Action.SIGNED_IN)
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE core_auditentry SET action = 'signed_out'")
    assert AuditEntry.objects.get().action == "signed_in"


def test_entries_are_forgotten_after_the_time_that_is_set_and_not_before(settings):
    settings.AUDIT_RETENTION = timedelta(days=10)
    kept = aged(9.9)
    aged(10.1)
    assert audit.forget_old() == 1
    assert AuditEntry.objects.get() == kept


def test_forgetting_is_a_chore_of_the_scheduler():
    assert audit.forget_old in [chore.work for chore in registry.chores()]


@pytest.mark.django_db(transaction=True)
def test_the_guard_can_be_taken_away_and_put_back():
    call_command("migrate", "core", "0002", verbosity=0)
    audit.record(audit.Action.SIGNED_IN)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_auditentry SET address = 'x'")
    call_command("migrate", "core", verbosity=0)
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE core_auditentry SET address = 'y'")
    assert AuditEntry.objects.get().address == "x"
