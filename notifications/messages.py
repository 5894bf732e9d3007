"""The texts that leave the house: one mail for each assignee, one post for each meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string


@dataclass(frozen=True)
class TaskLine:
    """A task as a message shows it."""

    title: str
    due: date | None
    quote: str = ""


@dataclass(frozen=True)
class Text:
    subject: str
    text: str
    html: str


def assignment(name: str, meeting_title: str, tasks: Sequence[TaskLine], *, organiser: str) -> Text:
    """Tells one assignee what they have taken on in a meeting."""
    context = {"name": name, "meeting": meeting_title, "tasks": tasks, "organiser": organiser}
    count = "1 task" if len(tasks) == 1 else f"{len(tasks)} tasks"
    return Text(
        subject=" ".join(f"{count} for you from {meeting_title}".split()),
        text=render_to_string("notifications/assignment.txt", context),
        html=render_to_string("notifications/assignment.html", context),
    )


def announcement(
    meeting_title: str, summary: Sequence[str], decisions: Sequence[str], tasks: Sequence[str]
) -> str:
    """The meeting's outcome as one chat post."""
    context = {"meeting": meeting_title, "summary": summary, "decisions": decisions, "tasks": tasks}
    return render_to_string("notifications/announcement.txt", context).strip()
