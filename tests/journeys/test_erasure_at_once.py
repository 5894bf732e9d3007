"""Others write while an account is closed: whatever comes first, nothing of the person is left."""

import asyncio
import dataclasses
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction

from accounts.models import Erasure, User
from accounts.services import erasure
from audio.models import Recording, StorageDeletion
from config.asgi import application
from core import privacy, realtime
from integrations.models import Effect
from integrations.services import effects
from integrations.services.effects import Intent
from meetings.models import Meeting
from meetings.pipeline import runs, states
from meetings.services import meetings
from meetings.services import privacy as forgetting
from meetings.tests import factories
from meetings.tests.test_concurrency import at_once
from tasks.models import Task
from tests.asgi import Exchange

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_made_while_the_account_is_closed_goes_or_never_comes_to_be(owner):
    factories.say(factories.meeting(owner))
    clients = [factories.client(owner) for _ in range(6)]
    upload = factories.wav(0.5)

    def ask(number: int) -> int:
        if number == 0:
            return clients[0].delete("/v1/users/me").status_code
        if number % 2:
            return clients[number].post("/upload", {"file": factories.upload(upload)}).status_code
        return clients[number].post("/api/v1/tasks", {"title": "Call"}, format="json").status_code

    statuses = at_once(6, ask)
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {201, 401}
    assert (User.objects.count(), Meeting.objects.count(), Task.objects.count()) == (0, 0, 0)
    assert (Recording.objects.count(), Erasure.objects.count()) == (0, 1)
    assert statuses[1::2].count(201) <= StorageDeletion.objects.count()
    assert not StorageDeletion.objects.filter(not_before__isnull=False).exists()


@pytest.fixture
def last_hook(monkeypatch):
    """`last_hook(erase)` is called before the account's own, which follows those of meetings and tasks."""
    hook = next(hook for hook in privacy.hooks() if hook.app == "accounts")

    def stand_in(erase) -> None:
        changed = dataclasses.replace(hook, erase=lambda person: erase(person) or hook.erase(person))
        monkeypatch.setitem(privacy._hooks, "accounts", changed)

    return stand_in


def test_a_meeting_that_comes_too_late_for_its_hook_is_refused(owner, last_hook):
    """Else it would go with the account's row, and leave its recordings in the storage."""
    late = []

    def make_a_meeting() -> None:
        try:
            factories.meeting(owner)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        last_hook(lambda person: late.append(pool.submit(make_a_meeting)))
        erasure.erase(owner, by=owner)
        with pytest.raises(IntegrityError):
            late[0].result(30)
    assert (User.objects.count(), Meeting.objects.count(), Erasure.objects.count()) == (0, 0, 1)


@pytest.fixture
def hosted(owner):
    """A meeting of somebody else that the owner, whose address is proven, takes part in."""
    User.objects.filter(pk=owner.pk).update(is_verified=True)
    owner.refresh_from_db()
    host = factories.person("host@example.org")
    return factories.meeting(host, participants=[{"name": "Olga", "email": owner.email}])


def test_no_step_begins_in_a_meeting_while_it_forgets_the_person(owner, hosted, worker, monkeypatch):
    """Else it would read the name that is about to go, and save it afterwards."""
    factories.say(hosted, "Action: Olga will update the runbook by Wednesday.")
    run, names_in, claims = runs.begin(hosted), forgetting._names_in, []

    def claim() -> states.Claim | None:
        try:
            return states.claim(run.pk)
        finally:
            connections.close_all()

    def names_while_somebody_claims(meeting, person) -> set[str]:
        claims.append(pool.submit(claim))
        with pytest.raises(TimeoutError):
            claims[0].result(0.3)
        return names_in(meeting, person)

    monkeypatch.setattr(forgetting, "_names_in", names_while_somebody_claims)
    with ThreadPoolExecutor(1) as pool:
        erasure.erase(owner, by=owner)
        assert claims[0].result(30) is not None


def test_whoever_was_invited_meanwhile_stays(owner, hosted, monkeypatch):
    of_others = forgetting._of_others

    def found_before_somebody_was_invited(person) -> list[Meeting]:
        found = list(of_others(person))
        meetings.update(
            Meeting.objects.get(), participants=[*hosted.participants, {"name": "Eve", "email": ""}]
        )
        return found

    monkeypatch.setattr(forgetting, "_of_others", found_before_somebody_was_invited)
    erasure.erase(owner, by=owner)
    assert [each["name"] for each in Meeting.objects.get().participants] == ["Deleted user", "Eve"]


def test_an_erasure_that_a_database_gave_up_is_tried_again(owner, last_hook):
    attempts = []

    def give_up_once(person) -> None:
        attempts.append(User.objects.count())
        if len(attempts) == 1:
            raise OperationalError("deadlock detected")

    last_hook(give_up_once)
    erasure.erase(owner, by=owner)
    assert (attempts, User.objects.count(), Erasure.objects.count()) == ([1, 1], 0, 1)


def test_the_sockets_of_all_sessions_are_closed_once_it_is_committed(owner, sign_in, monkeypatch):
    sent = []
    monkeypatch.setattr(realtime, "deliver", lambda group, message: sent.append((group, message["code"])))
    for _ in range(2):
        sign_in(owner)
    groups = {f"session.{session.pk}" for session in owner.sessions.all()}
    with transaction.atomic():
        erasure.erase(owner, by=owner)
        assert sent == []
    assert sorted(sent) == sorted((group, 4401) for group in groups)


def test_what_went_out_for_a_task_that_stays_does_not_go_out_again(owner, worker):
    meeting = factories.meeting(owner)
    factories.say(meeting, "Action: Daniel will update the runbook by Wednesday.")
    factories.client(owner).post(f"/api/v1/meetings/{meeting.pk}/complete", headers={"Prefer": "wait=0"})
    worker.work()
    task = Task.objects.get(assignee_name="Daniel")
    mail = Effect.objects.get(kind="mail", status="sent")
    to = mail.destination
    erasure.erase(owner, by=owner)
    task.refresh_from_db()
    mail.refresh_from_db()
    assert (task.meeting, mail.destination, mail.owner_id, mail.status) == (None, "", None, "sent")
    with transaction.atomic():
        again = effects.intend(Intent(Effect.Kind.MAIL, [str(task.pk)], to, {}, provider=mail.provider))
    assert again is None
    assert effects.covered(Effect.Kind.MAIL, [str(task.pk)], to) == {str(task.pk)}


def test_an_export_streams_over_asgi_and_is_whole(owner, meeting):
    factories.add_recording(meeting)
    request = Exchange(
        "GET", "/v1/users/me/export", headers={"Authorization": f"Bearer {factories.token(owner)}"}
    )
    sizes = []

    class Counting(bytearray):
        def __iadd__(self, block: bytes) -> "Counting":
            sizes.append(len(block))
            return super().__iadd__(block)

    request.answer.body = Counting()
    asyncio.run(request.run(application))
    assert request.answer.status == 200
    made = zipfile.ZipFile(io.BytesIO(bytes(request.answer.body)))
    assert made.testzip() is None
    assert made.read(f"meetings/{meeting.pk}-weekly-sync/recordings/meeting.wav") == factories.wav()
    assert len([size for size in sizes if size]) > 1
