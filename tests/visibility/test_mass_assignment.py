"""Fields that a body may name and that are not for the sender to set."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from meetings.models import Meeting
from tasks.models import Task

pytestmark = pytest.mark.django_db

RIGHTS = {
    "role": "staff",
    "is_staff": True,
    "is_superuser": True,
    "is_verified": True,
    "is_active": False,
    "id": "00000000-0000-4000-8000-000000000000",
    "auth_provider": "google",
    "groups": [1],
    "user_permissions": [1],
    "created_at": "2001-01-01T00:00:00Z",
}


COLUMNS = sorted(RIGHTS.keys() - {"is_staff", "groups", "user_permissions"})


@pytest.mark.parametrize(
    "path", ["/api/v1/auth/register", "/api/v1/mobile/auth/register", "/v1/auth/register"]
)
def test_nobody_gives_themselves_rights_by_registering(db, path):
    account = {"email": "ann@example.org", "password": "a-long-password"}
    assert APIClient().post(path, account | RIGHTS, format="json").status_code == 201
    made = User.objects.get()
    assert (made.role, made.is_superuser, made.is_verified, made.is_active) == ("user", False, False, True)
    assert (made.auth_provider, str(made.pk) == RIGHTS["id"]) == ("password", False)


@pytest.mark.parametrize("path", ["/api/v1/users/me", "/api/v1/mobile/users/me", "/v1/users/me"])
def test_nobody_gives_themselves_rights_by_changing_their_profile(api, owner, path):
    before = User.objects.values(*COLUMNS).get()
    assert api.put(path, RIGHTS | {"full_name": "Olga"}, format="json").status_code == 200
    assert User.objects.values(*before).get() == before
    assert not owner.groups.exists()


def test_nobody_gives_a_meeting_to_somebody_else_or_its_results_by_changing_it(api, owner, meeting):
    other = User.objects.create_user("other@example.org", "a-long-password")
    before = Meeting.objects.values("owner_id", "processing", "revision", "completed_at").get()
    said = {"owner": str(other.pk), "owner_id": str(other.pk), "user_id": str(other.pk), "revision": 9}
    said |= {"processing": "COMPLETED", "status": "completed", "completed_at": "2026-01-01T00:00:00Z"}
    assert api.patch(f"/api/v1/meetings/{meeting.pk}", said, format="json").status_code == 200
    assert api.put(f"/api/v1/mobile/meetings/{meeting.pk}", said, format="json").status_code == 200
    assert Meeting.objects.values(*before).get() == before


def test_nobody_writes_a_task_in_the_name_of_somebody_else(api, owner):
    other = User.objects.create_user("other@example.org", "a-long-password")
    said = {
        "title": "Yours",
        "created_by": str(other.pk),
        "source": "extracted",
        "evidence": {"quote": "No."},
    }
    assert api.post("/api/v1/tasks/", said, format="json").status_code == 201
    made = Task.objects.get()
    assert (made.created_by, made.source, made.evidence) == (owner, "manual", {})
