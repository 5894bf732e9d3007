"""Many clients at once, each with a connection of its own: one run, one set of effects, no lost recording."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from audio.models import Recording, StorageDeletion
from audio.services import recordings
from integrations import registry
from integrations.models import Effect
from meetings.models import Run
from tasks.models import Task

from . import factories

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count: int, call: Callable):
    """What `call(number)` answers in so many threads that start together."""
    start = threading.Barrier(count)

    def each(number: int):
        try:
            start.wait(10)
            return call(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(each, range(count)))


@pytest.mark.parametrize("kind", ["transcript", "grown"])
def test_twenty_completes_are_one_run_with_one_set_of_effects_and_one_answer(owner, meeting, worker, kind):
    path = f"/api/v1/meetings/{meeting.pk}"
    api = factories.client(owner)
    runs = 1
    factories.say(meeting)
    if kind == "grown":
        api.post(f"{path}/complete")
        worker.work()
        factories.say(meeting, "Action: Daniel will water the plants by Friday.", at=200)
        runs = 2

    def complete(number: int) -> tuple[int, str]:
        client = factories.client(owner)
        answer = client.post(f"{path}/complete", headers={"Prefer": "respond-async"})
        return answer.status_code, json.dumps(answer.json(), sort_keys=True)

    assert {status for status, _ in at_once(20, complete)} == {202}
    worker.work()
    (status, body), = set(at_once(20, complete))  # fmt: skip
    assert (status, json.loads(body)["status"]) == (200, "completed")
    worker.work()
    assert list(Run.objects.values_list("status", flat=True)) == ["completed"] * runs
    tasks = Task.objects.count()
    assert tasks == (3 if kind == "grown" else 2)
    assert len(registry.provider("tickets", "memory").effects) == tasks
    assert set(Effect.objects.exclude(kind="chat").values_list("status", flat=True)) == {"sent"}


def test_recordings_that_arrive_together_all_find_their_place(owner, meeting, worker):
    path = f"/api/v1/meetings/{meeting.pk}/recordings"

    def add(number: int):
        sound = factories.upload(factories.wav(1.0, hertz=300 + number), f"{number}.wav")
        return factories.client(owner).post(path, {"file": sound})

    answers = at_once(4, add)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert sorted(answer.json()["position"] for answer in answers) == [0, 1, 2, 3]
    assert [answer.json()["filename"] for answer in answers] == [f"{n}.wav" for n in range(4)]
    assert sorted(Run.objects.values_list("status", flat=True)) == ["open"] + ["superseded"] * 3
    worker.work()
    newest = Run.objects.get(status="open")
    assert newest.steps.get(name="decode").output["recordings"] == 4


def test_a_meeting_deleted_while_a_recording_arrives_takes_the_file_with_it(owner, meeting, monkeypatch):
    stored = recordings.store

    def store_while_deleting(upload, *, meeting_id):
        kept = stored(upload, meeting_id=meeting_id)
        assert factories.client(owner).delete(f"/api/v1/meetings/{meeting.pk}").status_code == 204
        return kept

    monkeypatch.setattr(recordings, "store", store_while_deleting)
    api = factories.client(owner)
    answer = api.post(
        f"/api/v1/meetings/{meeting.pk}/recordings", {"file": factories.upload(factories.wav(1.0))}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "MEETING_NOT_FOUND")
    assert not Recording.objects.exists()
    assert list(StorageDeletion.objects.values_list("not_before", flat=True)) == [None]
