"""Staff erase people in the admin: the same way as a person does themselves, and with a receipt."""

import pytest
from django.contrib.sessions.models import Session as BrowserSession

from accounts.models import Erasure, User
from core.models import AuditEntry
from meetings.models import Meeting
from meetings.tests import factories

from .tables import named_in, table_texts

pytestmark = pytest.mark.django_db(transaction=True)


def test_staff_delete_a_person_in_the_admin_by_the_same_way(owner, client):
    staff = User.objects.create_superuser("staff@example.org", "a-long-password")
    factories.say(factories.meeting(owner, title="Zebrafish weekly"))
    client.force_login(staff)
    asked = client.get(f"/admin/accounts/user/{owner.pk}/delete/").content.decode()
    assert "with everything that is theirs" in asked
    assert client.post(f"/admin/accounts/user/{owner.pk}/delete/", {"post": "yes"}).status_code == 302
    entry = AuditEntry.objects.get(action="account_deleted")
    assert (entry.actor_id, entry.subject_id) == (staff.pk, owner.pk)
    assert (Erasure.objects.get().user_id, Meeting.objects.count()) == (owner.pk, 0)
    assert named_in(table_texts(AuditEntry, Erasure), owner.pk, "owner@example.org", "zebrafish") == []
    page = client.get(f"/admin/accounts/erasure/{Erasure.objects.get().pk}/change/")
    assert (page.status_code, b"segments" in page.content) == (200, True)


def test_the_last_of_the_staff_may_leave_and_their_browser_is_signed_out(client):
    staff = User.objects.create_superuser("staff@example.org", "a-long-password")
    client.force_login(staff)
    chosen = {"action": "delete_selected", "_selected_action": [str(staff.pk)], "post": "yes"}
    assert client.post("/admin/accounts/user/", chosen).status_code == 302
    assert (User.objects.count(), Erasure.objects.get().user_id) == (0, staff.pk)
    assert named_in(table_texts(), "staff@example.org") == []
    assert client.get("/admin/").status_code == 302
    assert BrowserSession.objects.filter(session_key=client.session.session_key or "-").count() == 0
