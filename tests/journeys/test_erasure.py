"""A person closes their account: what is theirs leaves every table and disk, others keep what is others'."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from rest_framework.test import APIClient

from accounts.models import Erasure, Session, User
from accounts.services import erasure, sessions
from audio.models import StorageDeletion
from audio.services import files
from core import privacy
from core.models import AuditEntry
from integrations import registry
from integrations.models import Effect
from meetings.models import Analytics, Checkpoint, Meeting, Run, Speaker
from meetings.pipeline import runs
from meetings.pipeline.steps.create_tasks import CreateTasks
from meetings.tests import factories
from tasks.models import Task

from .tables import named_in, table_texts

pytestmark = pytest.mark.django_db(transaction=True)

OLGA = {"name": "Olga", "email": "owner@example.org"}
SAID = (
    "Decision: The zebrafish stay.",
    "Action: Daniel will update the runbook by Wednesday.",
    "Action: Olga will feed the zebrafish by tomorrow.",
    "Action: Carla will call the customer by Friday.",
)


@pytest.fixture
def olga(owner):
    User.objects.filter(pk=owner.pk).update(is_verified=True)
    owner.refresh_from_db()
    return owner


@pytest.fixture
def daniel(db):
    return factories.person("daniel@example.org", full_name="Daniel Doe", is_verified=True)


def understood(owner, worker, *, sound: bool = False, **fields) -> Meeting:
    daniel = {"name": "Daniel", "email": "daniel@example.org"}
    meeting = factories.meeting(owner, participants=[OLGA, daniel], **fields)
    factories.say(meeting, *SAID, at=60)
    if sound:
        factories.add_recording(meeting, factories.wav(1.0))
    runs.begin(meeting)
    runs.complete(meeting)
    worker.work()
    return Meeting.objects.get(pk=meeting.pk)


@pytest.fixture
def own(olga, daniel, worker):
    return understood(olga, worker, title="Zebrafish weekly")


@pytest.fixture
def recorded(olga, daniel, worker):
    return understood(olga, worker, title="Zebrafish weekly", sound=True)


@pytest.fixture
def others(olga, worker):
    """A meeting of somebody else that Olga took part in, with her voice."""
    meeting = understood(factories.person("host@example.org", full_name="Hans Host"), worker, title="Hosted")
    voice = [0.123456, 0.5]
    Checkpoint.objects.create(
        meeting=meeting,
        key="diarization:x",
        value={"turns": [], "voiceprints": {"A": voice, "B": [0.9, 0.1]}},
    )
    Speaker.objects.create(
        meeting=meeting, label="Speaker 9", name="Olga Owner", email="Owner@example.org",
        voiceprint=[round(x, 5) for x in voice], evidence=[{"quote": "I am Olga"}],
    )  # fmt: skip
    Analytics.objects.filter(meeting=meeting).update(data={"speakers": [{"speaker": "Olga Owner"}]})
    return meeting


def test_nothing_of_the_person_is_left_anywhere(api, olga, recorded, client):
    own = recorded
    client.force_login(factories.person("staff@example.org", role="staff"))
    LogEntry.objects.log_actions(olga.pk, [olga, own], action_flag=2)
    for row in (olga, own):
        LogEntry.objects.log_actions(User.objects.get(email="staff@example.org").pk, [row], action_flag=2)
    stored = [own.recordings.get().file, own.track.file]
    words = (olga.pk, olga.pk.hex, "owner@example.org", "olga", "zebrafish")
    assert {word for _, word in named_in(table_texts(), *words)} == {str(w) for w in words} - {olga.pk.hex}

    answer = api.delete("/v1/users/me")
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "message": "Account deleted successfully",
        "data": answer.json()["data"],
    }
    assert named_in(table_texts(AuditEntry, Erasure), *words) == []
    assert named_in(table_texts(), *words[2:]) == []
    assert all(default_storage.exists(name) for name in stored)
    assert set(StorageDeletion.objects.values_list("file", flat=True)) == set(stored)
    files.sweep()
    assert not any(default_storage.exists(name) for name in stored)


def test_the_receipt_says_what_went_what_stays_and_what_nobody_can_take_back(api, olga, recorded):
    receipt = api.delete("/v1/users/me").json()["data"]
    assert receipt["erased"]["storage"] == {"recordings": 1, "tracks made of them": 1}
    assert receipt["erased"]["database"]["meetings"] == 1
    assert receipt["erased"]["database"]["users"] == 1
    assert receipt["erased"]["database"]["segments"] > 0
    assert receipt["changed"]["tasks that their assignees keep"] == 2
    assert receipt["beyond_reach"] == {"calendars by memory": 2, "mail by memory": 2, "tickets by memory": 3}
    row = Erasure.objects.get()
    assert (row.user_id, row.beyond_reach) == (olga.pk, receipt["beyond_reach"])
    entry = AuditEntry.objects.get(action="account_deleted")
    assert (entry.actor_id, entry.subject_id) == (olga.pk, olga.pk)


@pytest.mark.parametrize(
    "path", ["/api/v1/users/me", "/api/v1/mobile/auth/me", "/api/v1/web/users/me", "/api/v1/auth/me"]
)
def test_the_other_dialects_answer_204(api, olga, path):
    assert api.delete(path).status_code == 204
    assert (User.objects.count(), Erasure.objects.count()) == (0, 1)


def test_all_tokens_are_void_at_once_and_the_address_is_free(api, olga, meeting, client):
    elsewhere = sessions.start(olga)
    assert api.delete("/v1/users/me").status_code == 200
    assert api.delete("/v1/users/me").status_code == 401
    assert APIClient().get(
        "/api/v1/users/me", headers={"Authorization": f"Bearer {elsewhere.access}"}
    ).status_code == 401  # fmt: skip
    refreshed = client.post(
        "/api/v1/auth/refresh", {"refresh_token": elsewhere.refresh}, content_type="application/json"
    )
    assert refreshed.status_code == 401
    assert (Session.objects.count(), Erasure.objects.count()) == (0, 1)

    anew = factories.client(factories.person("owner@example.org", is_verified=True))
    assert (anew.get("/api/v1/meetings").json(), anew.get("/api/v1/tasks").json()) == ([], [])


def test_a_task_of_another_stays_without_meeting_evidence_and_creator(api, own, daniel):
    kept = Task.objects.get(assignee_user=daniel)
    assert kept.evidence["quote"]
    api.delete("/v1/users/me")
    kept.refresh_from_db()
    assert (kept.meeting_id, kept.created_by, kept.evidence, kept.run_id) == (None, None, {}, None)
    assert (kept.assignee_name, kept.assignee_email) == ("Daniel", "daniel@example.org")
    seen = factories.client(daniel).get(f"/api/v1/tasks/{kept.pk}").json()
    assert [ticket["status"] for ticket in seen["tickets"]] == ["sent"]
    assert set(Task.objects.values_list("assignee_name", flat=True)) == {"Daniel", "Carla"}


def test_what_was_removed_and_what_is_ones_own_goes(api, olga, meeting):
    in_meeting = {"created_by": olga, "meeting": meeting, "source": "extracted"}
    Task.objects.create(title="Removed", assignee_name="Carla", removed_at=meeting.created_at, **in_meeting)
    Task.objects.create(title="Nobody's", **in_meeting)
    Task.objects.create(title="Mine", created_by=olga, assignee_name="olga")
    Task.objects.create(title="Mine too", assignee_email="OWNER@example.org", **in_meeting)
    Task.objects.create(title="Theirs", created_by=olga, assignee_email="x@example.org")
    Task.objects.create(title="Carla's", assignee_name="Carla", **in_meeting)
    api.delete("/v1/users/me")
    left = set(Task.objects.values_list("title", "created_by", "meeting"))
    assert left == {("Theirs", None, None), ("Carla's", None, None)}


def test_elsewhere_the_person_becomes_a_deleted_user(api, olga, others):
    given = Task.objects.get(assignee_user=olga)
    before = {s.pk: s.text for s in others.segments.all()}
    api.delete("/v1/users/me")
    given.refresh_from_db()
    assert (given.assignee_user, given.assignee_name, given.assignee_email) == (None, "Deleted user", "")
    assert given.meeting_id == others.pk
    others.refresh_from_db()
    assert others.participants == [
        {"name": "Deleted user", "email": ""},
        {"name": "Daniel", "email": "daniel@example.org"},
    ]
    speaker = Speaker.objects.get(label="Speaker 9")
    assert (speaker.name, speaker.email, speaker.voiceprint, speaker.evidence) == ("Deleted user", "", [], [])
    assert Checkpoint.objects.get(key="diarization:x").value["voiceprints"] == {"B": [0.9, 0.1]}
    assert Analytics.objects.get(meeting=others).data == {"speakers": [{"speaker": "Deleted user"}]}
    assert {s.pk: s.text for s in others.segments.all()} == before
    assert named_in(table_texts(AuditEntry, Erasure), olga.pk, "owner@example.org") == []


def test_a_rerun_of_anothers_meeting_does_not_bring_the_person_back(api, olga, others, worker):
    api.delete("/v1/users/me")
    others.refresh_from_db()
    factories.say(others, "Point: That was it.", at=120)
    runs.complete(others)
    worker.work()
    assert others.runs.filter(status=Run.Status.COMPLETED).count() == 2
    assert {task.assignee_name for task in others.tasks.all()} == {"Daniel", "Carla", "Deleted user"}
    assert named_in(table_texts(AuditEntry, Erasure), olga.pk, "owner@example.org") == []


def test_a_step_that_had_read_the_name_does_not_save_it(olga, worker, monkeypatch):
    work = CreateTasks.work

    def work_while_the_account_is_closed(step, run):
        output = work(step, run)
        if User.objects.filter(pk=olga.pk).exists():
            erasure.erase(olga, by=olga)
        return output

    monkeypatch.setattr(CreateTasks, "work", work_while_the_account_is_closed)
    meeting = understood(factories.person("host@example.org"), worker)
    worker.wait()
    assert meeting.runs.get().status == Run.Status.COMPLETED
    assert meeting.tasks.count() == 3
    assert named_in(table_texts(AuditEntry, Erasure), olga.pk, "owner@example.org") == []


def test_an_address_that_nobody_has_proven_takes_nothing_from_others(olga, others):
    """Whoever registers with the address of another could else erase them from other people's meetings."""
    User.objects.filter(pk=olga.pk).update(is_verified=False)
    Task.objects.filter(assignee_user=olga).update(assignee_user=None)
    olga.refresh_from_db()
    tables = ("meetings.Meeting", "meetings.Speaker", "tasks.Task", "integrations.Effect")
    before = {label: text for label, text in table_texts().items() if label in tables}
    assert factories.client(olga).delete("/v1/users/me").status_code == 200
    assert {label: text for label, text in table_texts().items() if label in tables} == before


