"""What leaves after a meeting, for whom and where to: written down as effects, each once for each task.

The outward steps call this for all tasks of a meeting, and an accepted task calls it for itself. All verbs
belong inside a transaction that holds the meeting.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from calendars.models import CalendarEvent
from calendars.services import due_dates
from integrations import registry
from integrations.composers import written_by
from integrations.models import Effect
from integrations.services import effects, routing
from integrations.services.effects import Intent
from integrations.services.routing import NONE, NOT_WANTED
from meetings import selectors
from meetings.events import group_of
from meetings.models import Finding, Meeting, StepRun
from notifications import messages
from tasks.models import Task
from tasks.services import entries, tickets

LETTER = "assignment"
"""Who writes the mails to assignees (`meetings.services.letters`)."""


def open_tickets(meeting: Meeting, tasks: Sequence[Task]) -> None:
    """One ticket for each task, in the place and by the provider that its owner has chosen. A task that has
    one elsewhere keeps it: another beside it is opened by hand only."""
    chosen = routing.of(meeting.owner_id)
    way, place = chosen.tickets, chosen.place
    has_one = _standing(meeting, Effect.Kind.TICKETS, tasks)
    for task in (each for each in tasks if str(each.pk) not in has_one):
        effects.intend(
            Intent(
                Effect.Kind.TICKETS,
                [str(task.pk)],
                place.target,
                tickets.content_of(task, owner_id=meeting.owner_id) | {"place": routing.written(place)},
                unless=routing.why_no_tickets(chosen),
                provider=way.provider if way else _nobody(Effect.Kind.TICKETS),
                connection=way.connection if way else None,
                task_id=task.pk,
                **_of(meeting),
            )
        )


def mail_assignees(meeting: Meeting, tasks: Sequence[Task]) -> None:
    """One mail for each address, about the tasks that it has not been told of yet."""
    wanted = routing.of(meeting.owner_id).mail_assignees
    by_address: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        if task.assignee_email:
            by_address[task.assignee_email.lower()].append(task)
    for address, assigned in by_address.items():
        _mail(meeting, address, [str(task.pk) for task in assigned], wanted=wanted)


def _mail(meeting: Meeting, address: str, task_ids: list[str], *, wanted: bool) -> None:
    """Somebody may tell of one of them by hand at this moment: then the mail is about the others."""
    told = effects.standing(Effect.Kind.MAIL, task_ids, meeting_id=meeting.pk, destination=address)
    task_ids = [each for each in task_ids if each not in told]
    provider = "" if wanted else NONE
    while untold := _untold(address, task_ids, provider):
        intent = Intent(
            Effect.Kind.MAIL,
            untold,
            address,
            written_by(LETTER),
            unless="" if wanted else NOT_WANTED,
            provider=provider,
            **_of(meeting),
        )
        if effects.intend(intent) is not None:
            return


def _untold(address: str, task_ids: list[str], provider: str) -> list[str]:
    told = effects.covered(Effect.Kind.MAIL, task_ids, address, provider=provider)
    return [each for each in task_ids if each not in told]


def post_summary(meeting: Meeting, tasks: Sequence[Task]) -> None:
    """One post for each meeting, in the channel that its owner has chosen."""
    if effects.standing(Effect.Kind.CHAT, [str(meeting.pk)], meeting_id=meeting.pk):
        return
    chosen = routing.of(meeting.owner_id)
    way, channel = chosen.chat, chosen.channel
    text = messages.announcement(
        meeting.title,
        [found.text for found in selectors.findings_of(meeting, Finding.Kind.SUMMARY_BULLET)],
        [found.text for found in selectors.findings_of(meeting, Finding.Kind.DECISION)],
        [_task_line(task) for task in tasks],
        language=meeting.owner.language,
    )
    effects.intend(
        Intent(
            Effect.Kind.CHAT,
            [str(meeting.pk)],
            channel,
            {"text": text},
            unless=routing.why_no_post(chosen),
            provider=way.provider if way else _nobody(Effect.Kind.CHAT),
            connection=way.connection if way else None,
            **_of(meeting),
        )
    )


def _task_line(task: Task) -> str:
    who = task.assignee_name or "nobody yet"
    return f"{task.title} ({who}{f', {task.due_date.isoformat()}' if task.due_date else ''})"


def sync_calendars(meeting: Meeting, tasks: Sequence[Task]) -> None:
    """The due date of each task in its assignee's calendar here, and in the one that they have connected.

    Whoever has connected none is invited from the server's, where there is one. The mail has the date too.
    """
    if not routing.of(meeting.owner_id).sync_calendars:
        return
    for task in tasks:
        if task.due_date and task.assignee_email:
            effect = _add_entry(meeting, task)
            if task.assignee_user:
                _keep_event(task, effect.pk if effect else None)


def _add_entry(meeting: Meeting, task: Task) -> Effect | None:
    """None where it is there already, in whichever calendar."""
    if _standing(meeting, Effect.Kind.CALENDARS, [task], destination=task.assignee_email):
        return None
    connection = routing.calendar_of(task.assignee_user_id, address=task.assignee_email)
    if connection is None and task.assignee_user and not registry.aliases(Effect.Kind.CALENDARS):
        return None
    return effects.intend(
        Intent(
            Effect.Kind.CALENDARS,
            [str(task.pk)],
            task.assignee_email,
            entries.content_of(task),
            provider=connection.vendor if connection else "",
            connection=connection,
            task_id=task.pk,
            **_of(meeting),
        )
    )


def _keep_event(task: Task, effect_id: Any) -> None:
    """Without the meeting's title: the event stays its assignee's when the meeting's owner has left."""
    due_dates.keep(
        task.pk,
        owner=task.assignee_user,
        title=task.title,
        day=task.due_date,
        meeting_id=task.meeting_id,
        effect_id=effect_id,
    )


