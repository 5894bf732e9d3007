"""The steps that leave the house: they only write effects down (`integrations.services.effects`).

Each is delivered on its own schedule, so that a vendor that is down holds up nobody else.
"""

from collections import defaultdict

from django.conf import settings

from integrations import registry
from integrations.models import Effect
from integrations.services import effects
from integrations.services.effects import Intent
from meetings.events import group_of
from meetings.models import Finding, Run
from meetings.pipeline.step import Output, RunView
from meetings.selectors import findings_of
from notifications import messages
from notifications.messages import TaskLine
from tasks import selectors as tasks
from tasks.models import Task


class _Outward:
    """What the four have in common: nothing slow happens here, all is written in `save`."""

    name: str
    queue = "outward"
    outward = True
    kind: Effect.Kind

    def work(self, run: RunView) -> Output:
        return Output({"provider": next(iter(registry.aliases(self.kind)), None)})

    def save(self, run: Run, output: Output) -> None:
        for intent in self.intents(run):
            effects.intend(intent)

    def intents(self, run: Run) -> list[Intent]:
        raise NotImplementedError

    def _intent(self, run: Run, subjects: list, destination: str, payload: dict, **rest) -> Intent:
        return Intent(
            self.kind,
            [str(subject) for subject in subjects],
            destination,
            payload,
            owner_id=run.meeting.owner_id,
            meeting_id=run.meeting_id,
            audience=group_of(run.meeting_id),
            **rest,
        )


class OpenTickets(_Outward):
    """One ticket for each task."""

    name = "open_tickets"
    kind = Effect.Kind.TICKETS

    def intents(self, run: Run) -> list[Intent]:
        return [
            self._intent(run, [task.pk], "", _ticket(run, task), task_id=task.pk)
            for task in tasks.actionable(run.meeting_id)
        ]


def _ticket(run: Run, task: Task) -> dict:
    lines = [task.description, f"From the meeting “{run.meeting.title}”."]
    if quote := task.evidence.get("quote"):
        lines.append(f"“{quote}”")
    return {
        "title": task.title,
        "body": "\n\n".join(line for line in lines if line),
        "assignee_email": task.assignee_email,
        "due": task.due_date.isoformat() if task.due_date else None,
    }


class MailAssignees(_Outward):
    """One mail for each assignee with the tasks that they have not been told of yet."""

    name = "mail_assignees"
    kind = Effect.Kind.MAIL

    def intents(self, run: Run) -> list[Intent]:
        by_address: dict[str, list[Task]] = defaultdict(list)
        unreachable = []
        for task in tasks.actionable(run.meeting_id):
            if task.assignee_email:
                by_address[task.assignee_email.lower()].append(task)
            elif task.assignee_name:
                unreachable.append(task)
        return [self._mail(run, *entry) for entry in by_address.items() if self._untold(*entry)] + [
            self._intent(
                run, [task.pk], "", {}, task_id=task.pk, unless=f"no address of {task.assignee_name} is known"
            )
            for task in unreachable
        ]

    def _untold(self, address: str, assigned: list[Task]) -> list[Task]:
        told = effects.covered(self.kind, [str(task.pk) for task in assigned], address)
        return [task for task in assigned if str(task.pk) not in told]

    def _mail(self, run: Run, address: str, assigned: list[Task]) -> Intent:
        untold = self._untold(address, assigned)
        text = messages.assignment(
            untold[0].assignee_name or address,
            run.meeting.title,
            [TaskLine(task.title, task.due_date, task.evidence.get("quote", "")) for task in untold],
            organiser=run.meeting.owner.name,
        )
        payload = {
            "subject": text.subject,
            "text": text.text,
            "html": text.html,
            "reply_to": run.meeting.owner.email,
        }
        return self._intent(run, [task.pk for task in untold], address, payload)


class PostChat(_Outward):
    """One post for each meeting."""

    name = "post_chat"
    kind = Effect.Kind.CHAT

    def intents(self, run: Run) -> list[Intent]:
        meeting = run.meeting
        text = messages.announcement(
            meeting.title,
            [f.text for f in findings_of(meeting, Finding.Kind.SUMMARY_BULLET)],
            [f.text for f in findings_of(meeting, Finding.Kind.DECISION)],
            [_task_line(task) for task in tasks.actionable(run.meeting_id)],
        )
        reason = "" if settings.CHAT_CHANNEL else "no channel is set"
        return [self._intent(run, [run.meeting_id], settings.CHAT_CHANNEL, {"text": text}, unless=reason)]


def _task_line(task: Task) -> str:
    who = task.assignee_name or "nobody yet"
    return f"{task.title} ({who}{f', {task.due_date.isoformat()}' if task.due_date else ''})"


class SyncCalendar(_Outward):
    """One calendar entry for each task with a due date."""

    name = "sync_calendar"
    kind = Effect.Kind.CALENDARS

    def intents(self, run: Run) -> list[Intent]:
        return [
            self._intent(
                run,
                [task.pk],
                task.assignee_email,
                {
                    "title": task.title,
                    "day": task.due_date.isoformat(),
                    "description": f"From the meeting “{run.meeting.title}”.",
                },
                task_id=task.pk,
                unless="" if task.assignee_email else "no address of the assignee is known",
            )
            for task in tasks.actionable(run.meeting_id)
            if task.due_date
        ]
