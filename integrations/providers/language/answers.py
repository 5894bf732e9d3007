"""What prompted models answered, checked: a wrong form is Malformed, an item without evidence is dropped.

A quote has to stand in the lines it cites, a date in words of those lines, an assignee among the people
who are there: what cannot be checked is not reported.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from integrations.contracts.language import (
    ActionItem,
    Conversation,
    Evidence,
    Finding,
    Findings,
    Identity,
    Summary,
)
from integrations.providers.language.transcript import Lines

logger = logging.getLogger(__name__)

GROUP = "everyone"
GROUP_WORDS = frozenset({"everyone", "everybody", "all", "team", "the team", "we", "group", "the group"})
FARTHEST_DUE = timedelta(days=5 * 365)
Item = Mapping[str, Any]


class Malformed(ValueError):
    """The answer does not have the form that was asked for; its words tell the model what is wrong."""


def parsed(answer: str) -> Item:
    """The JSON object in an answer, also where it is wrapped in a code fence or in talk."""
    start, end = answer.find("{"), answer.rfind("}")
    if start < 0 or end < start:
        raise Malformed("there is no JSON object in it.")
    try:
        found = json.loads(answer[start : end + 1])
    except (ValueError, RecursionError) as error:
        raise Malformed("it is not valid JSON.") from error
    return found


def read_summary(answer: str, lines: Lines) -> Summary:
    item = parsed(answer)
    text = _text(item, "text").strip()
    if not text:
        raise Malformed("`text` is empty.")
    return Summary(text=text, bullets=_findings(item, "bullets", lines))


def read_findings(answer: str, lines: Lines, conversation: Conversation) -> Findings:
    item = parsed(answer)
    return Findings(
        decisions=_findings(item, "decisions", lines),
        action_items=tuple(
            _action(action, evidence, lines, conversation)
            for action, evidence in _evident(item, "action_items", lines, "title")
        ),
        open_questions=_findings(item, "open_questions", lines),
        key_points=_findings(item, "key_points", lines),
    )


def read_identities(answer: str, lines: Lines, conversation: Conversation) -> tuple[Identity, ...]:
    """Claims about labels and participants that exist; who wins where they clash is the caller's affair."""
    labels = {line.speaker for line in conversation.lines}
    people = {_folded(person.name): person for person in conversation.participants}
    found = []
    for claim, evidence in _evident(parsed(answer), "identities", lines, "name"):
        person = people.get(_folded(_text(claim, "name")))
        label = _text(claim, "label").strip()
        if person is not None and label in labels:
            found.append(Identity(label, person, evidence.confidence, (evidence,)))
    return tuple(found)


def _findings(item: Item, key: str, lines: Lines) -> tuple[Finding, ...]:
    return tuple(
        Finding(_text(found, "text").strip(), evidence)
        for found, evidence in _evident(item, key, lines, "text")
    )


def _evident(item: Item, key: str, lines: Lines, wording: str) -> Iterator[tuple[Item, Evidence]]:
    """The items of a list that have words of their own and evidence in the transcript."""
    items = item.get(key) if isinstance(item, Mapping) else None
    if not isinstance(items, list):
        raise Malformed(f"`{key}` is not a list.")
    dropped = 0
    for number, found in enumerate(items):
        if not isinstance(found, Mapping):
            raise Malformed(f"`{key}[{number}]` is not an object.")
        evidence = lines.evidence(_references(found), _text(found, "quote"), _share(found, "confidence"))
        if evidence is None or not _text(found, wording).strip():
            dropped += 1
            continue
        yield found, evidence
    if dropped:
        logger.info("dropped %d of %d items of %s without evidence", dropped, len(items), key)


def _action(item: Item, evidence: Evidence, lines: Lines, conversation: Conversation) -> ActionItem:
    due_text = _text(item, "due_text").strip()
    due = _date(_text(item, "due"), conversation) if lines.stands(due_text, _references(item)) else None
    return ActionItem(
        title=_text(item, "title").strip(),
        assignee=_assignee(_text(item, "assignee"), conversation),
        due=due,
        evidence=evidence,
        due_text=due_text if due else "",
    )


def _date(text: str, conversation: Conversation) -> date | None:
    """An ISO date from the meeting's day on, within five years."""
    try:
        due = date.fromisoformat(text.strip())
    except ValueError:
        return None
    first = conversation.started_at.date()
    return due if first <= due <= first + FARTHEST_DUE else None


def _assignee(name: str, conversation: Conversation) -> str | None:
    """The speaker or participant of that name (or of that first name, if only one has it), or a group."""
    wanted = _folded(name)
    if wanted in GROUP_WORDS:
        return GROUP
    speakers = (line.speaker for line in conversation.lines)
    names = list(dict.fromkeys((*speakers, *(person.name for person in conversation.participants))))
    exact = [known for known in names if _folded(known) == wanted]
    first = [known for known in names if _folded(known).split(" ")[0] == wanted]
    if exact:
        return exact[0]
    return first[0] if wanted and len(first) == 1 else None


def _text(item: Item, key: str) -> str:
    value = item.get(key) if isinstance(item, Mapping) else None
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(f"`{key}` is not a string.")
    return value


def _share(item: Item, key: str) -> float:
    value = item.get(key, 0.5)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise Malformed(f"`{key}` is not a number.")
    return float(value)


def _references(item: Item) -> list[str]:
    value = item.get("lines")
    if not isinstance(value, list) or not all(isinstance(part, str | int) for part in value):
        raise Malformed("`lines` is not a list of line numbers.")
    return [str(part) for part in value]


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
