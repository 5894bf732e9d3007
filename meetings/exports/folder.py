"""Everything of one meeting as a folder of an export: what was known, said, found, and the recordings."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.text import slugify

from audio.models import LiveStream, Recording
from audio.services import assembly, files
from core.filenames import distinct, safe
from core.privacy import Entry, fields_of, json_entry
from integrations.errors import Unavailable
from meetings import reports, selectors
from meetings.models import Finding, Meeting, Segment, Speaker

_FINDINGS = {
    "summary": Finding.Kind.SUMMARY_BULLET,
    "key_points": Finding.Kind.KEY_POINT,
    "decisions": Finding.Kind.DECISION,
    "questions": Finding.Kind.OPEN_QUESTION,
    "actions": Finding.Kind.ACTION_ITEM,
}


def of(meeting: Meeting) -> Iterator[Entry]:
    """The folder's files, each made when its turn comes."""
    folder = f"meetings/{meeting.pk}-{slugify(meeting.title)[:40].strip('-') or 'meeting'}"
    recordings = list(meeting.recordings.all())
    yield json_entry(f"{folder}/meeting.json", lambda: _facts(meeting, recordings))
    yield json_entry(f"{folder}/transcript.json", lambda: [_segment(s) for s in meeting.segments.all()])
    yield Entry(f"{folder}/transcript.txt", _transcript(meeting))
    for name, kind in _FINDINGS.items():
        yield json_entry(f"{folder}/{name}.json", lambda kind=kind: _findings(meeting, kind))
    yield json_entry(f"{folder}/speakers.json", lambda: _speakers(meeting))
    yield json_entry(f"{folder}/analytics.json", lambda: reports.compose(meeting).analytics)
    yield json_entry(f"{folder}/report.json", lambda: _report(reports.compose(meeting)))
    yield from _recordings(folder, recordings)
    yield from _live(folder, meeting)


def _facts(meeting: Meeting, recordings: Iterable[Recording]) -> dict[str, Any]:
    track = getattr(meeting, "track", None)
    return fields_of(meeting, "searchable") | {
        "recordings": [fields_of(recording) for recording in recordings],
        "live_streams": [fields_of(stream, "resume_digest") for stream in meeting.streams.all()],
        "observers": [fields_of(each, "lease_until", "not_before") for each in meeting.observers.all()],
        "observations": [fields_of(each) for each in meeting.observations.all()],
        "sound": fields_of(track, "peaks") if track else None,
        "runs": [fields_of(run, "swept_at") for run in meeting.runs.all()],
    }


def _segment(segment: Segment) -> dict[str, Any]:
    return fields_of(segment, "meeting", "run_id")


def _speakers(meeting: Meeting) -> list[dict]:
    return [_speaker(speaker, meeting) for speaker in meeting.speakers.order_by("label")]


def _speaker(speaker: Speaker, meeting: Meeting) -> dict[str, Any]:
    """With the voiceprint only where it is the owner's own voice."""
    own = speaker.email and speaker.email.casefold() == meeting.owner.email.casefold()
    return fields_of(speaker, "meeting", "run_id", *(() if own else ("voiceprint",)))


def _transcript(meeting: Meeting) -> Iterator[bytes]:
    for segment in selectors.segments_of(meeting):
        minutes, seconds = divmod(segment.start_ms // 1000, 60)
        speaker = segment.speaker.display_name if segment.speaker else "Speaker"
        yield f"[{minutes:02}:{seconds:02}] {speaker}: {segment.text}\n".encode()


def _findings(meeting: Meeting, kind: Finding.Kind) -> list[dict] | dict:
    found = [fields_of(finding, "meeting", "run_id") for finding in selectors.findings_of(meeting, kind)]
    if kind is not Finding.Kind.SUMMARY_BULLET:
        return found
    written = getattr(meeting, "summary", None)
    return {"bullets": found, "text": written.text if written else ""}


def _report(report: reports.MeetingReport) -> dict[str, Any]:
    return {
        "status": report.status,
        "released": report.released,
        "summary": [finding.text for finding in report.summary],
        "summary_text": report.summary_text,
        "decisions": [finding.text for finding in report.decisions],
        "open_questions": [finding.text for finding in report.open_questions],
        "key_points": [finding.text for finding in report.key_points],
        "tasks": [fields_of(task) for task in report.tasks],
        "engines": report.engines,
        "notices": report.notices,
        "errors": report.errors,
    }


def _recordings(folder: str, recordings: list[Recording]) -> Iterator[Entry]:
    """Under the names that they came with; the storage has names of its own."""
    names = distinct(safe(each.filename, otherwise=f"recording.{each.format}") for each in recordings)
    for recording, name in zip(recordings, names, strict=True):
        yield _sound(f"{folder}/recordings/{name}", files.pieces(recording.file))


def _live(folder: str, meeting: Meeting) -> Iterator[Entry]:
    """What was said live and is no recording yet, as far as it is stored at this moment."""
    unsealed = meeting.streams.exclude(state=LiveStream.State.SEALED).filter(stored_bytes__gt=0)
    names = distinct(assembly.filename(stream) for stream in unsealed)
    for stream, name in zip(unsealed, names, strict=True):
        yield _sound(f"{folder}/live/{name}", assembly.content(stream))


def _sound(path: str, content: Iterator[bytes]) -> Entry:
    """The file, or a sentence that it is not there: a storage with a gap must not keep back all the rest."""
    try:
        first = next(content, b"")
    except Unavailable as error:
        return Entry(f"{path}.missing.txt", (f"{error}\n".encode(),))
    return Entry(path, _with(first, content), packed=False)


def _with(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
