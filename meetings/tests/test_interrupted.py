"""Steps that end in the middle: what they leave behind neither harms the next try nor stays."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections
from django.db.backends.signals import connection_created

from audio.models import StorageDeletion, Track
from audio.services import tracks
from core import registry
from core.broker import GivesBack
from integrations.providers.speech.memory import MemorySpeech
from meetings.pipeline import runner, runs

from . import factories

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """The process is gone: nothing of ours handles it."""


@pytest.fixture
def recorded(meeting):
    factories.add_recording(meeting)
    return meeting


def test_a_track_that_was_half_stored_when_its_worker_died_is_not_used(recorded, worker, monkeypatch):
    whole = default_storage.save

    def die_halfway(name, content):
        whole(name, ContentFile(content.read(1000)))
        raise Killed

    runs.begin(recorded)
    with monkeypatch.context() as patched:
        patched.setattr(default_storage, "save", die_halfway)
        with pytest.raises(Killed):
            worker.work()
    left = StorageDeletion.objects.get().file
    registry.release_leases()
    worker.wait()
    with tracks.opened(Track.objects.get(meeting=recorded)) as audio:
        assert audio.duration == pytest.approx(30.0, abs=0.01)
    assert recorded.segments.count() > 0
    assert StorageDeletion.objects.get().file == left


def test_the_threads_of_a_step_leave_no_connection_open(recorded, worker, monkeypatch):
    monkeypatch.setattr(runner, "PROGRESS_EVERY", 0)
    opened = []

    def remember(connection, **rest):
        opened.append(connection)

    connection_created.connect(remember)
    try:
        runs.begin(recorded)
        worker.work()
    finally:
        connection_created.disconnect(remember)
    others = [each for each in opened if each is not connections["default"]]
    assert others
    assert [each.connection for each in others] == [None] * len(others)


def test_a_process_that_is_asked_to_stop_gives_its_step_back_at_once(recorded, worker, monkeypatch):
    """Also where the step is in native code, which nothing interrupts."""
    monkeypatch.setattr(runner, "PROGRESS_EVERY", 0)
    run = runs.begin(recorded)
    transcribe = MemorySpeech.transcribe
    given_back = []

    def transcribe_while_stopping(self, audio, **wishes):
        if not given_back:
            GivesBack().before_worker_shutdown(None, None)
            given_back.append(run.steps.get(name="transcribe"))
        return transcribe(self, audio, **wishes)

    monkeypatch.setattr(MemorySpeech, "transcribe", transcribe_while_stopping)
    assert worker.work(1) == 1
    assert [(step.status, step.deaths, step.lease_until) for step in given_back] == [("pending", 0, None)]
    step = run.steps.get(name="transcribe")
    assert (step.status, step.claim, step.failures) == ("pending", 1, 0)
    assert registry.give_back() == 0
    worker.work()
    step.refresh_from_db()
    assert (step.status, step.claim, step.failures) == ("succeeded", 2, 0)
