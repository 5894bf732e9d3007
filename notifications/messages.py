"""The texts that leave the house: mails to assignees, posts about meetings, letters of the account."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.template.loader import render_to_string

_A_NAME = re.compile(r"(?!.*\.\S)[\w .'’,-]{1,60}")
"""Names that a letter repeats. Anybody can enter any name with another's address, and what looks like a link
would go out under our sender."""


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


def verification(name: str, link: str, *, good_for: timedelta) -> Text:
    """Asks whoever registered to show that the address is theirs."""
    return _letter("verify_email", "Verify your e-mail address", name, link, good_for)


def password_reset(name: str, link: str, *, good_for: timedelta) -> Text:
    """Lets whoever reads the mail of an account set a new password."""
    return _letter("reset_password", "Set a new password", name, link, good_for)


def _letter(template: str, subject: str, name: str, link: str, good_for: timedelta) -> Text:
    name = " ".join(name.split())
    context = {
        "name": name if _A_NAME.fullmatch(name) else "",
        "link": link,
        "good_for": _spoken(good_for),
    }
    return Text(
        subject=subject,
        text=render_to_string(f"notifications/{template}.txt", context),
        html=render_to_string(f"notifications/{template}.html", context),
    )


def _spoken(time: timedelta) -> str:
    """`30 minutes`, `1 hour`, `36 hours`."""
    minutes = round(time.total_seconds() / 60)
    count, unit = (minutes, "minute") if minutes % 60 else (minutes // 60, "hour")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
