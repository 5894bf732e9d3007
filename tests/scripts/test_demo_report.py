"""The demo's report says everything that the server gave, and says so where there is nothing."""

from scripts.demo.report import clock, render

MEETING = {"title": "Weekly sync", "start_time": "2026-11-16T08:00:00Z", "timezone": "Europe/Berlin"}
REPORT = {
    "status": "completed",
    "summary": ["The release stays on Thursday."],
    "decisions": [],
    "tasks": [
        {
            "id": "1",
            "title": "Write the batch script",
            "assignee_name": "Daniel",
            "due_date": "2026-11-18",
            "status": "open",
        },
        {
            "id": "2",
            "title": "Find out about the status page",
            "assignee_name": None,
            "due_date": None,
            "status": "proposed",
        },
    ],
    "tickets": [
        {"task_id": "1", "provider": "jira", "key": "OPS-1", "url": "https://x.example/1", "status": "sent"}
    ],
    "unassigned": [
        {"title": "Call Tom", "said": "Tom", "reason": "ambiguous", "candidates": ["Tom Roe", "Tom Zed"]},
        {"title": "Ask Ann", "said": "Ann", "reason": "no_address", "candidates": ["Ann"]},
        {"title": "Buy milk", "said": "", "reason": "nobody", "candidates": []},
    ],
    "open_questions": ["Who decides?"],
    "analytics": {"speakers": [{"speaker": "Maya", "share": 0.872, "talk_seconds": 65.4, "turns": 1}]},
    "engines": {"speech": "whisper-base-int8"},
    "effects": [
        {"kind": "tickets", "status": "sent", "provider": "memory", "reason": "", "destination": ""},
        {"kind": "tickets", "status": "sent", "provider": "memory", "reason": "", "destination": ""},
        {
            "kind": "mail",
            "status": "sent",
            "provider": "memory",
            "reason": "",
            "destination": "a@b.de",
        },
        {"kind": "chat", "status": "skipped", "provider": "", "reason": "no provider", "destination": ""},
    ],
    "notices": ["Only one voice was heard."],
    "errors": [{"step": "mail", "code": "mail_failed", "detail": "The mail was refused."}],
}
TRANSCRIPT = [
    {"speaker": "Maya", "start": 0.6, "end": 3.0, "text": "Good morning."},
    {"speaker": "Maya", "start": 3.2, "end": 7.0, "text": "It's Monday."},
    {"speaker": "Speaker 2", "start": 75.2, "end": 76.0, "text": "Morning."},
]


def section(text: str, title: str) -> list[str]:
    lines = text.splitlines()
    first = lines.index(title) + 2
    last = next((index for index in range(first, len(lines)) if not lines[index]), len(lines))
    return lines[first:last]


def test_times_are_minutes_and_from_an_hour_on_hours():
    assert [clock(0), clock(75.9), clock(3723)] == ["0:00", "1:15", "1:02:03"]


def test_the_start_is_told_in_the_meetings_own_time():
    head = render(MEETING, REPORT, TRANSCRIPT).splitlines()[:4]
    when = "Monday, 16 November 2026, 09:00 (Europe/Berlin), report completed"
    assert head == ["", "Weekly sync", "===========", when]


def test_an_action_item_shows_its_assignee_and_date_or_that_there_is_none():
    assert section(render(MEETING, REPORT, TRANSCRIPT), "Action items") == [
        "  [ ] Write the batch script",
        "      Daniel, due 2026-11-18, jira ticket OPS-1 <https://x.example/1>",
        "  [?] Find out about the status page",
        "      nobody, no date, proposed: waits to be accepted",
    ]


def test_what_is_nobodys_is_listed_with_the_reason():
    assert section(render(MEETING, REPORT, TRANSCRIPT), "Nobody is told of") == [
        "  - Call Tom: Tom may be Tom Roe or Tom Zed",
        "  - Ask Ann: no address of Ann is known",
        "  - Buy milk: nobody was named",
    ]


def test_neighbouring_segments_of_one_speaker_are_one_turn():
    assert section(render(MEETING, REPORT, TRANSCRIPT), "Transcript") == [
        "     0:00  Maya: Good morning. It's Monday.",
        "     1:15  Speaker 2: Morning.",
    ]


def test_each_voice_has_its_share_of_the_talk():
    assert section(render(MEETING, REPORT, TRANSCRIPT), "Who spoke") == [
        "  Maya              87%    1:05  turns: 1"
    ]


def test_an_empty_section_says_so():
    assert section(render(MEETING, REPORT, TRANSCRIPT), "Decisions") == ["  (none)"]


def test_engines_and_what_went_out_are_named_with_the_reason():
    text = render(MEETING, REPORT, TRANSCRIPT)
    assert section(text, "Engines") == ["  speech       whisper-base-int8"]
    assert section(text, "What went out") == [
        "  tickets    2 sent (memory)",
        "  mail       1 sent (memory): a@b.de",
    ]
    assert section(text, "What did not") == ["  chat       1 skipped: no provider"]
    assert section(text, "Notices") == ["  - Only one voice was heard.", "  - The mail was refused."]
