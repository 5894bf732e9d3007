"""Writing tasks by hand. What a person has set, no re-run of a meeting changes."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.models import User
from core import audit
from integrations.services import effects
from tasks import selectors
from tasks.errors import TaskNotFound, TaskOfOthers, UnknownAssignee, UnknownMeeting
from tasks.models import Task
from tasks.services import accepted, entries, notices, tickets, watching

ASSIGNEES = {"status"}
"""What somebody may change of a task that is merely assigned to them."""
UNDECIDED = (Task.Status.PROPOSED, Task.Status.DISMISSED)
"""What has not gone out, and goes out once it is accepted."""
DISMISSED = "the task was dismissed"


@transaction.atomic
def create(creator: User, **fields) -> Task:
    """Raises UnknownMeeting, UnknownAssignee."""
    task = Task(created_by=creator)
    for field, value in _checked(creator, task, fields).items():
        setattr(task, field, value)
    task.save()
    notices.created(task)
    return task


@transaction.atomic
def update(task: Task, editor: User, **changes) -> Task:
    """Set fields and remember that a person did; whoever is merely assigned sets the status only, and has no
    say in whether a proposed or dismissed task is one. Accepted by this, it goes out (`proposals.accept`).

    Raises TaskOfOthers, TaskNotFound, UnknownMeeting, UnknownAssignee.
    """
    accepts = changes.get("status") in selectors.ACTIVE
    hold(task, with_meeting=accepts)
    decides = "status" in changes and task.status in UNDECIDED
    if decides or changes.keys() - ASSIGNEES:
        require_rights(editor, task)
    before, was, shown = tickets.description_of(task), task.status, entries.shown(task)
    changes = _checked(editor, task, changes)
    edited = sorted({*task.edited_fields, *changes})
    still_theirs = selectors.for_user(editor).filter(pk=task.pk)
    if not still_theirs.update(**changes, edited_fields=edited, updated_at=Now()):
        raise TaskNotFound
    task.refresh_from_db()
    if task.status == Task.Status.DISMISSED:
        effects.forget_task(task.pk, DISMISSED)
    if accepts and was in tickets.OVER:
        watching.forget_what_was_seen(task)
    tickets.follow(task, before)
    entries.follow(task, shown)
    notices.updated(task)
    if accepts and was == Task.Status.DISMISSED:
        effects.want_again(task.pk, DISMISSED)
    if accepts and was in UNDECIDED:
        accepted.announce(task)
    return task


@transaction.atomic
def remove(task: Task, remover: User, *, close_tickets: bool = False) -> None:
    """The task is gone for everybody; its tickets and calendar entries stay at their vendors as they are, or
    are closed and taken away. One that a run has found stays as a dismissed row that nobody sees, by which
    the next run knows that it is not wanted.

    Raises TaskOfOthers, TaskNotFound.
    """
    hold(task)
    require_rights(remover, task)
    effects.forget_task(task.pk, "the task was removed")
    if close_tickets:
        tickets.close(task)
    entries.take_away(task, at_vendors=close_tickets)
    if task.source == Task.Source.MANUAL:
        task.delete()
        return
    Task.objects.filter(pk=task.pk).update(status=Task.Status.DISMISSED, removed_at=Now(), updated_at=Now())


def of_person(viewer: User, person_id: UUID) -> QuerySet[Task]:
    """Somebody's tasks. Staff who look at another's leave a line in the audit log. Raises PersonNotFound."""
    rows = selectors.of_person(viewer, person_id)
    if viewer.pk != person_id:
        audit.record(audit.Action.VIEWED_BY_STAFF, actor=viewer.pk, subject=person_id, what="tasks")
    return rows


def hold(task: Task, *, with_meeting: bool = False) -> None:
    """Wait for whoever changes it at the moment, and see what they left: whose a task is stands in joined
    tables, which PostgreSQL does not look at again when an UPDATE had to wait. Raises TaskNotFound."""
    if with_meeting:
        accepted.hold_meeting(task)
    try:
        task.refresh_from_db(from_queryset=Task.objects.select_for_update(no_key=True))
    except Task.DoesNotExist:
        raise TaskNotFound from None


def require_rights(editor: User, task: Task) -> None:
    """Raises TaskOfOthers."""
    if not selectors.may_edit(editor, task):
        raise TaskOfOthers


def _checked(editor: User, task: Task, fields: dict) -> dict:
    meeting_id = fields.get("meeting_id")
    if meeting_id is not None and not selectors.may_add_to(editor, meeting_id):
        raise UnknownMeeting(fields={"meeting_id": [UnknownMeeting.message]})
    if "due_date" in fields:
        fields = {"due_text": ""} | fields
    return _with_assignee(editor, task, fields)


def _with_assignee(editor: User, task: Task, fields: dict) -> dict:
    """The three fields of an assignee agree: an account brings its name and address, another name drops
    those of the one before. Raises UnknownAssignee."""
    nobody = {"assignee_user": None, "assignee_name": "", "assignee_email": ""}
    fields = dict(fields)
    if "assignee_user_id" in fields:
        user_id = fields.pop("assignee_user_id")
        meeting_id = fields.get("meeting_id", task.meeting_id)
        return (nobody if user_id is None else _account(editor, user_id, meeting_id)) | fields
    if "assignee_email" in fields:
        email = fields["assignee_email"]
        account = selectors.account_of([email]).first()
        name = task.assignee_name or (account.name if account else email.partition("@")[0])
        return {"assignee_user": account, "assignee_name": name} | fields
    if fields.get("assignee_name", task.assignee_name).lower() != task.assignee_name.lower():
        return nobody | fields
    return fields


def _account(editor: User, user_id: UUID, meeting_id: UUID | None) -> dict:
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not selectors.may_assign(editor, user_id, meeting_id=meeting_id):
        raise UnknownAssignee(fields={"assignee_user_id": [UnknownAssignee.message]})
    return {"assignee_user": user, "assignee_name": user.name, "assignee_email": user.email}
