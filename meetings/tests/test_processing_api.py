"""What happens when: complete, retry, cancel, re-runs, effects and their reasons (README rule 7)."""

import pytest

from integrations import registry
from integrations.models import Effect
from meetings.models import Meeting, Run
from meetings.pipeline.definition import NAMES

from . import factories

pytestmark = pytest.mark.django_db(transaction=True)

ENGINES = "meetings.tests.engines"
ASYNC = {"Prefer": "respond-async"}


@pytest.fixture
def path(meeting) -> str:
    return f"/api/v1/meetings/{meeting.pk}"


@pytest.fixture
def said(meeting) -> Meeting:
    factories.say(meeting)
    return meeting


def sent(kind: str) -> int:
    return len(registry.provider(kind, "memory").effects)


def everything_sent() -> dict[str, int]:
    return {kind: sent(kind) for kind in ("tickets", "mail", "chat", "calendars")}


def test_a_meeting_without_input_cannot_be_completed(api, path):
    answer = api.post(f"{path}/complete")
    assert (answer.status_code, answer.json()["code"]) == (409, "NOTHING_TO_COMPLETE")
    assert not Run.objects.exists()
    assert Meeting.objects.get().completed_at is None


def test_completing_answers_202_until_everything_is_done(api, worker, said, path):
    answer = api.post(f"{path}/complete", headers=ASYNC)
    assert (answer.status_code, answer.json()["status"]) == (202, "processing")
    assert answer.headers["Location"] == f"{path}/report"
    assert api.get(answer.headers["Location"]).json() == answer.json()
    assert api.get(path).json()["status"] == "completed"

    worker.work()
    answer = api.post(f"{path}/complete", headers=ASYNC)
    assert (answer.status_code, answer.json()["status"]) == (200, "completed")
    assert answer.json()["errors"] == []
    assert [step["name"] for step in api.get(path).json()["steps"]] == list(NAMES)


def test_completing_again_repeats_nothing(api, worker, said, path):
    api.post(f"{path}/complete")
    worker.work()
    first, effects = api.post(f"{path}/complete").json(), everything_sent()
    assert effects == {"tickets": 2, "mail": 2, "chat": 0, "calendars": 2}
    for _ in range(3):
        assert api.post(f"{path}/complete").json() == first
        worker.work()
    assert everything_sent() == effects
    assert Run.objects.count() == 1


def test_nothing_leaves_before_complete(api, worker, meeting, path):
    api.post(f"{path}/recordings", {"file": factories.upload()})
    worker.work()
    report = api.get(f"{path}/report").json()
    assert (report["status"], report["processing_status"], report["released"]) == (
        "completed",
        "COMPLETED",
        False,
    )
    assert len(report["tasks"]) == 2
    assert (report["tickets"], report["effects"], Effect.objects.count()) == ([], [], 0)


def test_auto_complete_lets_everything_leave_at_once(api, worker, owner):
    owner.auto_complete = True
    owner.save()
    body = {"code": "x", "start_time": "2026-11-16T09:00:00Z", "participants": ["Maya <maya@example.org>"]}
    made = api.post("/api/v1/meetings/", body, format="json").json()
    assert made["auto_complete"] is True
    api.post(f"/api/v1/meetings/{made['id']}/recordings", {"file": factories.upload()})
    worker.work()
    assert everything_sent() == {"tickets": 2, "mail": 1, "chat": 0, "calendars": 1}


def test_later_audio_is_a_new_revision_that_repeats_no_task_and_no_effect(api, worker, meeting, path):
    api.post(f"{path}/recordings", {"file": factories.upload()})
    api.post(f"{path}/complete")
    worker.work()
    before, effects = api.get(f"{path}/report").json(), everything_sent()

    later = factories.upload(factories.wav(5.0))
    api.post(f"{path}/recordings", {"file": later, "starts_at": "2026-11-16T09:01:00Z"})
    assert api.get(f"{path}/report").json()["status"] == "processing"
    worker.work()
    api.post(f"{path}/complete")
    worker.work()
    after = api.get(f"{path}/report").json()
    assert after["status"] == "completed"
    assert [task["id"] for task in after["tasks"]] == [task["id"] for task in before["tasks"]]
    assert everything_sent() == effects
    transcript = api.get(f"/api/v1/transcripts/{meeting.pk}").json()
    assert [row["start"] for row in transcript] == [0, 5, 10, 15, 20, 25, 60]


def test_a_transcript_that_grew_after_the_run_is_understood_by_the_next_complete(api, worker, said, path):
    api.post(f"{path}/complete")
    worker.work()
    factories.say(said, "Action: Daniel will water the plants by Friday.", at=200.0)
    api.post(f"{path}/complete")
    worker.work()
    titles = [task["title"] for task in api.get(f"{path}/report").json()["tasks"]]
    assert titles == ["Update the runbook", "Call the customer", "Water the plants"]
    assert everything_sent() == {"tickets": 3, "mail": 3, "chat": 0, "calendars": 3}


