"""What the creator, the owner of the meeting, an assignee and staff may do with a task, and nobody else."""

import pytest
from django.db import transaction
from django.db.models.functions import Now
from rest_framework.test import APIClient

from accounts.models import User
from core import audit
from core.models import AuditEntry
from tasks.errors import TaskNotFound
from tasks.models import Task
from tasks.services import addressed, tasks

pytestmark = pytest.mark.django_db

QUOTE = {"quote": "Daniel will call them.", "start": 1.0, "end": 4.0, "segment_ids": [], "confidence": 0.9}


@pytest.fixture
def daniel(db) -> User:
    return User.objects.create_user(
        "daniel@example.org", "a-long-password", full_name="Daniel Doe", is_verified=True
    )


@pytest.fixture
def operator(db) -> User:
    return User.objects.create_user("operator@example.org", "a-long-password", role=User.Role.STAFF)


@pytest.fixture
def client_of(sign_in):
    """`client_of(person)` has signed in as them."""

    def signed_in(person: User) -> APIClient:
        client = APIClient(raise_request_exception=False)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {sign_in(person).access}")
        return client

    return signed_in


@pytest.fixture
def task(owner, meeting, daniel) -> Task:
    """Found in the owner's meeting, assigned to Daniel, who is not a participant with rights."""
    return Task.objects.create(
        created_by=owner,
        meeting=meeting,
        title="Call the customer",
        source=Task.Source.EXTRACTED,
        assignee_user=daniel,
        assignee_name=daniel.name,
        assignee_email=daniel.email,
        evidence=QUOTE | {"title": "Call the customer"},
    )


@pytest.fixture
def assignee(client_of, daniel):
    return client_of(daniel)


def row(task: Task) -> dict:
    return Task.objects.filter(pk=task.pk).values().get()


def flat(task: Task) -> str:
    return f"/api/v1/tasks/{task.pk}"


def root(task: Task) -> str:
    return f"/tasks/{task.pk}"


def test_an_assignee_reads_the_task_with_its_quote_and_nothing_else_of_the_meeting(assignee, daniel, task):
    body = assignee.get(flat(task)).json()
    assert (body["title"], body["meeting_id"]) == ("Call the customer", str(task.meeting_id))
    assert body["evidence"] == task.evidence
    assert [each["id"] for each in assignee.get("/api/v1/tasks/").json()] == [str(task.pk)]
    assert [each["id"] for each in assignee.get(f"/tasks/{daniel.pk}").json()] == [str(task.pk)]
    for path in ("meetings/{}", "meetings/{}/report", "transcripts/{}", "diarization/{}", "summaries/{}"):
        assert assignee.get(f"/api/v1/{path.format(task.meeting_id)}").status_code == 404, path


@pytest.mark.parametrize(("address", "method"), [(flat, "patch"), (root, "put")])
def test_an_assignee_changes_the_status(assignee, task, address, method):
    answer = getattr(assignee, method)(address(task), {"status": "done"}, format="json")
    assert (answer.status_code, answer.json()["status"]) == (200, "done")
    assert (row(task)["status"], row(task)["edited_fields"]) == ("done", ["status"])


FLAT_FIELDS = {
    "title": "Mine",
    "description": "Mine",
    "category": "mine",
    "assignee_user_id": None,
    "assignee_name": "Zoe",
    "assignee_email": "zoe@example.org",
    "due_date": None,
    "meeting_id": None,
}
ROOT_FIELDS = {
    "name": "Mine",
    "description": "Mine",
    "owner": "Zoe",
    "deadline": None,
    "category": "mine",
    "meeting_id": None,
}


@pytest.mark.parametrize("beside", [{}, {"status": "done"}], ids=["alone", "with the status"])
@pytest.mark.parametrize(
    ("address", "method", "field", "value"),
    [(flat, "patch", *field) for field in FLAT_FIELDS.items()]
    + [(root, "put", *field) for field in ROOT_FIELDS.items()],
)
def test_an_assignee_changes_nothing_else(assignee, task, address, method, field, value, beside):
    before = row(task)
    answer = getattr(assignee, method)(address(task), {field: value} | beside, format="json")
    assert (answer.status_code, answer.json()) == (
        403,
        {"detail": "This task is assigned to you: you may change its status.", "code": "FORBIDDEN"},
    )
    assert row(task) == before


@pytest.mark.parametrize("address", [flat, root])
def test_an_assignee_does_not_remove_the_task(assignee, task, address):
    before = row(task)
    assert assignee.delete(address(task)).status_code == 403
    assert row(task) == before


def test_the_owner_of_the_meeting_may_do_everything_to_a_task_of_somebody_else(api, task, daniel):
    Task.objects.update(created_by=daniel)
    assert api.patch(flat(task), {"title": "Call them"}, format="json").json()["title"] == "Call them"
    assert api.delete(flat(task)).status_code == 204


