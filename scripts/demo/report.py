"""A meeting's report as text for a terminal, from the JSON bodies that the server gave."""

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

WIDTH = 96


def render(meeting: dict, report: dict, transcript: list[dict]) -> str:
    """The whole report; sections without content say so, because silence would look like an omission."""
    return "\n".join(
        [
            _rule(meeting["title"]),
            _facts(meeting, report),
            _section("Summary", _bullets(map(_text, report["summary"]))),
            _section("Decisions", _bullets(map(_text, report["decisions"]))),
            _section("Action items", _tasks(report["tasks"])),
            _section("Open questions", _bullets(map(_text, report["open_questions"]))),
            _section("Who spoke", _talk(report["analytics"])),
            _section("Transcript", _turns(transcript)),
            _section("Engines", _engines(report["engines"])),
            _section("What went out", _effects(report["effects"])),
            _section("Notices", _bullets(map(_text, _notices(report)))),
        ]
    )


def clock(seconds: float) -> str:
    """`75.2` as `1:15`, from an hour on as `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _rule(title: str) -> str:
    return f"\n{title}\n{'=' * min(len(title), WIDTH)}"


def _facts(meeting: dict, report: dict) -> str:
    zone = ZoneInfo(meeting["timezone"])
    start = datetime.fromisoformat(meeting["start_time"]).astimezone(zone)
    return f"{start:%A, %d %B %Y, %H:%M} ({zone}), report {report['status']}"


def _section(title: str, lines: Iterable[str]) -> str:
    body = list(lines) or ["  (none)"]
    return "\n".join(["", title, "-" * len(title), *body])


def _bullets(sentences: Iterable[str]) -> Iterator[str]:
    for sentence in sentences:
        yield textwrap.fill(sentence, WIDTH, initial_indent="  - ", subsequent_indent="    ")


def _tasks(tasks: list[dict]) -> Iterator[str]:
    for task in tasks:
        yield textwrap.fill(task["title"], WIDTH, initial_indent="  [ ] ", subsequent_indent="      ")
        yield f"      {task['assignee_name'] or 'nobody'}, {_due(task)}"


def _due(task: dict) -> str:
    return f"due {task['due_date']}" if task["due_date"] else "no date"


def _talk(analytics: dict) -> Iterator[str]:
    for part in analytics.get("speakers", []):
        share, spoken = f"{part['share']:.0%}", clock(part["talk_seconds"])
        yield f"  {part['speaker']:<16} {share:>4}  {spoken:>6}  turns: {part['turns']}"


def _turns(segments: list[dict]) -> Iterator[str]:
    """One paragraph per turn: neighbouring segments of the same speaker belong together."""
    turn: list[dict] = []
    for segment in segments:
        if turn and segment["speaker"] != turn[0]["speaker"]:
            yield _turn(turn)
            turn = []
        turn.append(segment)
    if turn:
        yield _turn(turn)


def _turn(segments: list[dict]) -> str:
    head = f"  {clock(segments[0]['start']):>7}  {segments[0]['speaker'] or 'Unknown'}: "
    words = " ".join(segment["text"].strip() for segment in segments)
    return textwrap.fill(words, WIDTH, initial_indent=head, subsequent_indent=" " * 11)


def _engines(engines: dict[str, str | None]) -> Iterator[str]:
    for capability, engine in engines.items():
        yield f"  {capability:<12} {engine or '(not needed)'}"


def _effects(effects: list[dict]) -> Iterator[str]:
    """One line for all effects of a kind that ended alike."""
    alike: dict[tuple, list[str]] = defaultdict(list)
    for effect in effects:
        ended = (effect["kind"], effect["status"], effect["provider"], effect["reason"])
        alike[ended].append(effect["destination"])
    for (kind, status, provider, reason), destinations in alike.items():
        line = f"  {kind:<10} {len(destinations)} {status}" + (f" ({provider})" if provider else "")
        named = ", ".join(sorted({destination for destination in destinations if destination}))
        yield ": ".join(part for part in (line, reason, named) if part)


def _notices(report: dict) -> list[Any]:
    return [*report["notices"], *report["errors"]]


def _text(item: Any) -> str:
    """Findings come as strings or as objects with a `text` or a `detail`."""
    if isinstance(item, dict):
        return str(item.get("text") or item.get("detail") or item)
    return str(item)
