"""`/api/v1/tasks` and `/tasks`: who sees what, what is changed, and what may not be."""

import pytest

from accounts.models import User
from tasks.models import Task

pytestmark = pytest.mark.django_db

TASKS = "/api/v1/tasks/"
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def daniel(db) -> User:
    """A participant of the meeting; his address is proven to be his."""
    return User.objects.create_user(
        "daniel@example.org", "a-long-password", full_name="Daniel Doe", is_verified=True
    )


def create(api, **fields):
    return api.post(TASKS, {"title": "Call the customer"} | fields, format="json")


def test_a_task_is_written_read_changed_and_removed(api, owner, meeting, daniel):
    made = create(
        api,
        meeting_id=str(meeting.pk),
        description="Soon",
        assignee_user_id=str(daniel.pk),
        due_date="2026-11-20",
    )
    assert made.status_code == 201
    body = made.json()
    assert {name: body[name] for name in ("title", "description", "status", "source", "due_date")} == {
        "title": "Call the customer",
        "description": "Soon",
        "status": "open",
        "source": "manual",
        "due_date": "2026-11-20",
    }
    assert (body["assignee_user_id"], body["assignee_name"]) == (str(daniel.pk), "Daniel Doe")
    assert (body["assignee_email"], body["meeting_id"], body["tickets"]) == (
        daniel.email,
        str(meeting.pk),
        [],
    )
    path = f"{TASKS}{body['id']}"
    assert api.get(path).json() == body
    changed = api.patch(path, {"status": "done", "due_date": None}, format="json")
    assert (changed.status_code, changed.json()["status"], changed.json()["due_date"]) == (200, "done", None)
    assert changed.json()["title"] == "Call the customer"
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("fields", "assignee"),
    [
        ({"assignee_name": "Zoe"}, (False, "Zoe", "")),
        ({"assignee_email": "zoe@example.org"}, (False, "zoe", "zoe@example.org")),
        ({"assignee_email": "DANIEL@example.org"}, (True, "Daniel Doe", "DANIEL@example.org")),
        ({"assignee_user_id": "daniel"}, (True, "Daniel Doe", "daniel@example.org")),
        ({"assignee_user_id": "daniel", "assignee_name": "Dan"}, (True, "Dan", "daniel@example.org")),
        ({"assignee_user_id": None, "assignee_name": "Zoe"}, (False, "Zoe", "")),
    ],
)
def test_whoever_is_assigned_gets_the_name_and_address_that_belong_together(
    api, meeting, daniel, fields, assignee
):
    fields = fields | ({"assignee_user_id": str(daniel.pk)} if fields.get("assignee_user_id") else {})
    body = create(api, meeting_id=str(meeting.pk), **fields).json()
    assert (
        body["assignee_user_id"] == str(daniel.pk),
        body["assignee_name"],
        body["assignee_email"],
    ) == assignee


def test_another_assignee_inherits_nothing_of_the_one_before(api, meeting, daniel):
    made = create(api, meeting_id=str(meeting.pk), assignee_user_id=str(daniel.pk))
    path = f"{TASKS}{made.json()['id']}"

    def change(**fields) -> tuple:
        body = api.patch(path, fields, format="json").json()
        return body["assignee_user_id"], body["assignee_name"], body["assignee_email"]

    me = (str(daniel.pk), "Daniel Doe", "daniel@example.org")
    assert change(assignee_name="daniel doe") == (me[0], "daniel doe", me[2])
    assert change(assignee_name="Zoe") == (None, "Zoe", "")
    assert change(assignee_email="zoe@example.org") == (None, "Zoe", "zoe@example.org")
    assert change(assignee_user_id=me[0]) == me
    assert change(title="Else") == me
    assert change(assignee_user_id=None) == (None, "", "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", None),
        ("status", "finished"),
        ("due_date", "soon"),
        ("due_date", "2026-02-30"),
        ("assignee_user_id", "7"),
        ("assignee_user_id", NOBODY),
        ("assignee_email", "nobody"),
        ("meeting_id", NOBODY),
    ],
)
def test_a_wrong_field_is_named_and_changes_nothing(api, field, value):
    assert create(api, **{field: value}).json()["detail"][0]["loc"] == ["body", field]
    assert not Task.objects.exists()
    task = create(api).json()
    answer = api.patch(f"{TASKS}{task['id']}", {"description": "New", field: value}, format="json")
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", field])
    assert api.get(f"{TASKS}{task['id']}").json() == task


