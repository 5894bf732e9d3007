"""An engine that is not there: uploads are taken and wait, nothing is counted, and it goes on once it is."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from meetings.models import StepRun
from meetings.pipeline import runner

from . import factories

pytestmark = pytest.mark.django_db(transaction=True)

ENGINES = "meetings.tests.engines"


def step(api, meeting_id, name: str) -> dict:
    steps = api.get(f"/api/v1/meetings/{meeting_id}").json()["steps"]
    return next(each for each in steps if each["name"] == name)


@pytest.mark.parametrize(
    ("kind", "backend", "name", "error", "sentence"),
    [
        (
            "speech",
            "FailingSpeech",
            "transcribe",
            "misconfigured",
            "The weights of this engine are not installed.",
        ),
        ("diarization", "FailingDiarizer", "diarize", "unavailable", "The engine is starting."),
        ("language", "FailingLanguage", "attribute", "unavailable", "The engine is starting."),
    ],
)
def test_an_engine_that_is_down_delays_a_meeting_and_counts_nothing(
    api, worker, serve, kind, backend, name, error, sentence
):
    serve(kind, f"{ENGINES}.{backend}", error=error, times=5)
    health = api.get("/health").json()
    assert health["status"] == "healthy"
    assert health["engines"][kind]["ready"] is (error != "misconfigured")
    made = api.post("/upload", {"file": factories.upload()})
    assert made.status_code == 201
    meeting_id = made.json()["id"]
    worker.work()
    for _ in range(4):
        waiting = step(api, meeting_id, name)
        assert (waiting["status"], waiting["error_code"], waiting["error"]) == ("parked", error, sentence)
        worker.wait()
    row = StepRun.objects.get(name=name)
    assert (row.status, row.failures, row.deaths, row.parks, row.claim) == ("parked", 0, 0, 5, 5)
    report = api.get(f"/api/v1/meetings/{meeting_id}/report").json()
    assert (report["status"], report["processing_status"]) == ("processing", "PROCESSING")
    assert report["errors"] == [{"step": name, "code": error, "detail": sentence}]

    worker.wait()
    report = api.get(f"/api/v1/meetings/{meeting_id}/report").json()
    assert (report["status"], report["processing_status"], report["errors"]) == ("completed", "COMPLETED", [])
    assert step(api, meeting_id, name)["error"] == ""
    assert api.get("/health").json()["engines"][kind] == {
        "provider": "chosen",
        "engine": {"speech": "memory-speech", "diarization": "memory-diarizer"}.get(kind, "memory-language"),
        "ready": True,
        "detail": "",
    }


def test_a_parked_step_is_left_alone_until_its_time(api, worker, serve, meeting):
    serve("language", f"{ENGINES}.FailingLanguage", error="unavailable", times=1)
    factories.say(meeting)
    api.post(f"/api/v1/meetings/{meeting.pk}/complete")
    worker.work()
    parked = StepRun.objects.get(status="parked")
    seconds = timedelta(seconds=10), timedelta(seconds=15)
    assert StepRun.objects.filter(pk=parked.pk, not_before__range=[Now() + each for each in seconds]).exists()
    runner.schedule(str(parked.run_id))
    worker.work()
    parked.refresh_from_db()
    assert (parked.status, parked.claim) == ("parked", 1)


def test_an_engine_that_nobody_configured_parks_too(api, worker, serve, meeting):
    serve("language")
    factories.say(meeting)
    api.post(f"/api/v1/meetings/{meeting.pk}/complete")
    worker.work()
    parked = StepRun.objects.get(status="parked")
    assert (parked.error_code, parked.error) == ("misconfigured", "No language engine is configured.")
    state = api.get("/health").json()["engines"]["language"]
    assert state == {"provider": None, "engine": None, "ready": False, "detail": "nothing is configured"}
