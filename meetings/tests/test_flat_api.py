"""`/api/v1/meetings` and what was found in them: creating, filtering, recordings, transcripts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone as clock

from audio.models import StorageDeletion
from audio.services import files
from meetings.models import Meeting, Run, Segment
from meetings.pipeline import runs

from . import factories

pytestmark = pytest.mark.django_db

MEETINGS = "/api/v1/meetings/"
SHORT = factories.wav(1.0)


def titles(answer) -> list[str]:
    assert answer.status_code == 200
    return [row["title"] for row in answer.json()]


def test_a_meeting_is_created_by_its_code_and_start(api, owner):
    made = api.post(MEETINGS, {"code": "abc-defg-hij", "start_time": "2999-01-01T09:00:00Z"}, format="json")
    assert made.status_code == 201
    body = made.json()
    assert (body["code"], body["title"], body["status"]) == ("abc-defg-hij", "abc-defg-hij", "scheduled")
    assert (body["processing_status"], body["start_time"]) == ("PENDING", "2999-01-01T09:00:00Z")
    assert (body["owner_id"], body["steps"], body["error"]) == (str(owner.pk), [], None)
    assert api.get(f"{MEETINGS}{body['id']}").json() == body


def test_code_and_start_are_needed(api):
    answer = api.post(MEETINGS, {}, format="json")
    assert answer.status_code == 422
    missing = {(*fault["loc"], fault["msg"]) for fault in answer.json()["detail"]}
    assert missing == {("body", "code", "field required"), ("body", "start_time", "field required")}
    assert not Meeting.objects.exists()


def test_the_status_filter_is_the_lifecycle(api, owner):
    now = clock.now()
    factories.meeting(owner, title="Next week", start_time=now + timedelta(days=7))
    factories.meeting(owner, title="Running", start_time=now - timedelta(minutes=5))
    factories.meeting(owner, title="Early bird", start_time=now + timedelta(hours=1), revision=1)
    factories.meeting(owner, title="Over", completed_at=now)
    assert titles(api.get(MEETINGS, {"status": "scheduled"})) == ["Next week"]
    assert titles(api.get(MEETINGS, {"status": "active"})) == ["Early bird", "Running"]
    assert titles(api.get(MEETINGS, {"status": "completed"})) == ["Over"]
    for row in api.get(MEETINGS).json():
        assert row["title"] in titles(api.get(MEETINGS, {"status": row["status"]}))
    assert api.get(MEETINGS, {"status": "COMPLETED"}).status_code == 422


def test_a_list_is_bare_and_its_size_is_in_the_headers(api, owner):
    for number in range(3):
        factories.meeting(owner, title=f"Meeting {number}")
    answer = api.get(MEETINGS, {"limit": 1, "offset": 1})
    assert titles(answer) == ["Meeting 1"]
    assert answer.headers["X-Total-Count"] == "3"
    assert 'rel="next"' in answer.headers["Link"]


def test_a_change_of_zone_reads_the_new_start_in_it(api, meeting):
    changes = {"timezone": "Europe/Berlin", "start_time": "2026-01-05T10:00:00", "auto_complete": True}
    answer = api.patch(f"{MEETINGS}{meeting.pk}", changes, format="json")
    assert (answer.status_code, answer.json()["start_time"]) == (200, "2026-01-05T09:00:00Z")
    meeting.refresh_from_db()
    assert (meeting.timezone, meeting.auto_complete) == ("Europe/Berlin", True)


@pytest.mark.parametrize(
    "changes",
    [{"timezone": "Nowhere"}, {"start_time": "2026-13-01T00:00:00Z"}, {"participants": 7}, {"title": None}],
)
def test_a_wrong_change_changes_nothing(api, meeting, changes):
    before = Meeting.objects.values().get()
    answer = api.patch(f"{MEETINGS}{meeting.pk}", {"code": "new"} | changes, format="json")
    assert answer.status_code == 422
    assert [fault["loc"] for fault in answer.json()["detail"]] == [["body", *changes]]
    assert Meeting.objects.values().get() == before


def test_recordings_follow_each_other_and_a_second_file_shares_the_place(api, meeting):
    path = f"{MEETINGS}{meeting.pk}/recordings"
    first = api.post(path, {"file": factories.upload(SHORT, "a.wav")})
    both = {"file": factories.upload(SHORT, "b.wav"), "second_audio_file": factories.upload(SHORT, "c.wav")}
    second = api.post(path, both | {"starts_at": "2026-11-16T10:00:00Z"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert (first.json()["filename"], first.json()["position"]) == ("a.wav", 0)
    assert (second.json()["filename"], second.json()["position"], second.json()["role"]) == (
        "b.wav",
        1,
        "primary",
    )
    assert (first.json()["starts_at"], second.json()["starts_at"]) == (
        "2026-11-16T09:00:00Z",
        "2026-11-16T10:00:00Z",
    )
    assert [row["filename"] for row in api.get(path).json()] == ["a.wav", "b.wav", "c.wav"]
    assert (first.json()["duration"], first.json()["sample_rate"]) == (1.0, 8000)
    assert first.json()["sha256"] == second.json()["sha256"]
    revisions = Run.objects.order_by("revision").values_list("revision", "status")
    assert list(revisions) == [(1, "superseded"), (2, "open")]


def test_deleting_a_meeting_takes_its_files_from_the_storage(api, meeting):
    factories.add_recording(meeting, SHORT)
    file = meeting.recordings.get().file
    assert api.delete(f"{MEETINGS}{meeting.pk}").status_code == 204
    assert not Meeting.objects.exists()
    assert list(StorageDeletion.objects.values_list("file", "not_before")) == [(file, None)]
    assert default_storage.exists(file)
    assert files.sweep() == 1
    assert not default_storage.exists(file)
    assert not StorageDeletion.objects.exists()
    assert api.delete(f"{MEETINGS}{meeting.pk}").status_code == 404


def post_segments(api, meeting, *segments):
    body = {"meeting_id": str(meeting.pk), "segments": list(segments)}
    return api.post("/api/v1/transcripts/", body, format="json")


def test_a_client_can_post_what_it_transcribed_itself(api, meeting):
    late = {"start": 60.0, "end": 61.5, "text": "And then?"}
    early = {"start": 0.25, "end": 1.5, "text": "Hello."}
    posted = post_segments(api, meeting, late, early)
    assert posted.status_code == 201
    shown = api.get(f"/api/v1/transcripts/{meeting.pk}")
    assert [{key: row[key] for key in late} for row in shown.json()] == [early, late]
    assert {row["source"] for row in shown.json()} == {"client"}
    again = post_segments(api, meeting, {"start": 30, "end": 31, "text": "In between."})
    assert again.status_code == 201
    shown = api.get(f"/api/v1/transcripts/{meeting.pk}").json()
    assert [row["text"] for row in shown] == ["Hello.", "In between.", "And then?"]
    assert api.get(f"{MEETINGS}{meeting.pk}").json()["status"] == "active"


@pytest.mark.parametrize(
    "segment",
    [
        {"start": 2, "end": 1, "text": "x"},
        {"start": -1, "end": 1, "text": "x"},
        {"start": 0, "end": 1},
        {"start": "soon", "end": 1, "text": "x"},
        {"start": 0, "end": 1, "text": ""},
        {"start": 0, "end": 1e300, "text": "x"},
        {"start": "nan", "end": "nan", "text": "x"},
        {"start": 0, "end": "inf", "text": "x"},
    ],
)
def test_a_segment_that_cannot_be_is_refused_with_all_of_its_request(api, meeting, segment):
    good = {"start": 0, "end": 1, "text": "Hello."}
    answer = post_segments(api, meeting, good, segment)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][:3] == ["body", "segments", 1]
    assert not Segment.objects.exists()


def test_what_was_found_is_empty_before_anything_was_heard(api, meeting):
    for kind in ("transcripts", "diarization", "summaries"):
        answer = api.get(f"/api/v1/{kind}/{meeting.pk}")
        assert (answer.status_code, answer.json()) == (200, [])
    report = api.get(f"{MEETINGS}{meeting.pk}/report").json()
    assert (report["status"], report["processing_status"]) == ("pending", "PENDING")
    assert [report[name] for name in ("summary", "tasks", "tickets", "errors")] == [[], [], [], []]
    assert report["start_time"] == datetime(2026, 11, 16, 9, tzinfo=UTC).isoformat().replace("+00:00", "Z")


@pytest.mark.django_db(transaction=True)
def test_what_was_heard_is_shown_with_speakers_and_summarised(
    api, meeting, worker, django_assert_max_num_queries
):
    factories.add_recording(meeting)
    runs.begin(meeting)
    worker.work()
    with django_assert_max_num_queries(4):
        spoken = api.get(f"/api/v1/diarization/{meeting.pk}").json()
    assert [(row["label"], row["speaker"]) for row in spoken[:2]] == [
        ("Speaker 1", "Maya"),
        ("Speaker 2", "Daniel"),
    ]
    assert [(row["start"], row["end"]) for row in spoken[:2]] == [(0.0, 5.0), (5.0, 10.0)]
    transcript = api.get(f"/api/v1/transcripts/{meeting.pk}").json()
    assert [row["text"] for row in transcript] == [row["text"] for row in spoken]
    assert transcript[0]["words"][0] == ["I", 0, 556, 1.0]
    summary = api.get(f"/api/v1/summaries/{meeting.pk}").json()
    assert summary[0]["text"] == "I am Maya and this is our weekly meeting."
    assert summary[0]["evidence"]["segment_ids"] == [transcript[0]["id"]]


@pytest.mark.django_db(transaction=True)
def test_posted_segments_count_only_where_no_audio_covers_them(api, meeting, worker):
    before = {"start": 3.0, "end": 4.0, "text": "Posted early."}
    beyond = {"start": 100.0, "end": 104.0, "text": "Decision: We meet again on Friday."}
    post_segments(api, meeting, before, beyond)
    factories.add_recording(meeting)
    runs.begin(meeting)
    worker.work()
    shown = api.get(f"/api/v1/transcripts/{meeting.pk}").json()
    assert [row["source"] for row in shown] == ["audio"] * 6 + ["client"]
    post_segments(api, meeting, {"start": 1.0, "end": 2.0, "text": "Posted late."})
    assert api.get(f"/api/v1/transcripts/{meeting.pk}").json() == shown
    decisions = api.get(f"{MEETINGS}{meeting.pk}/report").json()["decisions"]
    assert [each["text"] for each in decisions] == [
        "The release stays on Thursday.",
        "We meet again on Friday.",
    ]
