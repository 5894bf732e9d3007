"""Writing tasks by hand. What a person has set, no re-run of a meeting changes."""

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from integrations import services as effects
from tasks import selectors
from tasks.errors import UnknownAssignee, UnknownMeeting
from tasks.models import Task


@transaction.atomic
def create(creator: User, **fields) -> Task:
    """Raises UnknownMeeting, UnknownAssignee."""
    task = Task(created_by=creator)
    for field, value in _checked(creator, task, fields).items():
        setattr(task, field, value)
    task.save()
    return task


@transaction.atomic
def update(task: Task, editor: User, **changes) -> Task:
    """Set fields and remember that a person did. Raises UnknownMeeting, UnknownAssignee."""
    changes = _checked(editor, task, changes)
    for field, value in changes.items():
        setattr(task, field, value)
    task.edited_fields = sorted({*task.edited_fields, *changes})
    task.save(update_fields=[*changes, "edited_fields", "updated_at"])
    if task.status == Task.Status.DISMISSED:
        effects.forget_task(task.pk, "the task was dismissed")
    return task


@transaction.atomic
def remove(task: Task) -> None:
    """The task is gone for everybody. One that a run has found stays as a dismissed row that nobody sees,
    by which the next run knows that it is not wanted."""
    effects.forget_task(task.pk, "the task was removed")
    if task.source == Task.Source.MANUAL:
        task.delete()
        return
    Task.objects.filter(pk=task.pk).update(status=Task.Status.DISMISSED, removed_at=Now(), updated_at=Now())


def _checked(editor: User, task: Task, fields: dict) -> dict:
    meeting_id = fields.get("meeting_id")
    if meeting_id is not None and not selectors.may_add_to(editor, meeting_id):
        raise UnknownMeeting(fields={"meeting_id": [UnknownMeeting.message]})
    if "due_date" in fields:
        fields = {"due_text": ""} | fields
    return _with_assignee(task, fields)


def _with_assignee(task: Task, fields: dict) -> dict:
    """The three fields of an assignee agree: an account brings its name and address, another name drops
    those of the one before. Raises UnknownAssignee."""
    nobody = {"assignee_user": None, "assignee_name": "", "assignee_email": ""}
    fields = dict(fields)
    if "assignee_user_id" in fields:
        user_id = fields.pop("assignee_user_id")
        return (nobody if user_id is None else _account(user_id)) | fields
    if "assignee_email" in fields:
        email = fields["assignee_email"]
        account = User.objects.filter(email__iexact=email, is_active=True).first() if email else None
        name = task.assignee_name or (account.name if account else email.partition("@")[0])
        return {"assignee_user": account, "assignee_name": name} | fields
    if fields.get("assignee_name", task.assignee_name).lower() != task.assignee_name.lower():
        return nobody | fields
    return fields


def _account(user_id) -> dict:
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise UnknownAssignee(fields={"assignee_user_id": [UnknownAssignee.message]})
    return {"assignee_user": user, "assignee_name": user.name, "assignee_email": user.email}
