"""A meeting's transcript as the language engines take it."""

from zoneinfo import ZoneInfo

from integrations.contracts.language import Conversation, Guidance, Line, Person
from meetings.models import Meeting
from meetings.selectors import segments_of


def of(meeting: Meeting) -> Conversation:
    """The shown transcript; line ids are segment ids."""
    lines = tuple(
        Line(
            id=str(segment.pk),
            speaker=segment.speaker.display_name if segment.speaker else "Speaker",
            start=segment.start_ms / 1000,
            end=segment.end_ms / 1000,
            text=segment.text,
        )
        for segment in segments_of(meeting)
    )
    return around(meeting, lines)


def around(meeting: Meeting, lines: tuple[Line, ...]) -> Conversation:
    """`lines` with everything that the meeting's row says about them."""
    return Conversation(
        lines=lines,
        started_at=meeting.start_time.astimezone(ZoneInfo(meeting.timezone)),
        participants=tuple(
            Person(person["name"], person.get("email", "")) for person in meeting.participants
        ),
        language=meeting.language or "en",
        guidance=Guidance(key_points=tuple(meeting.custom_template_points.splitlines())),
    )
