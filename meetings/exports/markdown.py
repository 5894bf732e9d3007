"""A meeting's report as one Markdown document (CommonMark with tables), for reading, keeping and importing.

What people said, wrote or named is escaped: it is text in the document and never becomes markup or a link.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from core.filenames import safe
from integrations.models import Effect
from meetings import selectors
from meetings.models import Finding, Meeting, Segment
from meetings.reports import MeetingReport
from tasks.models import Task

UNFINISHED = {
    "pending": "Nothing has been understood of this meeting yet.",
    "processing": "The meeting is still being processed: more may be added.",
    "partial": "Not everything worked: this is what was found.",
    "failed": "The meeting could not be understood.",
}
_STATUSES = {Task.Status.IN_PROGRESS: "in progress"}
_MARKS = re.compile(r"([\\`*_\[\]<>&|~$@]|(?<!\S)#|(?<=[\w/]):(?=//)|(?<=\bwww)\.)", re.IGNORECASE)
"""What means something anywhere in a line; the last two begin links where Markdown is read generously."""
_BEGINNINGS = re.compile(r"^([+=-])|^(\d{1,9})([.)])")
"""What means something where a line begins."""


def write(report: MeetingReport) -> str:
    """The whole report, transcript included; a section that would be empty is left out."""
    meeting = report.meeting
    sections = [
        f"# {text(meeting.title)}",
        _facts(report),
        *([f"> {UNFINISHED[report.status]}"] if report.status in UNFINISHED else []),
        _section("Summary", [*paragraphs(report.summary_text), _list(report.summary)]),
        _section("Decisions", [_list(report.decisions)]),
        _section("Action items", [_table(report)] if report.tasks else []),
        _section("Open questions", [_list(report.open_questions)]),
        _section("Key points", [_list(report.key_points)]),
        _section("Notes", ["\n".join(f"- {text(notice)}" for notice in _notices(meeting))]),
        _section("Transcript", _transcript(meeting)),
    ]
    return "\n\n".join(each for each in sections if each) + "\n"


def filename(meeting: Meeting) -> str:
    """Day and title, as a name that every disk takes."""
    day = meeting.start_time.astimezone(ZoneInfo(meeting.timezone)).date()
    title = re.sub(r"[/\\]", "-", meeting.title)
    return safe(f"{day.isoformat()} {title}.md", otherwise="report.md")


def text(said: str) -> str:
    """Anything as one line of plain text: no markup, no link, no new line, no control character."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in said).split())
    line = _MARKS.sub(r"\\\1", line)
    return _BEGINNINGS.sub(lambda found: _escaped(*found.groups()), line)


def _escaped(sign: str | None, number: str | None, dot: str | None) -> str:
    return f"\\{sign}" if sign else f"{number}\\{dot}"


def paragraphs(said: str) -> list[str]:
    """Text of several paragraphs, one by one."""
    return [clean for part in re.split(r"\n\s*\n", said) if (clean := text(part))]


def clock(seconds: float) -> str:
    """A moment of the recording: `0:41`, `1:02:03`."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _facts(report: MeetingReport) -> str:
    meeting = report.meeting
    zone = ZoneInfo(meeting.timezone)
    start = meeting.start_time.astimezone(zone)
    when = f"{start:%A}, {start.day} {start:%B %Y}, {start:%H:%M}"
    if seconds := report.analytics.get("duration_seconds"):
        end = (meeting.start_time + timedelta(seconds=seconds)).astimezone(zone)
        when += f"–{end:%H:%M}"
    facts = {
        "When": f"{when} ({text(meeting.timezone)})",
        "Where": text(meeting.code),
        "Who": ", ".join(text(person.get("name") or person["email"]) for person in meeting.participants),
        "Organised by": text(meeting.owner.name),
        "About": text(meeting.description),
    }
    return "\n".join(f"- **{name}:** {value}" for name, value in facts.items() if value)


def _section(title: str, blocks: Iterable[str]) -> str:
    filled = [block for block in blocks if block]
    return "\n\n".join([f"## {title}", *filled]) if filled else ""


def _list(findings: Iterable[Finding]) -> str:
    return "\n".join(f"- {text(finding.text)}{_moment(finding.evidence)}" for finding in findings)


def _moment(evidence: dict) -> str:
    start = evidence.get("start")
    return f" *({clock(start)})*" if isinstance(start, int | float) and start >= 0 else ""


def _table(report: MeetingReport) -> str:
    tickets: dict[object, list[Effect]] = {}
    for ticket in report.tickets:
        tickets.setdefault(ticket.task_id, []).append(ticket)
    rows = [
        [
            f"{text(task.title)}{_moment(task.evidence)}",
            text(task.assignee_name or task.assignee_email) or "nobody yet",
            task.due_date.isoformat() if task.due_date else "–",
            _STATUSES.get(task.status, task.status),
            ", ".join(map(_ticket, tickets.get(task.pk, ()))) or "–",
        ]
        for task in report.tasks
    ]
    lines = [["Task", "Assignee", "Due", "Status", "Ticket"], ["---"] * 5, *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _ticket(ticket: Effect) -> str:
    """A link, where the vendor gave an address of the web; else the ticket's name, or how it stands."""
    name = text(ticket.external_id) or f"{text(ticket.provider)}: {ticket.status}"
    if not re.match(r"https?://", ticket.url):
        return name
    address = re.sub(r"[\s<>\\|`\"]", lambda found: f"%{ord(found[0]):02X}", ticket.url)
    return f"[{name}](<{address}>)"


def _notices(meeting: Meeting) -> list[str]:
    """Those of the run; what a report adds for clients of the API speaks of the API."""
    return meeting.report.notices if hasattr(meeting, "report") else []


def _transcript(meeting: Meeting) -> Iterator[str]:
    """A paragraph for each turn: who, when, and what they said until somebody else spoke."""
    for speaker, turn in groupby(selectors.segments_of(meeting), key=_speaker):
        said = list(turn)
        words = text(" ".join(segment.text for segment in said))
        yield f"**{text(speaker)}** *({clock(said[0].start_ms / 1000)})*: {words}"


def _speaker(segment: Segment) -> str:
    return segment.speaker.display_name if segment.speaker else "Speaker"