def _standing(meeting: Meeting, kind: Effect.Kind, tasks: Sequence[Task], **where: str) -> set[str]:
    return effects.standing(kind, [str(task.pk) for task in tasks], meeting_id=meeting.pk, **where)


def keep_up(task: Task, now: entries.Shown) -> None:
    """A task has changed, or is about to go: so does its event, where there is one. One that is
    somebody else's by now gets none by this."""
    event = CalendarEvent.objects.filter(task_id=task.pk).first()
    if event is None:
        return
    if now[1] == entries.REMOVED or task.assignee_user_id != event.owner_id:
        due_dates.drop(task.pk)
    else:
        _keep_event(task, event.effect_id)


def send_accepted(task: Task) -> None:
    """What the outward steps have left out while a person had not accepted the task. Steps that are still to
    come find it by themselves."""
    meeting = Meeting.objects.select_related("owner").filter(pk=task.meeting_id).first()
    run = selectors.newest_run(meeting) if meeting else None
    if run is None or run.released_at is None:
        return
    for step in run.steps.all():
        write = OF_TASKS.get(step.name)
        if write and step.status == StepRun.Status.SUCCEEDED:
            write(meeting, [task])


def _of(meeting: Meeting) -> dict:
    return {
        "owner_id": meeting.owner_id,
        "meeting_id": meeting.pk,
        "audience": group_of(meeting.pk),
    }


def _nobody(kind: Effect.Kind) -> str:
    """The provider of what is skipped. What nothing serves is `no provider`; what the owner wants nothing of
    has a key of its own, so that it goes out once they want it."""
    return NONE if registry.aliases(kind) else ""


Write = Callable[[Meeting, Sequence[Task]], None]
OF_TASKS: dict[str, Write] = {
    "open_tickets": open_tickets,
    "mail_assignees": mail_assignees,
    "sync_calendar": sync_calendars,
}
BY_STEP: dict[str, Write] = {**OF_TASKS, "post_chat": post_summary}
"""What each outward step of the pipeline writes; a post is about the meeting, the others about each task."""
