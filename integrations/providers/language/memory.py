"""Language without a model: reads findings from how a line begins; for tests.

`Decision: ...`, `Question: ...`, `Point: ...`, `Action: NAME will DO [by DAY]` and `I will DO [by DAY]`,
where DAY is an ISO date, a weekday's name, `today` or `tomorrow`; `I am NAME` tells who speaks.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from integrations.contracts.language import (
    ActionItem,
    Conversation,
    Evidence,
    Finding,
    Findings,
    Identity,
    Line,
    Summary,
)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ACTION = re.compile(r"(?:Action: (?P<name>\w+)|(?P<me>I)) will (?P<title>.+?)(?: (?P<due>by [\w-]+))?[.!]?$")
INTRODUCTION = re.compile(r"I am (?P<name>\w+)")


@dataclass(frozen=True)
class MemoryLanguageOptions:
    bullets: int = 5
    """Lines that the summary quotes, from the beginning."""


class MemoryLanguage:
    """Deterministic and instant; the evidence of each finding is the one line it stands in."""

    Options = MemoryLanguageOptions
    engine = "memory-language"

    def __init__(self, options: MemoryLanguageOptions = MemoryLanguageOptions()):
        self._options = options

    def identify(self, conversation: Conversation) -> Sequence[Identity]:
        people = {person.name.split()[0]: person for person in conversation.participants if person.name}
        found: dict[str, Identity] = {}
        for line in conversation.lines:
            match = INTRODUCTION.match(line.text)
            person = people.get(match["name"]) if match else None
            taken = any(identity.person == person for identity in found.values())
            if person and not taken and line.speaker not in found:
                found[line.speaker] = Identity(line.speaker, person, 1.0, (_evidence(line),))
        return tuple(found.values())

    def summarize(self, conversation: Conversation) -> Summary:
        lines = [line for line in conversation.lines if line.text.strip()]
        if not lines:
            return Summary(text="", bullets=(), engine=self.engine)
        speakers = list(dict.fromkeys(line.speaker for line in lines))
        text = f"{', '.join(speakers)} spoke in {len(lines)} lines, beginning with: {lines[0].text}"
        bullets = tuple(Finding(line.text, _evidence(line)) for line in lines[: self._options.bullets])
        return Summary(text=text, bullets=bullets, engine=self.engine)

    def extract(self, conversation: Conversation) -> Findings:
        lines = conversation.lines
        day = conversation.started_at.date()
        return Findings(
            decisions=_marked(lines, "Decision: "),
            action_items=_each(lines, lambda line: _action(line, day)),
            open_questions=_marked(lines, "Question: "),
            key_points=_marked(lines, "Point: "),
            engine=self.engine,
        )

    def probe(self) -> None:
        """Always ready."""


def _each(lines: Sequence[Line], read: Callable[[Line], ActionItem | None]) -> tuple[ActionItem, ...]:
    return tuple(item for line in lines if (item := read(line)) is not None)


def _marked(lines: Sequence[Line], prefix: str) -> tuple[Finding, ...]:
    return tuple(
        Finding(line.text.removeprefix(prefix), _evidence(line))
        for line in lines
        if line.text.startswith(prefix)
    )


def _action(line: Line, day: date) -> ActionItem | None:
    match = ACTION.match(line.text)
    if match is None:
        return None
    due_text = match["due"] or ""
    title = match["title"]
    return ActionItem(
        title=title[0].upper() + title[1:],
        assignee=line.speaker if match["me"] else match["name"],
        due=_day(due_text.removeprefix("by "), day) if due_text else None,
        evidence=_evidence(line),
        due_text=due_text,
    )


def _day(words: str, today: date) -> date | None:
    """The next such day, today included; None for words that name no day."""
    word = words.lower()
    if word in ("today", "tomorrow"):
        return today + timedelta(days=word == "tomorrow")
    if word in WEEKDAYS:
        return today + timedelta(days=(WEEKDAYS.index(word) - today.weekday()) % 7)
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


def _evidence(line: Line) -> Evidence:
    return Evidence((line.id,), line.text, line.start, line.end, 1.0)
