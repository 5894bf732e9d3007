"""The documents' examples for meetings and tasks, each against the mount that it belongs to."""

import json

import pytest

from meetings.models import Meeting
from meetings.tests import factories
from tests.dialects.shapes import differences

pytestmark = pytest.mark.django_db(transaction=True)

MEMO_ROW = {
    "id": "550e8400-e29b-41d4-a716-446655440000",
    "title": "Q4 Sales Review",
    "status": "COMPLETED",
    "created_at": "2024-01-10T14:30:00Z",
}
MEMO_MEETING = {
    "id": "550e8400-e29b-41d4-a716-446655440000",
    "title": "Q4 Sales Review",
    "description": "Quarterly sales performance discussion",
    "participants": ["John Doe", "Jane Smith"],
    "transcription": [
        {
            "speaker": "John Doe",
            "text": "Welcome everyone to our Q4 review...",
            "start_time": "0:00",
            "end_time": "0:15",
        }
    ],
    "summary": "The team discussed Q4 sales performance...",
    "key_points": "1. Revenue increased by 25%\n2. New product launch successful...",
    "action_items": [
        {"task": "Prepare Q1 forecast", "assigned_to": "Jane Smith", "due_date": "2024-01-15"},
    ],
    "audio_filename": "meeting_550e8400.mp3",
    "s3_audio_path": "meetings/audio/550e8400-e29b-41d4-a716-446655440000.mp3",
    "templateid": "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
    "status": "PENDING",
    "analytics_status": "PENDING",
    "user_id": "550e8400-e29b-41d4-a716-446655440000",
    "created_at": "2024-01-10T14:30:00Z",
    "updated_at": "2024-01-10T14:30:00Z",
}
"""As printed, but for `user_id`, which README rule 1 makes a UUID."""

FOUND_LATER = ("transcription", "summary", "key_points", "action_items")
TASK = {
    "id": "uuid",
    "meeting_id": "uuid",
    "title": "Update the runbook",
    "description": "",
    "status": "open",
    "assignee_user_id": None,
    "due_date": "2024-01-15",
}
TICKET = {
    "task_id": "uuid",
    "provider": "memory",
    "key": "tickets-1",
    "url": "memory://tickets/1",
    "status": "sent",
}
REPORT = {
    "status": "completed",
    "summary": ["A bullet."],
    "decisions": [{"text": "The release stays.", "evidence": {"quote": "...", "start": 0.0, "end": 5.0}}],
    "tasks": [TASK],
    "tickets": [TICKET],
    "errors": [],
}
DASHBOARD = {
    "id": "uuid",
    "title": "Q4 Sales Review",
    "created_at": "2024-01-10T14:30:00Z",
    "transcript": [{"start": 0.0, "end": 5.0, "text": "..."}],
    "action_items": [
        {
            "id": "uuid",
            "name": "Prepare Q1 forecast",
            "owner": "Jane Smith",
            "status": "open",
            "deadline": "2024-01-15",
            "category": "",
        }
    ],
    "decisions": [{"text": "The release stays."}],
    "unresolved_questions": [{"text": "Who tests the export?"}],
}

UPLOAD = {
    "title": "Q4 Sales Review",
    "description": "Quarterly sales performance discussion",
    "participants": json.dumps(["Maya", "Daniel"]),
    "templateid": "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
    "start_time": "2026-11-16T09:00:00Z",
}


@pytest.fixture
def spoken(serve):
    serve("speech", "integrations.providers.speech.memory.MemorySpeech", script=factories.SAID)