def test_the_creator_may_do_everything_although_somebody_else_is_assigned(api, task):
    Task.objects.update(meeting=None)
    assert api.patch(flat(task), {"title": "Call them"}, format="json").json()["title"] == "Call them"
    assert api.delete(flat(task)).status_code == 204


def test_a_name_or_an_address_without_an_account_makes_nobody_an_assignee(stranger, task):
    Task.objects.update(assignee_user=None, assignee_email="stranger@example.org", assignee_name="stranger")
    assert stranger.get("/api/v1/tasks/?assignee=stranger@example.org").json() == []
    assert stranger.get(flat(task)).status_code == 404


def test_who_registered_with_an_address_without_proving_it_gets_no_task_of_it(api, stranger):
    made = api.post(
        "/api/v1/tasks/", {"title": "Secret", "assignee_email": "Stranger@example.org"}, format="json"
    )
    assert (made.status_code, made.json()["assignee_user_id"], made.json()["assignee_name"]) == (
        201,
        None,
        "Stranger",
    )
    assert stranger.get("/api/v1/tasks/").json() == []


def test_who_proves_an_address_gets_the_tasks_that_were_given_to_it(api, stranger):
    """And no other: of a name, of another address, removed, or given to somebody else."""
    for fields in (
        {"title": "Yours", "assignee_email": "Stranger@Example.org"},
        {"title": "Removed", "assignee_email": "stranger@example.org"},
        {"title": "Another's", "assignee_email": "estranger@example.org"},
        {"title": "Of a name", "assignee_name": "stranger"},
    ):
        assert api.post("/api/v1/tasks/", fields, format="json").status_code == 201
    Task.objects.filter(title="Removed").update(removed_at=Now())
    assert addressed.hand_over() == 0
    User.objects.filter(email="stranger@example.org").update(is_verified=True)
    assert (addressed.hand_over(), addressed.hand_over()) == (1, 0)
    assert [task["title"] for task in stranger.get("/api/v1/tasks/").json()] == ["Yours"]


def test_an_account_that_one_has_nothing_to_do_with_is_not_assigned_by_its_id(stranger, owner, daniel):
    own = stranger.post("/api/v1/tasks/", {"title": "Bait"}, format="json").json()
    for person in (owner, daniel):
        for answer in (
            stranger.post(
                "/api/v1/tasks/", {"title": "Bait", "assignee_user_id": str(person.pk)}, format="json"
            ),
            stranger.patch(flat(Task(pk=own["id"])), {"assignee_user_id": str(person.pk)}, format="json"),
        ):
            assert (answer.status_code, answer.json()["detail"][0]["msg"]) == (422, "No such user.")
            assert person.email not in answer.text
            assert person.name not in answer.text
    assert list(Task.objects.values_list("title", "assignee_user", "assignee_email")) == [("Bait", None, "")]


def test_people_with_whom_one_has_a_task_in_common_are_assigned_by_their_id(assignee, owner, task):
    answer = assignee.post(
        "/api/v1/tasks/", {"title": "Back to you", "assignee_user_id": str(owner.pk)}, format="json"
    )
    assert (answer.status_code, answer.json()["assignee_name"]) == (201, "Olga Owner")


def test_a_task_that_goes_to_somebody_else_meanwhile_is_not_changed_any_more(daniel, task):
    seen = Task.objects.get()
    Task.objects.update(assignee_user=None)
    with pytest.raises(TaskNotFound):
        tasks.update(seen, daniel, status="done")
    assert row(task)["status"] == "open"


@pytest.mark.django_db(transaction=True)
def test_whoever_waited_for_the_task_to_go_to_somebody_else_does_not_change_it(
    daniel, task, beside, until_blocked
):
    seen = Task.objects.get()

    with transaction.atomic():
        Task.objects.update(assignee_user=None)
        late = beside(lambda: tasks.update(seen, daniel, status="done"))
        until_blocked()
    with pytest.raises(TaskNotFound):
        late.result(timeout=10)
    assert row(task)["status"] == "open"


def test_staff_see_the_list_of_another_and_it_is_written_down(client_of, operator, owner, task):
    staff = client_of(operator)
    assert [each["id"] for each in staff.get(f"/tasks/{owner.pk}").json()] == [str(task.pk)]
    entry = AuditEntry.objects.get(action=audit.Action.VIEWED_BY_STAFF)
    assert (entry.actor_id, entry.subject_id, entry.details) == (operator.pk, owner.pk, {"what": "tasks"})


def test_staff_have_no_other_rights_over_rest(client_of, operator, task):
    staff = client_of(operator)
    before = row(task)
    for answer in (
        staff.get(flat(task)),
        staff.patch(flat(task), {"status": "done"}, format="json"),
        staff.delete(root(task)),
        staff.get(f"/api/v1/meetings/{task.meeting_id}"),
    ):
        assert answer.status_code == 404
    assert staff.get("/api/v1/tasks/").json() == []
    assert row(task) == before
