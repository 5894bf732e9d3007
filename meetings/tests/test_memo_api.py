"""`/api/v1/mobile/meetings` and the same under `/web`: what goes in, what is listed, changed and deleted."""

import json
from datetime import UTC, datetime

import pytest

from audio.models import Recording
from meetings.models import Meeting, Run

from . import factories

pytestmark = pytest.mark.django_db

MOUNT = "/api/v1/mobile/meetings/"
MAYA = {"name": "Maya", "email": "maya@example.org"}
SHORT = factories.wav(1.0)


def create(api, mount: str = MOUNT, **fields):
    form = {"title": "Sync", "audio_file": factories.upload(SHORT)} | fields
    return api.post(mount, {name: value for name, value in form.items() if value is not None})


def faults(answer) -> list[tuple]:
    assert answer.status_code == 422
    return [(*fault["loc"], fault["msg"]) for fault in answer.json()["detail"]]


@pytest.mark.parametrize(
    ("said", "people"),
    [
        ('["Maya", "Daniel"]', [{"name": "Maya", "email": ""}, {"name": "Daniel", "email": ""}]),
        ('["Maya <maya@example.org>"]', [MAYA]),
        (json.dumps([MAYA]), [MAYA]),
        ("Maya <maya@example.org>, Daniel", [MAYA, {"name": "Daniel", "email": ""}]),
        ('["maya@example.org"]', [{"name": "maya", "email": "maya@example.org"}]),
        ('["Maya", "maya", "MAYA"]', [{"name": "Maya", "email": ""}]),
        ("", []),
    ],
)
def test_participants_come_in_every_form_in_which_clients_say_them(api, meeting, said, people):
    changed = api.put(f"{MOUNT}{meeting.pk}", {"participants": said}, format="json")
    assert changed.status_code == 200
    meeting.refresh_from_db()
    assert meeting.participants == people
    assert changed.json()["participants"] == [person["name"] for person in people]


@pytest.mark.parametrize(
    "said",
    [
        "[",
        '{"name": "Maya"}',
        "[5]",
        "[null]",
        '[""]',
        '[{"email": "nobody"}]',
        '[{"name": {"first": "Maya"}}]',
        '["Maya\\u0000"]',
        '["Maya\\ud800"]',
        '[["Maya"]]',
        "[" * 100_000,
        json.dumps([f"Guest {n}" for n in range(201)]),
    ],
    ids=range(12),
)
def test_participants_that_are_none_are_refused_and_change_nothing(api, meeting, said):
    before = meeting.participants
    answer = api.put(f"{MOUNT}{meeting.pk}", {"title": "New", "participants": said}, format="json")
    assert [fault[:2] for fault in faults(answer)] == [("body", "participants")]
    meeting.refresh_from_db()
    assert (meeting.title, meeting.participants) == ("Weekly sync", before)


@pytest.mark.parametrize(
    ("start", "zone", "meant"),
    [
        ("2026-07-01T09:00:00", "Europe/Berlin", datetime(2026, 7, 1, 7, tzinfo=UTC)),
        ("2026-07-01T09:00:00", None, datetime(2026, 7, 1, 9, tzinfo=UTC)),
        ("2026-07-01T09:00:00+05:30", "Europe/Berlin", datetime(2026, 7, 1, 3, 30, tzinfo=UTC)),
    ],
)
def test_a_start_without_an_offset_is_meant_in_the_meetings_zone(api, start, zone, meant):
    made = create(api, start_time=start, timezone=zone)
    assert made.status_code == 201
    meeting = Meeting.objects.get()
    assert (meeting.start_time, meeting.timezone) == (meant, zone or "UTC")
    assert made.json()["start_time"] == meant.isoformat().replace("+00:00", "Z")