@pytest.mark.parametrize("mount", ["/api/v1/mobile", "/api/v1/web"])
def test_a_meeting_is_created_and_read_as_memo_prints_it(api, worker, spoken, mount):
    created = api.post(f"{mount}/meetings/", UPLOAD | {"audio_file": factories.upload()})
    assert created.status_code == 201
    body = created.json()
    assert [body[name] for name in FOUND_LATER] == [[], None, None, []]
    known = {name: value for name, value in MEMO_MEETING.items() if name not in FOUND_LATER}
    assert differences(known, body) == []
    assert (body["status"], body["analytics_status"]) == ("PENDING", "PENDING")
    assert body["participants"] == ["Maya", "Daniel"]
    assert body["audio_filename"] == "meeting.wav"

    worker.work()
    body = api.get(f"{mount}/meetings/{body['id']}").json()
    assert (body["status"], body["analytics_status"]) == ("COMPLETED", "COMPLETED")
    assert differences(MEMO_MEETING, body) == []
    assert len(body["transcription"]) == 6
    assert body["transcription"][1]["start_time"] == "0:05"
    assert body["key_points"] == "1. The import is fast again."
    assert body["action_items"] == [
        {"task": "Update the runbook", "assigned_to": "Daniel", "due_date": "2026-11-18"},
        {"task": "Call the customer", "assigned_to": "Maya", "due_date": "2026-11-17"},
    ]


def test_a_page_of_meetings_is_as_memo_prints_it(api, owner):
    for _ in range(3):
        factories.meeting(owner, processing=Meeting.Processing.COMPLETED)
    page = api.get("/api/v1/mobile/meetings/?page=2&limit=2").json()
    assert (
        differences({"data": [MEMO_ROW], "total": 150, "page": 1, "limit": 20, "total_pages": 8}, page) == []
    )
    assert [page[name] for name in ("total", "page", "limit", "total_pages")] == [3, 2, 2, 2]
    assert len(page["data"]) == 1


def test_errors_are_as_memo_prints_them(api, client, meeting):
    path = f"/api/v1/mobile/meetings/{meeting.pk}"
    assert client.get(path).json()["detail"] == "Could not validate credentials"
    assert differences({"detail": "..."}, api.get(f"{path[:-12]}000000000000").json()) == []

    untitled = api.post("/api/v1/mobile/meetings/", {"audio_file": factories.upload()})
    assert untitled.status_code == 422
    assert untitled.json()["detail"] == [
        {"loc": ["body", "title"], "msg": "field required", "type": "value_error.missing"}
    ]
    text = factories.upload(b"These are only words. " * 50, "meeting.mp3")
    refused = api.post("/api/v1/mobile/meetings/", {"title": "Words", "audio_file": text})
    assert refused.status_code == 415
    assert refused.json()["detail"] == "Invalid audio file format. Please use M4A, WAV, or MP3."


def test_completing_answers_with_the_report_of_the_automation_document(api, worker, spoken, meeting):
    factories.say(meeting)
    path = f"/api/v1/meetings/{meeting.pk}"
    started = api.post(f"{path}/complete", headers={"Prefer": "respond-async"})
    assert started.status_code == 202
    assert differences({"summary": [], "tasks": [], "tickets": []}, started.json()) == []
    worker.work()
    report = api.post(f"{path}/complete")
    assert report.status_code == 200
    assert differences(REPORT, report.json()) == []
    assert len(report.json()["tickets"]) == len(report.json()["tasks"]) == 2
    assert api.get(f"{path}/report").json() == report.json()


def test_an_upload_is_answered_at_once_and_shown_on_the_dashboard(api, worker, spoken):
    uploaded = api.post("/upload", {"file": factories.upload(name="planning.wav")})
    assert uploaded.status_code == 201
    body = uploaded.json()
    assert differences({"meeting_id": "uuid", "id": "uuid", "status": "PENDING"}, body) == []
    assert body["meeting_id"] == body["id"]
    worker.work()
    for answer in (
        api.post(f"/transcribe/{body['id']}"),
        api.post(f"/extract/{body['id']}"),
        api.get(f"/meeting/{body['id']}"),
    ):
        assert answer.status_code == 200
        assert differences(DASHBOARD, answer.json()) == []
        assert answer.json()["title"] == "planning"
        assert len(answer.json()["action_items"]) == 2