def test_what_waits_does_not_go_out_and_what_went_out_does_not_go_out_again(api, olga, daniel, worker, serve):
    meeting = factories.meeting(olga, participants=[{"name": "Daniel", "email": "daniel@example.org"}])
    factories.say(meeting, *SAID)
    runs.complete(meeting)
    while not Effect.objects.filter(kind="mail", status="queued").exists():
        worker.work(1)
    key = Effect.objects.get(kind="mail", destination="daniel@example.org").key
    api.delete("/v1/users/me")
    worker.work()
    worker.wait()
    assert registry.provider("mail", "memory").effects == []
    assert set(Effect.objects.filter(kind="mail").values_list("status", flat=True)) <= {
        "cancelled",
        "skipped",
    }
    assert Effect.objects.get(key=key).payload == {}
    assert "example" not in key


def test_work_under_way_ends_without_a_trace(olga, worker, api):
    meeting = factories.meeting(olga)
    factories.say(meeting, *SAID)
    runs.begin(meeting)
    worker.work(1)
    api.delete("/v1/users/me")
    worker.work()
    assert (Meeting.objects.count(), Run.objects.count(), Checkpoint.objects.count()) == (0, 0, 0)


def test_a_recording_that_arrives_too_late_brings_nothing_back(olga, monkeypatch, api):
    from audio.services import recordings

    store = recordings.store

    def store_while_the_account_is_closed(*args, **options):
        stored = store(*args, **options)
        erasure.erase(User.objects.get(pk=olga.pk), by=olga)
        return stored

    monkeypatch.setattr(recordings, "store", store_while_the_account_is_closed)
    answer = api.post("/upload", {"file": factories.upload(factories.wav(1.0))})
    assert answer.status_code >= 400
    assert (User.objects.count(), Meeting.objects.count(), Run.objects.count()) == (0, 0, 0)
    assert StorageDeletion.objects.get().not_before is None


def test_an_erasure_that_fails_at_the_end_has_changed_nothing(api, own, monkeypatch):
    def broken(person):
        raise RuntimeError("the last hook fails")

    last = privacy.hooks()[-1]
    monkeypatch.setitem(privacy._hooks, last.app, privacy.Hook(last.app, last.tables, broken, last.export))
    before = table_texts()
    assert api.delete("/v1/users/me").status_code == 500
    assert table_texts() == before
    assert api.get("/v1/users/me").status_code == 200


def test_of_two_who_close_it_at_once_one_is_told_that_it_is_closed(olga):
    first, second = User.objects.get(pk=olga.pk), User.objects.get(pk=olga.pk)
    erasure.erase(first, by=first)
    with pytest.raises(erasure.NotSignedIn):
        erasure.erase(second, by=second)
    assert (Erasure.objects.count(), AuditEntry.objects.filter(action="account_deleted").count()) == (1, 1)