def test_language_that_fails_leaves_a_partial_meeting_that_the_next_complete_resumes(
    api, worker, serve, meeting, path
):
    serve("language", f"{ENGINES}.FailingLanguage", error="broken", times=4, call="summarize")
    api.post(f"{path}/recordings", {"file": factories.upload()})
    api.post(f"{path}/complete")
    worker.work()
    for _ in range(3):
        worker.wait()
    answer = api.get(f"{path}/report").json()
    assert (answer["status"], answer["processing_status"]) == ("partial", "COMPLETED")
    assert answer["errors"] == [
        {
            "step": "summarize",
            "code": "internal",
            "detail": "The step summarize failed unexpectedly; the log has the details.",
        }
    ]
    assert len(api.get(f"/api/v1/transcripts/{meeting.pk}").json()) == 6
    assert api.get(f"/api/v1/mobile/meetings/{meeting.pk}").json()["error"] == answer["errors"][0]["detail"]
    assert (everything_sent()["tickets"], answer["tickets"]) == (0, [])

    claims = {step["name"]: step["attempts"] for step in api.get(path).json()["steps"]}
    assert (claims["transcribe"], claims["summarize"]) == (1, 4)
    resumed = api.post(f"{path}/complete", headers=ASYNC)
    assert (resumed.status_code, resumed.json()["errors"]) == (202, [])
    worker.work()
    done = api.post(f"{path}/complete").json()
    assert (done["status"], done["errors"], len(done["tickets"])) == ("completed", [], 2)
    claims = {step["name"]: step["attempts"] for step in api.get(path).json()["steps"]}
    assert (claims["transcribe"], claims["summarize"]) == (1, 5)
    assert Run.objects.count() == 1


def test_speech_that_fails_fails_the_meeting_until_it_is_retried(api, worker, serve, meeting, path):
    serve("speech", f"{ENGINES}.FailingSpeech", error="rejected", times=4)
    api.post(f"{path}/recordings", {"file": factories.upload()})
    worker.work()
    for _ in range(3):
        worker.wait()
    answer = api.get(f"{path}/report").json()
    assert (answer["status"], answer["processing_status"]) == ("failed", "FAILED")
    assert [(e["step"], e["code"]) for e in answer["errors"]] == [("transcribe", "rejected")]
    assert api.get("/api/v1/mobile/meetings/?status=failed").json()["total"] == 1

    retried = api.post(f"/api/v1/mobile/meetings/{meeting.pk}/retry")
    assert (retried.status_code, retried.json()["error"]) == (202, None)
    worker.work()
    assert api.get(path).json()["processing_status"] == "COMPLETED"
    again = api.post(f"{path}/retry")
    assert (again.status_code, again.json()["code"]) == (409, "NOTHING_TO_RETRY")


def test_a_cancelled_meeting_says_so_and_can_be_taken_up_again(api, worker, said, path):
    assert api.post(f"{path}/cancel").json()["code"] == "NOTHING_TO_CANCEL"
    api.post(f"{path}/complete")
    cancelled = api.post(f"{path}/cancel")
    assert (cancelled.status_code, cancelled.json()["processing_status"]) == (200, "FAILED")
    assert cancelled.json()["error"] == "cancelled by its owner"
    worker.work()
    report = api.get(f"{path}/report").json()
    assert (report["status"], report["tasks"]) == ("failed", [])
    assert report["errors"] == [{"step": None, "code": "cancelled", "detail": "cancelled by its owner"}]
    api.post(f"{path}/retry")
    worker.work()
    assert api.get(f"{path}/report").json()["status"] == "completed"


def test_without_providers_effects_are_skipped_with_a_reason_and_nothing_is_claimed(
    api, worker, serve, said, path
):
    for kind in ("tickets", "mail", "chat", "calendars", "documents", "bots"):
        serve(kind)
    api.post(f"{path}/complete")
    worker.work()
    report = api.post(f"{path}/complete").json()
    assert (report["status"], report["tickets"], report["notices"]) == ("completed", [], [])
    assert {(e["status"], e["reason"]) for e in report["effects"]} == {("skipped", "no provider")}
    assert {e["kind"] for e in report["effects"]} == {"tickets", "mail", "chat", "calendars"}
    assert api.get(f"/api/v1/tasks/{report['tasks'][0]['id']}").json()["tickets"] == []


def test_what_is_configured_later_is_done_by_the_next_revision(api, worker, serve, said, path):
    serve("tickets")
    api.post(f"{path}/complete")
    worker.work()
    serve("tickets", "integrations.providers.tickets.memory.MemoryTickets")
    factories.say(said, "Point: One more.", at=300.0)
    api.post(f"{path}/complete")
    worker.work()
    assert len(registry.provider("tickets", "chosen").effects) == 2
    assert len(api.get(f"{path}/report").json()["tickets"]) == 2


def test_the_report_says_that_memory_providers_keep_everything_here(api, worker, said, path):
    api.post(f"{path}/complete")
    worker.work()
    (notice,) = api.get(f"{path}/report").json()["notices"]
    assert notice.startswith("Nothing leaves this machine: tickets, mail, chat, calendars")


def test_an_effect_that_the_vendor_refuses_makes_the_report_partial(api, worker, serve, said, path):
    serve("tickets", "meetings.tests.engines.RefusingTickets")
    api.post(f"{path}/complete")
    worker.work()
    report = api.post(f"{path}/complete").json()
    assert (report["status"], report["processing_status"]) == ("partial", "COMPLETED")
    assert report["errors"] == 2 * [
        {"step": "tickets", "code": "tickets_failed", "detail": "The project does not exist."}
    ]
    assert {ticket["status"] for ticket in report["tickets"]} == {"failed"}
    assert sent("mail") == 2


def test_a_vendor_that_is_down_delays_its_effects_and_nothing_else(api, worker, serve, said, path):
    serve("tickets", "integrations.providers.tickets.memory.MemoryTickets", fail_first=1)
    api.post(f"{path}/complete")
    worker.work()
    assert api.post(f"{path}/complete", headers=ASYNC).status_code == 202
    assert (sent("mail"), len(registry.provider("tickets", "chosen").effects)) == (2, 1)
    worker.wait()
    assert api.post(f"{path}/complete", headers=ASYNC).status_code == 200
    assert len(registry.provider("tickets", "chosen").effects) == 2