def test_the_zone_of_a_person_is_that_of_their_meetings(api, owner):
    owner.timezone = "Asia/Tokyo"
    owner.save()
    assert create(api, start_time="2026-07-01T09:00:00").json()["start_time"] == "2026-07-01T00:00:00Z"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Mars/Olympus"),
        ("start_time", "yesterday"),
        ("start_time", "0001-01-01T00:00:00+01:00"),
        ("start_time", "9999-12-31T23:59:59-01:00"),
        ("title", ""),
        ("title", "x" * 301),
        ("templateid", "7"),
        ("participants", "["),
        ("audio_file", "not a file"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_made(api, field, value):
    answer = create(api, **{field: value})
    assert [fault[:2] for fault in faults(answer)] == [("body", field)]
    assert not Meeting.objects.exists()
    assert not Recording.objects.exists()


def test_a_meeting_needs_a_title_and_a_recording(api):
    assert faults(create(api, title=None, audio_file=None)) == [
        ("body", "title", "field required"),
        ("body", "audio_file", "field required"),
    ]


def test_two_files_are_two_recordings_of_one_place(api):
    made = create(api, second_audio_file=factories.upload(SHORT, "system.wav"))
    assert made.status_code == 201
    rows = Recording.objects.values_list("role", "position", "filename")
    assert list(rows) == [("primary", 0, "meeting.wav"), ("second", 0, "system.wav")]
    assert Run.objects.get().meeting_id == Meeting.objects.get().pk


@pytest.fixture
def several(owner):
    """Three meetings, and one of somebody else."""
    made = [
        factories.meeting(
            owner,
            title=title,
            processing=processing,
            analytics_processing=analytics,
            start_time=datetime(2026, 1, day, 12, tzinfo=UTC),
            participants=[{"name": name, "email": ""}],
        )
        for title, processing, analytics, day, name in (
            ("Alpha", "PENDING", "PENDING", 10, "Zoë"),
            ("Beta", "COMPLETED", "FAILED", 11, "Daniel"),
            ("Gamma", "COMPLETED", "COMPLETED", 12, "Maya"),
        )
    ]
    factories.meeting(title="Foreign Alpha", processing="COMPLETED")
    return made


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({}, "Gamma Beta Alpha"),
        ({"status": "completed"}, "Gamma Beta"),
        ({"status": "COMPLETED"}, "Gamma Beta"),
        ({"status": "Pending"}, "Alpha"),
        ({"analytics_status": "failed"}, "Beta"),
        ({"search": "alph"}, "Alpha"),
        ({"search": "daniel"}, "Beta"),
        ({"search": "ZOË"}, "Alpha"),
        ({"search": "name"}, ""),
        ({"search": "%"}, ""),
        ({"date_from": "2026-01-11T00:00:00Z"}, "Gamma Beta"),
        ({"date_from": "2026-01-11"}, "Gamma Beta"),
        ({"date_to": "2026-01-11"}, "Beta Alpha"),
        ({"date_from": "2026-01-11", "date_to": "2026-01-11T13:00:00Z"}, "Beta"),
        ({"page": 2, "limit": 2}, "Alpha"),
        ({"page": 9}, ""),
    ],
)
def test_the_list_is_narrowed_as_asked(api, several, asked, titles):
    answer = api.get(MOUNT, asked)
    assert answer.status_code == 200
    assert " ".join(row["title"] for row in answer.json()["data"]) == titles


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "done"},
        {"analytics_status": "x"},
        {"date_from": "soon"},
        {"page": 0},
        {"limit": 1001},
        {"limit": "many"},
    ],
)
def test_a_filter_that_means_nothing_is_refused(api, several, asked):
    answer = api.get(MOUNT, asked)
    assert [fault[:2] for fault in faults(answer)] == [("query", *asked)]


@pytest.mark.parametrize("path", [MOUNT, "/api/v1/web/meetings", "/api/v1/meetings/"])
def test_a_list_takes_as_many_queries_for_thirty_meetings_as_for_one(
    api, owner, path, django_assert_num_queries
):
    for count in (1, 29):
        for _ in range(count):
            factories.meeting(owner)
        with django_assert_num_queries(3):  # who asks, how many there are, the page itself
            assert api.get(path).status_code == 200


def test_a_meeting_is_changed_where_asked_and_nowhere_else(api, meeting):
    answer = api.put(f"{MOUNT}{meeting.pk}", {"description": "Plans"}, format="json")
    assert (answer.json()["title"], answer.json()["description"]) == ("Weekly sync", "Plans")
    answer = api.put(f"{MOUNT}{meeting.pk}", {"title": ""}, format="json")
    assert faults(answer) == [("body", "title", "This field may not be blank.")]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "/api/v1/mobile/meetings/{id}", None),
        ("put", "/api/v1/mobile/meetings/{id}", {"title": "Mine now"}),
        ("delete", "/api/v1/web/meetings/{id}", None),
        ("post", "/api/v1/mobile/meetings/{id}/retry", None),
        ("get", "/api/v1/meetings/{id}", None),
        ("patch", "/api/v1/meetings/{id}", {"title": "Mine now"}),
        ("delete", "/api/v1/meetings/{id}", None),
        ("get", "/api/v1/meetings/{id}/recordings", None),
        ("post", "/api/v1/meetings/{id}/complete", None),
        ("get", "/api/v1/meetings/{id}/report", None),
        ("post", "/api/v1/meetings/{id}/retry", None),
        ("post", "/api/v1/meetings/{id}/cancel", None),
        ("post", "/api/v1/transcripts/", {"segments": [{"start": 0, "end": 1, "text": "Hi"}]}),
        ("get", "/api/v1/transcripts/{id}", None),
        ("get", "/api/v1/diarization/{id}", None),
        ("get", "/api/v1/summaries/{id}", None),
        ("post", "/transcribe/{id}", None),
        ("post", "/extract/{id}", None),
        ("get", "/meeting/{id}", None),
    ],
)
def test_somebody_elses_meeting_is_not_there(api, stranger, meeting, method, path, body):
    factories.say(meeting)
    before = Meeting.objects.values().get(), meeting.segments.count()
    if body and "{id}" not in path:
        body |= {"meeting_id": str(meeting.pk)}
    answer = getattr(stranger, method)(path.format(id=meeting.pk), body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (404, "MEETING_NOT_FOUND")
    assert answer.json()["detail"] == "Meeting not found"
    assert (Meeting.objects.values().get(), meeting.segments.count()) == before
    assert not Run.objects.exists()


def test_a_recording_cannot_be_added_to_somebody_elses_meeting(stranger, meeting):
    path = f"/api/v1/meetings/{meeting.pk}/recordings"
    assert stranger.post(path, {"file": factories.upload(SHORT)}).status_code == 404
    assert not Recording.objects.exists()
