"""The texts that leave the house: mails to assignees, posts about meetings, letters of the account."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.template.loader import render_to_string

from integrations.contracts.mail import Attachment

from .facts import TaskLine, TicketLink, due_dates, facts_of
from .languages import words_for
from .plain import one_line

__all__ = ["TaskLine", "Text", "TicketLink", "announcement", "assignment", "password_reset", "verification"]

_A_NAME = re.compile(r"(?!.*\.\S)[\w .'’,-]{1,60}")
"""Names that a letter repeats. Anybody can enter any name with another's address, and what looks like a link
would go out under our sender."""


@dataclass(frozen=True)
class Text:
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


def assignment(
    name: str,
    meeting_title: str,
    tasks: Sequence[TaskLine],
    *,
    organiser: str,
    language: str = "en",
    meeting_date: date | None = None,
    organiser_email: str = "",
) -> Text:
    """Tells one assignee what they have taken on in a meeting, in the nearest language to a BCP 47 tag.

    Due dates come along as a calendar file. For one task it is the same letter.
    """
    facts = facts_of(
        name, meeting_title, tasks, organiser=organiser, language=language, meeting_date=meeting_date
    )
    return Text(
        subject=facts.subject,
        text=render_to_string("notifications/assignment.txt", {"letter": facts}),
        html=render_to_string("notifications/assignment.html", {"letter": facts}),
        attachments=due_dates(facts, organiser_email),
    )


def announcement(
    meeting_title: str,
    summary: Sequence[str],
    decisions: Sequence[str],
    tasks: Sequence[str],
    *,
    language: str = "en",
) -> str:
    """The meeting's outcome as one chat post, as plain text: what escapes it is the provider."""
    words = words_for(language)
    context = {
        "meeting": one_line(meeting_title),
        "sections": [
            ("", [one_line(line) for line in summary]),
            (words.decisions, [one_line(line) for line in decisions]),
            (words.tasks, [one_line(line) for line in tasks]),
        ],
    }
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
