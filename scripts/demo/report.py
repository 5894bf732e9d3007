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
            _section("Action items", _tasks(report["tasks"], report["tickets"])),
            _section("Nobody is told of", _unassigned(report["unassigned"])),
            _section("Open questions", _bullets(map(_text, report["open_questions"]))),
            _section("Who spoke", _talk(report["analytics"])),
            _section("Transcript", _turns(transcript)),
            _section("Engines", _engines(report["engines"])),
            _section("What went out", _sent(report["effects"])),
            _section("What did not", _unsent(report["effects"])),
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


def _tasks(tasks: list[dict], tickets: list[dict]) -> Iterator[str]:
    """With a ticket's key where there is one; `[?]` for what waits for a person's word."""
    for task in tasks:
        box = "[?]" if task["status"] == "proposed" else "[ ]"
        yield textwrap.fill(task["title"], WIDTH, initial_indent=f"  {box} ", subsequent_indent="      ")
        proposed = ["proposed: waits to be accepted"] if task["status"] == "proposed" else []
        keys = [_ticket(ticket) for ticket in tickets if ticket["task_id"] == task["id"]]
        yield "      " + ", ".join([task["assignee_name"] or "nobody", _due(task), *keys, *proposed])


def _ticket(ticket: dict) -> str:
    if ticket["status"] != "sent":
        return f"{ticket['provider']} ticket {ticket['status']}"
    return f"{ticket['provider']} ticket {ticket['key']}" + (f" <{ticket['url']}>" if ticket["url"] else "")


_DOUBTS = {
    "nobody": "nobody was named",
    "unknown": "{said} is not known here",
    "ambiguous": "{said} may be {candidates}",
    "no_address": "no address of {said} is known",
}


def _unassigned(tasks: list[dict]) -> Iterator[str]:
    for task in tasks:
        candidates = " or ".join(task["candidates"])
        why = _DOUBTS[task["reason"]].format(said=task["said"], candidates=candidates)
        yield textwrap.fill(f"{task['title']}: {why}", WIDTH, initial_indent="  - ", subsequent_indent="    ")


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


def _sent(effects: list[dict]) -> Iterator[str]:
    """One line for all of a kind, with who got them."""
    by_way: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for effect in effects:
        if effect["status"] == "sent":
            by_way[effect["kind"], effect["provider"]].append(effect)
    for (kind, provider), alike in by_way.items():
        named = ", ".join(sorted({each["destination"] for each in alike if each["destination"]}))
        line = f"  {kind:<10} {len(alike)} sent ({provider})"
        yield ": ".join(part for part in (line, named) if part)


def _unsent(effects: list[dict]) -> Iterator[str]:
    """One line for all effects of a kind that ended alike, and why."""
    alike: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for effect in effects:
        if effect["status"] != "sent":
            alike[effect["kind"], effect["status"], effect["reason"]].append(effect["destination"])
    for (kind, status, reason), destinations in alike.items():
        named = ", ".join(sorted({destination for destination in destinations if destination}))
        line = f"  {kind:<10} {len(destinations)} {status}"
        yield ": ".join(part for part in (line, reason, named) if part)


def _notices(report: dict) -> list[Any]:
    return [*report["notices"], *report["errors"]]


def _text(item: Any) -> str:
    """Findings come as strings or as objects with a `text` or a `detail`."""
    if isinstance(item, dict):
        return str(item.get("text") or item.get("detail") or item)
    return str(item)
