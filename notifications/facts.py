"""What a letter about tasks says, worded and made harmless, before any template prints it.

`messages` prints it with the shipped templates, `services.templates` with those that staff wrote.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from integrations.contracts.mail import Attachment

from . import ics
from .languages import Words, words_for
from .plain import one_line, shortened, web_address

IN_SUBJECT = 120
"""Characters of a meeting's title that a subject repeats."""


@dataclass(frozen=True)
class TicketLink:
    """A task's ticket: its key as people say it, and where it is."""

    key: str
    url: str = ""


@dataclass(frozen=True)
class TaskLine:
    """A task as a message shows it."""

    title: str
    due: date | None
    quote: str = ""
    tickets: Sequence[TicketLink] = ()
    start: float | None = None
    """Seconds into the meeting at which the quote was said."""
    uid: str = ""
    """The task's id. A task without one is left out of the calendar file."""


@dataclass(frozen=True)
class Shown:
    """A task, ready to be printed; what is not known is empty."""

    title: str
    due: str
    """A sentence; `due_on` is the date alone."""
    due_on: str
    quote: str
    """In quotation marks; `quoted` are the words alone."""
    quoted: str
    time: str
    """`0:41` or `1:02:03` into the meeting."""
    said: str
    tickets: tuple[TicketLink, ...]
    uid: str
    day: date | None


@dataclass(frozen=True)
class Facts:
    """All that a letter may say. Every text is one line and was escaped by nobody yet."""

    name: str
    meeting: str
    date: str
    organiser: str
    language: str
    tasks: tuple[Shown, ...]
    subject: str
    hello: str
    intro: str
    doubt: str
    words: Words = field(repr=False)

    @property
    def count(self) -> int:
        return len(self.tasks)

    @property
    def has_calendar(self) -> bool:
        return any(task.day and task.uid for task in self.tasks)


def facts_of(
    name: str,
    meeting_title: str,
    tasks: Sequence[TaskLine],
    *,
    organiser: str,
    language: str,
    meeting_date: date | None,
) -> Facts:
    words = words_for(language)
    said = {
        "name": one_line(name),
        "meeting": words.quote(one_line(meeting_title)),
        "date": words.day(meeting_date) if meeting_date else "",
        "organiser": one_line(organiser),
        "count": len(tasks),
    }
    one = words.is_one(len(tasks))
    if meeting_date:
        intro = words.intro_dated_one if one else words.intro_dated_many
    else:
        intro = words.intro_one if one else words.intro_many
    subject = words.subject_one if one else words.subject_many
    return Facts(
        name=said["name"],
        meeting=one_line(meeting_title),
        date=said["date"],
        organiser=said["organiser"],
        language=words.code,
        tasks=tuple(_shown(task, words) for task in tasks),
        subject=subject.format(**said | {"meeting": shortened(one_line(meeting_title), IN_SUBJECT)}),
        hello=(words.hello if said["name"] else words.hello_nobody).format(**said),
        intro=intro.format(**said),
        doubt=(words.doubt if said["organiser"] else words.doubt_nobody).format(**said),
        words=words,
    )


def due_dates(facts: Facts, organiser_email: str) -> tuple[Attachment, ...]:
    """The calendar file for those tasks that are due, where there are any."""
    due = [
        ics.Due(task.uid, task.title, task.day, _note(task, facts), _first_address(task))
        for task in facts.tasks
        if task.day and task.uid
    ]
    organiser = ics.Organiser(facts.organiser, organiser_email)
    return (ics.attachment(due, organiser=organiser, now=timezone.now()),) if due else ()


def _shown(task: TaskLine, words: Words) -> Shown:
    quote = one_line(task.quote)
    due_on = words.day(task.due) if task.due else ""
    time = _clock(task.start) if task.start is not None else ""
    return Shown(
        title=one_line(task.title),
        due=words.due.format(date=due_on) if due_on else "",
        due_on=due_on,
        quote=words.quote(quote) if quote else "",
        quoted=quote,
        time=time,
        said=words.said.format(time=time) if time else "",
        tickets=tuple(TicketLink(one_line(each.key), web_address(each.url)) for each in task.tickets),
        uid=task.uid,
        day=task.due,
    )


def _note(task: Shown, facts: Facts) -> str:
    origin = ", ".join(filter(None, [facts.meeting, facts.date, task.said]))
    tickets = [f"{each.key} {each.url}".strip() for each in task.tickets]
    return "\n".join(filter(None, [origin, task.quote, *tickets]))


def _first_address(task: Shown) -> str:
    return next((each.url for each in task.tickets if each.url), "")


def _clock(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