def test_a_task_cannot_be_put_into_somebody_elses_meeting(stranger, meeting):
    assert create(stranger, meeting_id=str(meeting.pk)).status_code == 422
    own = create(stranger).json()
    moved = stranger.patch(f"{TASKS}{own['id']}", {"meeting_id": str(meeting.pk)}, format="json")
    assert moved.json()["detail"][0]["msg"] == "No such meeting."
    assert Task.objects.get().meeting_id is None


@pytest.fixture
def several(api, owner, meeting, daniel):
    """Four tasks of the owner; the last is in no meeting."""
    for title, fields in (
        ("A", {"assignee_user_id": str(daniel.pk)}),
        ("B", {"assignee_email": "zoe@example.org", "assignee_name": "Zoe", "status": "done"}),
        ("C", {"assignee_name": "Daniel"}),
        ("D", {"meeting_id": None}),
    ):
        assert create(api, **({"title": title, "meeting_id": str(meeting.pk)} | fields)).status_code == 201


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({}, "A B C D"),
        ({"meeting_id": "MEETING"}, "A B C"),
        ({"status": "done"}, "B"),
        ({"assignee": "DANIEL"}, "A"),
        ({"assignee": "Daniel@Example.org"}, "A"),
        ({"assignee": "daniel doe"}, "A"),
        ({"assignee": "daniel"}, "C"),
        ({"assignee": "zoe@example.org"}, "B"),
        ({"assignee": "nobody"}, ""),
        ({"meeting_id": "MEETING", "status": "open", "assignee": "Daniel"}, "C"),
        ({"limit": 2, "offset": 1}, "B C"),
    ],
)
def test_the_list_is_narrowed_as_asked(api, several, meeting, daniel, asked, titles):
    ids = {"MEETING": str(meeting.pk), "DANIEL": str(daniel.pk)}
    answer = api.get(TASKS, {name: ids.get(value, value) for name, value in asked.items()})
    assert " ".join(row["title"] for row in answer.json()) == titles


def test_a_filter_that_means_nothing_is_refused(api):
    for asked in ({"status": "finished"}, {"meeting_id": "7"}, {"limit": 0}):
        answer = api.get(TASKS, asked)
        assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["query", *asked])


def test_a_list_takes_as_many_queries_for_thirty_tasks_as_for_one(api, owner, django_assert_num_queries):
    for path in (TASKS, f"/tasks/{owner.pk}"):
        for count in (1, 29):
            Task.objects.bulk_create(Task(created_by=owner, title="T") for _ in range(count))
            with django_assert_num_queries(3):
                assert api.get(path).status_code == 200


def test_nobody_else_sees_or_changes_a_task(api, stranger, meeting):
    task = create(api, meeting_id=str(meeting.pk)).json()
    path = f"{TASKS}{task['id']}"
    assert stranger.get(TASKS).json() == []
    for answer in (
        stranger.get(path),
        stranger.patch(path, {"title": "Mine"}, format="json"),
        stranger.delete(path),
        stranger.put(f"/tasks/{task['id']}", {"name": "Mine"}, format="json"),
        stranger.delete(f"/tasks/{task['id']}"),
    ):
        assert (answer.status_code, answer.json()["detail"]) == (404, "Task not found")
    assert api.get(path).json() == task


def test_at_the_root_a_task_has_the_words_of_its_document(api, owner, meeting):
    fields = {"name": "Prepare", "owner": "Jane", "deadline": "2026-01-15", "category": "sales"}
    made = api.post("/tasks", fields | {"meeting_id": str(meeting.pk)}, format="json")
    assert made.status_code == 201
    body = made.json()
    assert {name: body[name] for name in fields} == fields
    assert (body["status"], body["meeting_id"], body["owner_id"]) == ("open", str(meeting.pk), None)
    assert api.get(f"/tasks/{owner.pk}").json() == [body]
    same = api.get(f"{TASKS}{body['id']}").json()
    assert (same["title"], same["assignee_name"], same["due_date"]) == ("Prepare", "Jane", "2026-01-15")
    changed = api.put(f"/tasks/{body['id']}/", {"status": "in_progress"}, format="json")
    assert changed.json() == body | {"status": "in_progress", "updated_at": changed.json()["updated_at"]}
    assert api.delete(f"/tasks/{body['id']}").status_code == 204
    assert api.get(f"/tasks/{owner.pk}").json() == []


def test_at_the_root_only_staff_see_the_tasks_of_others(api, stranger, owner):
    create(api)
    refused = stranger.get(f"/tasks/{owner.pk}")
    assert (refused.status_code, refused.json()["code"]) == (404, "USER_NOT_FOUND")
    User.objects.filter(email="stranger@example.org").update(role=User.Role.STAFF)
    assert len(stranger.get(f"/tasks/{owner.pk}").json()) == 1
    assert stranger.get(f"/tasks/{NOBODY}").status_code == 404
